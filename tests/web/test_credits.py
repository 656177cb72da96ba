"""The queue of credits over a real database."""

from web.documents import PAID, POSTED


async def test_what_was_paid_too_much_is_in_the_queue_with_its_clocks_until_it_is_given_back(real) -> None:
    too_much = PAID | {"amount_cents": 235_00}
    for fact in (POSTED, too_much):
        assert (await real.post("/v1/facts", json=fact)).status_code == 202
    [credit] = (await real.get("/v1/credits", params={"practice_id": "lakeside"})).json()["credits"]
    assert (credit["balance_id"], credit["cents"], credit["since"]) == ("b-1042", 20_00, "2026-03-05T16:12:00+00:00")
    assert [clock["stage"] for clock in credit["clocks"]] == ["remind", "give_back", "letter", "unclaimed"]
    back = {
        "kind": "payment_reversed", "fact_id": "pms.refund-1", "at": "2026-03-06T10:00:00-06:00", "practice_id": "lakeside",
        "balance_id": "b-1042", "payment_fact_id": PAID["fact_id"], "amount_cents": 20_00, "why": "refund",
    }  # fmt: skip
    await real.post("/v1/facts", json=back)
    assert (await real.get("/v1/credits", params={"practice_id": "lakeside"})).json() == {"credits": []}
    assert (await real.get("/v1/credits", params={"practice_id": "nowhere"})).status_code == 422
