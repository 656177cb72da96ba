"""No way around the sub-ledger: whatever stores facts in the database books the money among them."""

import re
from pathlib import Path

STORE = Path(__file__).resolve().parents[2] / "store"
DELIVERS = "INSERT INTO fact_deliveries"


def test_every_query_that_delivers_facts_belongs_to_a_file_that_books_money() -> None:
    writers = {path.stem for path in (STORE / "queries").glob("*.sql") if DELIVERS in path.read_text()}
    assert writers >= {"fact_book"}
    for name in writers:
        code = (STORE / f"{name}.py").read_text()
        assert "lock_within(" in code, f"store/{name}.py delivers facts without waiting for others who book"
        assert "book_within(" in code, f"store/{name}.py delivers facts and books no money"


def test_every_function_that_delivers_facts_waits_for_others_who_book_and_books_money() -> None:
    functions = re.findall(r"CREATE FUNCTION .*?^END \$\$;", (STORE / "schema.sql").read_text(), re.DOTALL | re.MULTILINE)
    writers = [text for text in functions if DELIVERS in text]
    assert len(writers) == 2, "keep_plain for known balances, keep_new for those that nobody else can see yet"
    for text, alone in zip(writers, ("FOR NO KEY UPDATE", "INSERT INTO balances"), strict=True):
        locked, delivered, booked = text.index(alone), text.index(DELIVERS), text.index("book_money(")
        assert text.index("'month:'") < locked < delivered < booked
