"""Every fact a balance can be told arrives, and every request is answered or refused with a reason."""

import asyncio
from datetime import timedelta

import pytest
from living import Living, living, posting
from small_world import SmallWorld
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from receivables.facts import ANY_FACT
from receivables.fold import open_case
from workflows.contract import COLLECT_BALANCE, SIGNAL_OF, Life, workflow_id

CARD = {"customer_id": "cus_1", "payment_method_id": "pm_1"}
MORE = {
    "balance_posted": {
        "balance_id": "same", "patient_responsibility_cents": 47_00, "service_date": "2026-02-20",
        "guarantor": {"guarantor_id": "g1", "first_name": "Sarah"},
    },
    "balance_adjusted": {"patient_responsibility_cents": 47_00},
    "payment_recorded": {"amount_cents": 1_00, "paid_at": "2026-03-02T15:00:00Z"},
    "payment_reversed": {"payment_fact_id": "f.payment_recorded", "amount_cents": 1_00},
    "reply_received": {"channel": "sms"},
    "reading_corrected": {
        "reply_fact_id": "f.reply_received", "channel": "sms", "intent": "ack_thanks", "action": "no_action",
    },
    "dispute_closed": {"dispute_fact_id": "f.dispute_raised", "outcome": "won"},
    "confidential_requested": {"guarantor_id": "g1", "only_at": ["+13125550142"]},
    "contact_updated": {"guarantor": {"guarantor_id": "g1", "first_name": "Sarah"}},
    "consent_recorded": {
        "guarantor_id": "g1", "channel": "sms", "value": "+13125550142", "purposes": ["billing"], "means": "form",
        "wording_version": "w1", "given_at": "2026-03-02T15:00:00Z",
    },
    "message_sent": {"touch_id": "p7.b9.first_notice.1", "message": "first_notice", "channel": "sms", "carried_by": "t"},
    "delivery_failed": {"channel": "sms", "because": "busy"},
    "task_resolved": {"task_id": "none", "outcome": "done"},
    "case_closed": {"reason": "withdrawn"},
    "card_enrolled": {"plan_id": "pl1", "card": CARD},
    "card_changed": {"card": CARD},
    "card_removed": {"payment_method_id": "pm_1"},
    "charge_declined": {"plan_id": "pl1", "installment": 1, "attempt": 1, "reason": "insufficient_funds", "again": "later"},
    "charge_pending": {"plan_id": "pl1", "installment": 1, "attempt": 1, "vendor_reference": "pi_1"},
    "autopay_stopped": {"plan_id": "pl1"},
    "plan_agreed": {"by": "page"},
    "plan_change_asked": {"plan_id": "pl1", "wish": "move"},
    "plan_set_up": {"plan_id": "pl1", "installments": [], "by": "page"},
    "plan_changed": {"plan_id": "pl1", "revision": 2, "installments": [], "change": "move", "by": "page"},
    "plan_refused": {"because": "too many payments"},
    "plan_cancelled": {"plan_id": "pl1", "by": "page"},
}  # fmt: skip


