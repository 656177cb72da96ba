"""A plan on a real Temporal server: its budget, a charge whose answer was lost, and the law's yearly line."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from living import Living, living
from small_world import SmallWorld
from temporalio.client import Client

from receivables.cards.card import CardOnFile
from receivables.cards.facts import CardEnrolled
from receivables.errors import CannotKnow, TryLater
from receivables.facts import PaymentRecorded, PlanCancelled, PlanChangeAsked, ReplyReceived
from receivables.money import Cents
from receivables.people import Channel, PaymentHistory
from starter.bench.lives import counted

SLOW = PaymentHistory(days_to_pay=[60, 75, 52])
CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")


async def tom(life: Living) -> None:
    """He is offered four payments of $80, says yes, and puts a card on file."""
    await life.posted(320_00, history=SLOW, guarantor=_by_text())
    await life.until(datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
    reply = f"r.{life.balance_id}"
    life.world.texts[reply] = "YES"
    at = life.world.moment
    head: dict[str, Any] = {"practice_id": "p7", "balance_id": life.balance_id}
    await life.tell(ReplyReceived(fact_id=reply, at=at, channel=Channel.sms, **head))
    await life.until(datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    plan_id = f"{life.balance_id}.plan.1"
    await life.tell(CardEnrolled(fact_id=f"card.{plan_id}", at=at, plan_id=plan_id, card=CARD, **head))


def _by_text() -> Any:
    from receivables.people import Consent, ContactPoint, Guarantor

    phone = ContactPoint(channel=Channel.sms, value="+13125550142", consent=Consent.granted)
    return Guarantor(guarantor_id="g1", first_name="Tom", time_zone="America/Chicago", contact_points=[phone])


async def test_four_installments_a_decline_and_a_reply_stay_within_34_billable_actions(client: Client) -> None:
    """Counted as the bench does, in a life that has time for each of its rests."""
    async with living(client, SmallWorld()) as life:
        life.unhurried = True
        await tom(life)
        life.world.vault.answers.append("soft")
        await life.until(datetime(2026, 6, 20, 15, 0, tzinfo=UTC))
        ending = await life.handle.result()
        assert ending["reason"] == "paid"
        assert sorted(life.world.vault.money.values()) == [80_00] * 4
        assert life.world.posted_cents == 320_00
        story = await life.handle.fetch_history()
        kinds = await life.events()
        assert kinds["TIMER_STARTED"] == 12, "a rest was passed over, so the count says nothing"
        assert counted(story, life.nudges).actions <= 34, kinds


async def test_a_charge_whose_answer_was_lost_is_looked_up_and_never_made_twice(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await tom(life)
        life.world.vault.answers.append(CannotKnow("The processor did not answer."))
        await life.until(datetime(2026, 3, 17, 15, 0, tzinfo=UTC))
        assert list(life.world.vault.money.values()) == [80_00]
        paid = [fact for fact in life.world.stored if isinstance(fact, PaymentRecorded)]
        assert [int(fact.amount_cents) for fact in paid] == [80_00]
        assert life.world.posted_cents == 80_00


async def test_what_was_paid_while_the_processor_was_away_is_not_charged(client: Client) -> None:
    class Away(SmallWorld):
        """A processor that is away once, and money that comes meanwhile."""

    async with living(client, Away()) as life:
        await tom(life)
        vault, world = life.world.vault, life.world

        async def away(order: Any) -> Any:
            world.stored.append(
                PaymentRecorded(
                    fact_id="pay.meanwhile", at=world.moment, practice_id="p7", balance_id=life.balance_id,
                    amount_cents=Cents(80_00), paid_at=world.moment, where="front_desk",
                )
            )  # fmt: skip
            raise TryLater("The processor is away.")

        vault.charge = away  # type: ignore[method-assign]
        await life.until(datetime(2026, 3, 17, 15, 0, tzinfo=UTC))
        await asyncio.sleep(0)
        assert vault.money == {}
        assert not vault.begun


async def test_beyond_the_yearly_line_more_than_four_payments_go_back_to_a_person(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(500_00, history=SLOW)
        life.world.vault.known_above_four = 25
        order = {
            "fact_id": "u1", "at": life.world.moment.isoformat(),
            "terms": {"installments": 6, "first_due_on": "2026-03-20"},
        }  # fmt: skip
        await life.handle.execute_update("accept_plan", order)
        await life._until(lambda: bool(life.world.opened))
        assert life.world.vault.log == {}
        assert [step.task_kind for step in life.world.opened.values()] == ["plan_to_set_up"]


async def test_a_plan_agreed_by_phone_is_set_up_noted_and_confirmed(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(420_00, history=SLOW)
        order = {
            "fact_id": "u1", "at": life.world.moment.isoformat(),
            "terms": {"installments": 4, "first_due_on": "2026-03-20", "down_payment_cents": 20_00},
        }  # fmt: skip
        await life.handle.execute_update("accept_plan", order)
        await life._until(lambda: bool(life.world.sent))
        (entry,) = life.world.vault.log.values()
        assert [int(due.amount_cents) for due in entry.installments] == [20_00, 100_00, 100_00, 100_00, 100_00]
        assert list(life.world.notes.values()) == [
            "Payment plan: $20 on Mar 2, $100 on Mar 20, $100 on Apr 20, $100 on May 20, $100 on Jun 22."
        ]
        assert any("plan_confirmation" in touch for touch in life.world.sent)


async def test_a_plan_that_was_ended_on_the_page_stands_in_the_log_with_who_ended_it(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await tom(life)
        plan_id, at = f"{life.balance_id}.plan.1", life.world.moment
        head: dict[str, Any] = {"at": at, "practice_id": "p7", "balance_id": life.balance_id, "plan_id": plan_id}
        await life.tell(PlanChangeAsked(fact_id="c1", wish="cancel", **head))
        await life.until(datetime(2026, 4, 20, 15, 0, tzinfo=UTC))
        line = next(one for one in life.world.vault.told.values() if one.decision != "offered")
        assert (line.name, line.decision, line.by) == (f"{plan_id}.ended", "cancelled", "page")
        assert (line.at, line.approved_by, line.because) == (at, "policy", ["The patient ended the plan on the page."])
        assert sum(due.amount_cents for due in line.installments) == 320_00


async def test_a_plan_that_was_taken_back_is_logged_with_what_the_person_wrote(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await tom(life)
        plan_id, at = f"{life.balance_id}.plan.1", life.world.moment
        await life.tell(
            PlanCancelled(
                fact_id="c1", at=at, practice_id="p7", balance_id=life.balance_id, plan_id=plan_id, by="review",
                because="Another family.",
            )
        )  # fmt: skip
        line = next(one for one in life.world.vault.told.values() if one.decision == "cancelled")
        assert (line.by, line.approved_by) == ("review", "person")
        assert line.because == ["The plan was taken back in the review.", "Another family."]


async def test_a_counter_offer_is_logged_once_with_its_reason_when_it_has_left(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(500_00, history=SLOW, guarantor=_by_text())
        await life.until(datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
        life.world.texts["r1"] = "can I pay in 6 months?"
        await life.tell(
            ReplyReceived(
                fact_id="r1", at=life.world.moment, channel=Channel.sms, practice_id="p7", balance_id=life.balance_id
            )
        )
        await life.until(datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
        line = next(one for one in life.world.vault.told.values() if one.decision == "countered")
        assert told(life) == [("offered", "agent"), ("handed", "reply"), ("countered", "reply")]
        assert (line.decision, line.reason, line.by) == ("countered", "most_payments", "reply")
        assert [int(due.amount_cents) for due in line.installments] == [125_00] * 4
        assert any("(R-27)" in sentence for sentence in line.because)
        assert line.name in life.world.sent


def told(life: Living) -> list[tuple[str, str]]:
    """What the log says beside the terms in force."""
    return [(line.decision, line.by) for line in life.world.vault.told.values()]


async def test_an_offer_in_the_first_message_is_logged_with_the_days_a_yes_would_bring(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(320_00, history=SLOW, guarantor=_by_text())
        await life.until(datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
        (line,) = life.world.vault.told.values()
        assert (line.decision, line.by, line.name) == ("offered", "agent", next(iter(life.world.sent)))
        assert [(int(due.amount_cents), due.due_on.month) for due in line.installments] == [
            (80_00, 3), (80_00, 4), (80_00, 5), (80_00, 6),
        ]  # fmt: skip
        assert "The balance of $320 posted at 9:00 today." in line.because


async def test_what_is_asked_above_the_threshold_is_logged_as_given_to_a_person(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(500_00, history=SLOW.model_copy(update={"missed_installments": 1}), guarantor=_by_text())
        await life.until(datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
        life.world.texts["r1"] = "YES"
        head: dict[str, Any] = {"practice_id": "p7", "balance_id": life.balance_id}
        await life.tell(ReplyReceived(fact_id="r1", at=life.world.moment, channel=Channel.sms, **head))
        await life.until(datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
        assert told(life) == [("offered", "agent"), ("handed", "reply")]
        line = life.world.vault.told[f"{life.balance_id}.plan_approval.1"]
        assert sum(due.amount_cents for due in line.installments) == 500_00
        assert any("needs no approval" in sentence for sentence in line.because)


async def test_the_laws_yearly_line_stands_in_the_log_with_what_it_kept_from_coming_into_force(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await life.posted(500_00, history=SLOW)
        life.world.vault.known_above_four = 25
        order = {
            "fact_id": "u1", "at": life.world.moment.isoformat(),
            "terms": {"installments": 6, "first_due_on": "2026-03-20"},
        }  # fmt: skip
        await life.handle.execute_update("accept_plan", order)
        await life._until(lambda: bool(life.world.opened))
        assert told(life) == [("refused", "phone"), ("handed", "agent")]
        refused, _ = life.world.vault.told.values()
        assert len(refused.installments) == 6
        assert "(R-27)" in refused.because[0]


async def test_a_card_that_is_charged_no_more_stands_in_the_log_with_who_said_so(client: Client) -> None:
    async with living(client, SmallWorld()) as life:
        await tom(life)
        plan_id, at = f"{life.balance_id}.plan.1", life.world.moment
        life.world.texts["r2"] = "please stop autopay"
        head: dict[str, Any] = {"practice_id": "p7", "balance_id": life.balance_id}
        await life.tell(ReplyReceived(fact_id="r2", at=at, channel=Channel.sms, **head))
        await life.until(datetime(2026, 3, 3, 21, 30, tzinfo=UTC))
        assert told(life) == [("offered", "agent"), ("autopay_stopped", "reply")]
        line = list(life.world.vault.told.values())[-1]
        assert line.name.startswith(f"{plan_id}.autopay_stopped.")
        assert (line.approved_by, sum(due.amount_cents for due in line.installments)) == ("policy", 320_00)
        assert line.because[0] == "The patient asked in a reply to stop automatic payments."
