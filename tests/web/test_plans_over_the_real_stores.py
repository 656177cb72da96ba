"""A plan from its choice to its card over a real database: what is agreed is a fact, and consent stays as it was given."""

from datetime import UTC, datetime

from test_over_the_real_stores import code_of
from test_plan_pages import keys

from receivables.case import Case
from receivables.facts import PlanSetUp
from receivables.fold import fold
from receivables.steps import Decision, Wait
from store.case_book import PostgresCaseBook
from web.documents import POSTED


async def set_up(pool) -> None:
    """What the case's workflow does with an agreement."""
    cases, now = PostgresCaseBook(pool), datetime.now(UTC)
    case = Case(practice_id="lakeside", balance_id="b-1042")
    for fact in await cases.news("lakeside", "b-1042", []):
        case = fold(case, fact)
    assert case.agreement is not None
    case = fold(case, PlanSetUp(
        fact_id="set-up", at=now, practice_id="lakeside", balance_id="b-1042", plan_id="b-1042.plan.1",
        installments=case.agreement.installments, by="page",
    ))  # fmt: skip
    await cases.record(case, Decision(
        step=Wait(next_step="a reminder"), act_at=None, because=["A plan."], stage="on_plan",
        outstanding_cents=case.outstanding_cents, decided_at=now, policy_version="v1", rule="plan",
    ))  # fmt: skip


async def test_a_plan_is_chosen_set_up_and_given_a_card_and_the_consent_is_on_record(real, pool, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.1)
    await real.post("/v1/facts", json=POSTED)
    path = f"/p/{await code_of(pool)}"
    first, *_ = keys(await real.get(f"{path}/plan"))
    assert (await real.post(f"{path}/plan", data={"terms": first})).status_code == 303
    assert "at most in one working day" in (await real.get(f"{path}/plan")).text
    await set_up(pool)
    shown = (await real.get(path)).text
    assert "your next payment is" in shown
    seen = (await real.get(f"{path}/card")).text.partition('name="seen" value="')[2][:16]
    assert (await real.post(f"{path}/card", data={"agree": "yes", "seen": seen})).status_code == 303
    row = await pool.fetchrow("SELECT * FROM card_consents")
    assert row["plan_id"] == "b-1042.plan.1"
    assert "I allow Lakeside Family Care" in row["words"]
    assert sum(due["amount_cents"] for due in row["terms"]) == 215_00
    answer = (await real.get("/v1/cases/lakeside:b-1042/authorizations")).json()
    (given,) = answer["authorizations"]
    assert (given["words"], given["last4"], given["authorized_at"]) == (row["words"], "", None)
    assert (await real.get("/v1/cases/lakeside:nobody/authorizations")).status_code == 404
    assert (await real.post(f"{path}/plan/move", data={"day": "never"})).status_code == 422