async def test_every_kind_of_fact_has_an_ear(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        life.world.texts["f.reply_received"] = "ok thanks"
        kinds = [kind for kind in SIGNAL_OF if kind not in {"time_passed", "case_closed"}]
        for kind in [*kinds, "case_closed"]:
            fact = ANY_FACT.validate_python(
                {
                    "kind": kind, "fact_id": f"f.{kind}", "at": life.world.moment, "practice_id": "p7",
                    "balance_id": life.balance_id, **(MORE.get(kind, {}) | ({"balance_id": life.balance_id} if kind == "balance_posted" else {})),
                }
            )  # fmt: skip
            await life.handle.signal(SIGNAL_OF[kind], fact)
            life.world.stored.append(fact)  # Stored first, the last could be read and the life be over before it is told.
        ending = await life.handle.result()
        assert ending["reason"] == "withdrawn"
        assert {f"f.{kind}" for kind in SIGNAL_OF if kind != "time_passed"} <= life.world.heard


async def test_a_person_can_close_a_balance_and_hand_another_back(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        now = life.world.moment.isoformat()
        await life.handle.execute_update("pause_outreach", {"fact_id": "u1", "at": now, "because": "on the phone"})
        await life.handle.execute_update("return_to_agent", {"fact_id": "u2", "at": now})
        await life.handle.execute_update("close_case", {"fact_id": "u3", "at": now, "reason": "written_off"})
        assert (await life.handle.result())["reason"] == "written_off"


async def test_the_timer_wakes_a_life_without_being_told(client: Client) -> None:
    class Quick(SmallWorld):
        """A world whose clock runs: two seconds before two o'clock."""

        async def now(self):  # type: ignore[no-untyped-def]
            self.moment += timedelta(milliseconds=200)
            return self.moment

    async with living(client, Quick()) as life:
        start = life.world.moment.replace(hour=19, minute=54, second=58)
        life.world.moment = start
        await life.posted(47_00)
        first = life.world.decisions[0].act_at
        assert first is not None
        life.world.moment = first - timedelta(seconds=1)
        await life.handle.execute_update(
            "pause_outreach",
            {
                "fact_id": "u1",
                "at": life.world.moment.isoformat(),
                "until": (first - timedelta(milliseconds=500)).isoformat(),
            },
        )
        await asyncio.sleep(2.5)
        assert life.world.decisions[-1].decided_at > first - timedelta(seconds=1)


async def test_a_closing_life_refuses_requests(client: Client) -> None:
    from receivables.case import Case, CloseReason
    from workflows.collect_balance import CollectBalance
    from workflows.contract import CloseCase, Life, PauseOutreach, ResumeOutreach

    life = CollectBalance(Life(case=Case(practice_id="p7", balance_id="b1")))
    life._closed = True
    at = SmallWorld().moment
    for refuse, order in (
        (life._may_pause, PauseOutreach(fact_id="u", at=at)),
        (life._may_resume, ResumeOutreach(fact_id="u", at=at)),
        (life._may_return, ResumeOutreach(fact_id="u", at=at)),
        (life._may_close, CloseCase(fact_id="u", at=at, reason=CloseReason.paid)),
    ):
        with pytest.raises(Exception, match="closed already"):
            refuse(order)  # type: ignore[arg-type]


async def test_what_is_heard_while_deciding_is_decided_on_again(client: Client) -> None:
    class Away(SmallWorld):
        """A world whose database is away until it is told otherwise: a decision is under way, and nothing can be read."""

        away = True

        async def news(self, practice_id, balance_id, handled):  # type: ignore[no-untyped-def]
            if self.away:
                raise ConnectionError
            return await super().news(practice_id, balance_id, handled)

    world = Away()
    async with living(client, world) as life:
        fact = posting(47_00, world.moment)
        life.handle = await client.start_workflow(
            COLLECT_BALANCE, Life(case=open_case(fact)), id=workflow_id("p7", fact.balance_id), task_queue=life.task_queue
        )
        await life._until_async(lambda: waits_for_another_try(life))
        at = world.moment.isoformat()
        told = {"kind": "outreach_paused", "fact_id": "u1", "at": at, "practice_id": "p7", "balance_id": fact.balance_id}
        await life.handle.signal("outreach_paused", ANY_FACT.validate_python(told))
        world.away = False
        await life._until(lambda: len(world.decisions) >= 2)
        assert [decision.step.kind for decision in world.decisions] == ["send_message", "wait"]


async def waits_for_another_try(life: Living) -> bool:
    """The engine keeps the pause between two tries by a timer once they are more than two seconds apart."""
    history = await life.handle.fetch_history()
    return any(EventType.Name(event.event_type) == "EVENT_TYPE_TIMER_STARTED" for event in history.events)
