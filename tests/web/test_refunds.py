"""Credits given back over a real database: once, never more than the credit, whatever becomes of the answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from money_world import FakeRefunds
from web_world import TOKEN, FakePolicies, World

from starter.refund_desk import AGAIN_AFTER, RefundDesk
from store.notice_book import PostgresNoticeBook
from store.refunds import Refunds
from store.task_book import PostgresTaskBook
from web.documents import POSTED

CASE = "/v1/credits/lakeside:b-1042"
WISH = {"credit_cents": 20_00, "who": "MK", "role": "manager", "because": "Paid twice."}
CARD = {
    "kind": "payment_recorded", "fact_id": "stripe.pi_1", "at": "2026-03-05T10:12:00-06:00", "practice_id": "lakeside",
    "balance_id": "b-1042", "amount_cents": 215_00, "paid_at": "2026-03-05T10:12:00-06:00", "where": "page",
    "vendor_reference": "pi_1",
}  # fmt: skip
DESK = CARD | {"fact_id": "desk.1", "amount_cents": 20_00, "at": "2026-03-06T10:12:00-06:00", "where": "front_desk", "vendor_reference": None}


class Later:
    """A clock that is ahead: what was asked for a while ago is in doubt by now."""

    async def now(self) -> datetime:
        return datetime.now(UTC) + AGAIN_AFTER + timedelta(seconds=1)


@pytest.fixture
async def owed(real) -> Any:
    for fact in (POSTED, CARD, DESK):
        assert (await real.post("/v1/facts", json=fact)).status_code == 202
    return real


@pytest.fixture
def watch(pool, refunds) -> RefundDesk:
    return RefundDesk(Refunds(pool), refunds, PostgresTaskBook(pool), PostgresNoticeBook(pool), Later(), FakePolicies())


async def ask(real, **more: Any) -> Any:
    return await real.post(f"{CASE}/refund", json=WISH | more)


async def credit(real) -> int:
    found = (await real.get("/v1/credits", params={"practice_id": "lakeside"})).json()["credits"]
    return sum(one["cents"] for one in found)


async def test_a_credit_goes_back_to_the_card_it_came_from_once_and_the_word_of_who_decided_stays(owed, refunds: FakeRefunds) -> None:
    first = (await ask(owed)).json()
    assert [(part["reference"], part["cents"], part["state"]) for part in first["parts"]] == [("pi_1", 20_00, "made")]
    assert (first["who"], first["role"], first["because"]) == ("MK", "manager", "Paid twice.")
    assert await credit(owed) == 0
    assert (await ask(owed)).json() == first
    assert (await owed.get(f"{CASE}/refunds")).json() == {"refunds": [first]}
    assert [int(order.cents) for order in refunds.orders.values()] == [20_00]


async def test_never_more_than_the_credit_however_it_is_asked_for(owed, refunds: FakeRefunds) -> None:
    assert (await ask(owed, cents=20_01)).status_code == 422
    refused = await ask(owed, credit_cents=30_00)
    assert refused.status_code == 409
    assert refused.json()["errors"][0] == {
        "field": "credit_cents", "problem": "the credit is $20 now", "mend": "look at `collect credits` and ask again with what it shows",
    }  # fmt: skip
    assert (await ask(owed, cents=5_00)).json()["cents"] == 5_00
    assert (await ask(owed, cents=5_00)).json()["cents"] == 5_00, "the same wish for the same credit"
    assert (await ask(owed, credit_cents=15_00)).status_code == 200
    assert sum(int(order.cents) for order in refunds.orders.values()) == 20_00
    assert await credit(owed) == 0
    nothing = await ask(owed, credit_cents=1_00)
    assert nothing.json()["errors"][0]["problem"] == "nothing is owed back on this balance"


@pytest.mark.parametrize("trouble", ["away", "answer lost"])
async def test_a_refund_without_an_answer_is_looked_after_and_made_once(owed, refunds: FakeRefunds, watch: RefundDesk, trouble: str) -> None:
    refunds.trouble = trouble
    first = (await ask(owed)).json()
    assert [part["state"] for part in first["parts"]] == ["asked"]
    assert await credit(owed) == 20_00
    more = await ask(owed, credit_cents=20_00, cents=1_00)
    assert more.json()["refund_id"] == first["refund_id"]
    again = await watch.round()
    assert again + await watch.round() <= 1, "nothing is done twice"
    assert [len(refunds.orders), await credit(owed)] == [1, 0]
    assert (await owed.get(f"{CASE}/refunds")).json()["refunds"][0]["parts"][0]["state"] == "made"


async def test_what_the_processor_refuses_stays_a_credit_and_may_be_given_back_by_check(owed, refunds: FakeRefunds) -> None:
    refunds.trouble = "refuses"
    refused = (await ask(owed)).json()["parts"][0]
    assert (refused["state"], refused["because"][-16:]) == ("refused", "pay it by check.")
    assert await credit(owed) == 20_00
    assert (await ask(owed, how="check")).status_code == 422, "without a note of how"
    done = (await ask(owed, how="check", note="check 1041")).json()
    assert [(part["payment_fact_id"], part["state"]) for part in done["parts"]] == [("desk.1", "made")]
    assert await credit(owed) == 0
    story = (await owed.get("/v1/cases/lakeside:b-1042/timeline")).json()["timeline"]
    assert "$20 was given back to the patient by check: check 1041." in [entry["sentence"] for entry in story]
    assert refunds.orders == {}


async def test_a_refusal_that_comes_when_nobody_looks_any_more_is_told(owed, refunds: FakeRefunds, watch: RefundDesk) -> None:
    refunds.trouble = "away"
    await ask(owed)
    refunds.trouble = "refuses"
    assert await watch.round() == 1
    [task] = (await owed.get("/v1/tasks")).json()["tasks"]
    assert (task["kind"], task["balance_id"]) == ("refund_refused", "b-1042")
    assert "A refund of $20 did not leave." in task["summary"]


async def test_a_credit_that_has_gone_while_the_processor_was_away_is_not_given_back(owed, refunds: FakeRefunds, watch: RefundDesk) -> None:
    refunds.trouble = "away"
    await ask(owed)
    raised = {
        "kind": "balance_adjusted", "fact_id": "pms.raised", "at": "2026-03-08T10:00:00-06:00", "practice_id": "lakeside",
        "balance_id": "b-1042", "patient_responsibility_cents": 225_00,
    }  # fmt: skip
    await owed.post("/v1/facts", json=raised)
    assert await watch.round() == 1
    assert refunds.orders == {}
    assert await credit(owed) == 10_00


async def test_a_refund_the_bank_sends_back_later_is_a_credit_again_and_can_be_made_anew(owed, refunds: FakeRefunds) -> None:
    await ask(owed)
    failed = CARD | {"fact_id": "stripe.re_1.failed", "amount_cents": 20_00, "at": "2027-01-09T10:00:00-06:00", "undoes": "stripe.re_1"}
    await owed.post("/v1/facts", json=failed)
    assert await credit(owed) == 20_00
    assert (await owed.get(f"{CASE}/refunds")).json()["refunds"][0]["parts"][0]["state"] == "failed"
    assert (await ask(owed)).json()["parts"][0]["state"] == "made"
    assert (await credit(owed), len(refunds.orders)) == (0, 2)


async def test_more_than_the_cards_paid_does_not_go_to_a_card(real, refunds: FakeRefunds) -> None:
    for fact in (POSTED, CARD | {"amount_cents": 5_00}, DESK | {"amount_cents": 230_00}):
        await real.post("/v1/facts", json=fact)
    refused = await ask(real)
    assert refused.json()["errors"][0]["problem"] == "only $5 of this credit was paid by card"
    assert (await ask(real, cents=5_00)).status_code == 200
    assert (await ask(real, credit_cents=15_00, how="cash", note="at the desk")).status_code == 200
    assert await credit(real) == 0


async def test_a_role_gives_back_what_the_practice_leaves_to_it_and_the_desk_says_who_else_may(real, refunds: FakeRefunds) -> None:
    for fact in (POSTED, CARD | {"amount_cents": 1_500_00}):
        await real.post("/v1/facts", json=fact)
    owed = await credit(real)
    for role in ("front_desk", "coordinator", "manager"):
        refused = await ask(real, credit_cents=owed, role=role)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "role")
    assert (await ask(real, credit_cents=owed, role="coordinator", cents=150_00)).status_code == 200
    again = await ask(real, credit_cents=owed - 150_00, role="coordinator", cents=51_00)
    assert again.json()["errors"][0]["problem"] == "a coordinator gives back $200 of a balance at most, and $150 was given back already"
    assert (await ask(real, credit_cents=owed - 150_00, role="owner")).status_code == 200
    assert sum(int(order.cents) for order in refunds.orders.values()) == owed


async def test_where_people_have_tokens_of_their_own_nobody_gives_back_under_another_role() -> None:
    own = {"manager": "the-managers-own-token-01", "MK": "the-coordinators-token-01"}
    transport = httpx.ASGITransport(app=World(signers=own).app, client=("198.51.100.7", 5))

    async def answer(token: str, **more: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://internal", headers=headers) as client:
            told = await client.post(f"{CASE}/refund", json=WISH | more)
            return told.status_code, told.json()["errors"][0]["field"]

    assert await answer(TOKEN) == (403, "who"), "the token of integrations gives nothing back"
    assert await answer(own["MK"], role="manager") == (403, "who")
    assert await answer(own["manager"], role="manager") == (404, "case_id"), "let in; the small world has no such balance"


@pytest.mark.parametrize(
    ("case_id", "more", "status"),
    [
        ("lakeside:b-9999", {}, 404), ("nonsense", {}, 422), ("lakeside:b-1042", {"role": "intern"}, 422),
        ("lakeside:b-1042", {"because": " "}, 422), ("lakeside:b-1042", {"credit_cents": 0}, 422),
        ("lakeside:b-1042", {"credit_cents": 20.5}, 422), ("lakeside:b-1042", {"how": "crypto"}, 422),
    ],
)  # fmt: skip
async def test_wrong_wishes_are_refused_with_the_field_and_nothing_is_done(owed, refunds, case_id, more, status) -> None:
    answer = await owed.post(f"/v1/credits/{case_id}/refund", json=WISH | more)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"]
    assert await credit(owed) == 20_00
    assert refunds.orders == {}
