"""No way around the sub-ledger: whatever stores facts in the database books the money among them."""

from pathlib import Path

STORE = Path(__file__).resolve().parents[2] / "store"


def test_every_query_that_delivers_facts_belongs_to_a_file_that_books_money() -> None:
    writers = {path.stem for path in (STORE / "queries").glob("*.sql") if "INSERT INTO fact_deliveries" in path.read_text()}
    assert writers >= {"fact_book", "plain_facts"}
    for name in writers:
        code = (STORE / f"{name}.py").read_text()
        assert "lock_within(" in code, f"store/{name}.py delivers facts without waiting for others who book"
        assert "book_within(" in code, f"store/{name}.py delivers facts and books no money"
