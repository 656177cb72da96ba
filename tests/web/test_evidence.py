"""The evidence pack over a real database: everything that was allowed, sent, agreed, posted and paid; nothing clinical."""

from datetime import UTC, datetime, timedelta

import pytest

from receivables.case import Case
from receivables.money import Cents
from receivables.money_ports import Posting
from receivables.people import Channel
from receivables.plans.ports import PlanEntry
from receivables.plans.terms import Due
from receivables.steps import AskStaff
from store.checkouts import Checkouts, Consent
from store.plan_log import PostgresPlanLog
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.task_book import PostgresTaskBook
from web.documents import PAID, POSTED

AT = datetime(2026, 3, 16, 15, tzinfo=UTC)
TASK = "lakeside:b-1042.chargeback.1"
HEAD = {"practice_id": "lakeside", "balance_id": "b-1042", "source": "stripe"}
CHARGED = HEAD | {
    "kind": "payment_recorded", "fact_id": "stripe.pi_1", "at": AT.isoformat(), "paid_at": AT.isoformat(),
    "amount_cents": 80_00, "where": "other", "vendor_reference": "pi_1", "plan_id": "b-1042.plan.1", "installment": 2,
    "attempt": 1,
}  # fmt: skip
DISPUTED = HEAD | {
    "kind": "dispute_raised", "fact_id": "stripe.du_1", "at": (AT + timedelta(days=3)).isoformat(), "about": "chargeback",
    "payment_fact_id": "stripe.pi_1", "disputed_cents": 80_00, "answer_by": "2026-03-28T15:00:00Z", "reason": "fraudulent",
}  # fmt: skip
TAKEN = HEAD | {
    "kind": "payment_reversed", "fact_id": "stripe.du_1.withdrawn", "at": (AT + timedelta(days=3)).isoformat(),
    "payment_fact_id": "stripe.pi_1", "amount_cents": 80_00, "why": "chargeback",
}  # fmt: skip
WROTE = HEAD | {
    "kind": "reply_received", "fact_id": "twilio.SM1", "at": (AT - timedelta(days=9)).isoformat(), "channel": "sms",
    "text": "I cannot pay since my chemotherapy began",
}  # fmt: skip


@pytest.fixture
async def disputed(real, pool: Pool):
    breakdown = {"billed_cents": 900_00, "adjustments": {"CO-45": 5_00, "PR-1": 215_00}}
    posted = POSTED | {"breakdown": breakdown, "visit_kind": "oncology"}
    for fact in (posted, PAID, WROTE, CHARGED, DISPUTED, TAKEN):
        assert (await real.post("/v1/facts", json=fact)).status_code == 202
    dues = [Due(number=1, amount_cents=Cents(115_00), due_on=AT.date())]
    await PostgresPlanLog(pool).record(PlanEntry(
        practice_id="lakeside", balance_id="b-1042", plan_id="b-1042.plan.1", at=AT, revision=1, installments=dues,
        by="reply", approved_by="policy", change="", because=["It is within the rules."], policy_version="v1",
        sample_share=0,
    ))  # fmt: skip
    consent = Consent(words="I allow Lakeside to charge my card.", text_version="page.1", language="en", terms=dues)
    await Checkouts(pool).keep_consent("cs_1", "lakeside", "b-1042", "b-1042.plan.1", consent, AT)
    await pool.execute(
        """INSERT INTO touches (balance, guarantor, claimed_at, tried_at, resolved_at, local_day, outreach, touch_id, status,
            message, channel, value, provider_id, text_hash, proof)
        SELECT id, guarantor, $1, $1, $1, '2026-03-02', true, 't1', 'accepted', 'plan_offer', $2, '+13125550142', 'SM9', 'abc',
            '{"consent": "granted", "local_time": "2026-03-02T14:00-06:00"}' FROM balances""",
        AT - timedelta(days=10), Channel.sms,
    )  # fmt: skip
    posting = Posting(practice_id="lakeside", balance_id="b-1042", external_id="stripe.pi_1", amount_cents=Cents(80_00), paid_at=AT, where="other")
    await PostgresPostingBook(pool).begin(posting, AT)
    await PostgresPostingBook(pool).confirmed(posting, "L1", AT)
    step = AskStaff(task_id="b-1042.chargeback.1", task_kind="chargeback", summary="s")
    await PostgresTaskBook(pool).open(Case(practice_id="lakeside", balance_id="b-1042"), step, AT + timedelta(days=3))
    return real


async def test_the_pack_of_a_chargeback_holds_everything_and_the_processors_deadline(disputed) -> None:
    pack = (await disputed.get(f"/v1/tasks/{TASK}/evidence")).json()
    assert pack["asked"] | {"opened_at": ""} == {
        "task_id": "b-1042.chargeback.1", "kind": "chargeback", "opened_at": "", "answer_by": "2026-03-28T15:00:00+00:00",
        "disputed_cents": 80_00, "payment": "pi_1", "reason": "fraudulent",
    }  # fmt: skip
    [allowed], [said], [agreed], [priced] = pack["allowed"], pack["said"], pack["agreed"], pack["priced"]
    assert allowed["words"] == "I allow Lakeside to charge my card."
    assert len(allowed["text_sha256"]) == 64
    assert (said["message"], said["provider_id"], said["consent"]) == ("plan_offer", "SM9", "granted")
    assert agreed["payments"][0]["amount_cents"] == 115_00
    assert [(one["what"], one["cents"], one["in_ledger"]) for one in pack["moved"]] == [
        ("paid at the front desk", 100_00, "reported by the practice"),
        ("payment 2 of the plan, charged to the card on file", 80_00, "posted"),
        ("taken back by the cardholder's bank", -80_00, "not posted yet"),
    ]  # fmt: skip
    assert (priced["share_cents"], priced["insurance_paid_cents"]) == (215_00, 680_00)
    assert priced["breakdown"]["adjustments"] == {"CO-45": 5_00, "PR-1": 215_00}
    assert len(pack["wrote_back"]) == 1


async def test_it_can_be_printed_and_says_nothing_clinical_and_nothing_of_how_to_reach_the_patient(disputed) -> None:
    answer = await disputed.get(f"/v1/tasks/{TASK}/evidence.html")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    page = answer.text
    assert "To be answered by March 28, 2026 at 10:00." in page
    assert "Chargeback about $80 (fraudulent)" in page
    assert "billed $900" in page
    assert "Owed now: $115." in page
    whole = page + (await disputed.get(f"/v1/tasks/{TASK}/evidence")).text
    for word in ("chemotherapy", "oncology", "312555", "karen@", "Karen"):
        assert word not in whole


async def test_what_was_paid_too_much_is_called_what_it_is(disputed) -> None:
    more = PAID | {"fact_id": "pms.payment-992", "amount_cents": 150_00}
    await disputed.post("/v1/facts", json=more)
    assert "Owed to the patient now: $35." in (await disputed.get(f"/v1/tasks/{TASK}/evidence.html")).text


@pytest.mark.parametrize("task", ["lakeside:no-such-task", "nowhere:b-1042.chargeback.1"])
async def test_a_task_that_is_not_there_has_no_pack(disputed, task: str) -> None:
    for path in ("evidence", "evidence.html"):
        assert (await disputed.get(f"/v1/tasks/{task}/{path}")).status_code == 404
    unknown = await disputed.get(f"/v1/tasks/{TASK}/evidence", headers={"Authorization": "Bearer wrong"})
    assert unknown.status_code == 401
