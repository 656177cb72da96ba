"""A balance's life on a real Temporal server: what it does, what it costs, and that nothing can interrupt it."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from living import living
from small_world import SmallLines, SmallWorld
from temporalio.client import Client

from activities.messaging import NOT_KNOWN
from receivables.errors import CannotKnow, TryLater
from receivables.policy import Policy


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in Chicago in March 2026, before summer time."""
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour + 6, minutes=minute)


async def test_sarah_is_texted_at_two_and_her_payment_closes_the_balance(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        await life.until(march(2, 13))
        assert not life.world.sent
        await life.until(march(2, 14))
        assert list(life.world.sent) == [f"p7.{life.balance_id}.first_notice.1"]
        await life.paid(47_00)
        ending = await life.handle.result()
        assert ending["reason"] == "paid"
        assert life.world.posted_cents == 47_00


@pytest.mark.parametrize(("rounds", "posted_at", "until"), [(2, (9, 0), (12, 2)), (2, (14, 0), (12, 2))])
async def test_a_life_stays_within_its_budget_of_events_and_actions(
    client: Client, rounds: int, posted_at: tuple[int, int], until: tuple[int, int]
) -> None:
    """Billable: start, each activity, timer, signal and upsert, and one for the markers of a workflow task.

    A signal that moves virtual time, and the cancelled timer, stand for a timer that fires: one event, and no action.
    """
    at_once = Policy.model_validate({"contact": {"first_touch_soonest_minutes": 0}})
    async with living(client, SmallWorld(moment=march(2, *posted_at), current=at_once)) as life:
        await life.posted(47_00)
        await life.until(march(*until))
        assert len(life.world.sent) == rounds
        await asyncio.sleep(0.5)  # Let the engine take in the rest before the payment: two facts in one task cost less.
        await life.paid(47_00)
        await life.handle.result()
        counts = await life.events()
        actions = (
            1 + counts["ACTIVITY_TASK_SCHEDULED"] + counts["TIMER_STARTED"] + counts["WORKFLOW_EXECUTION_SIGNALED"]
            - life.nudges + counts["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"] + counts["MARKER_RECORDED"]
        )  # fmt: skip
        events = sum(counts.values()) - counts["TIMER_CANCELED"]
        assert events <= 23 + 11 * (rounds - 1) + 4 + 3 * rounds, counts
        assert actions <= 3 * rounds + 6, counts


async def test_continuing_at_every_step_gives_the_same_life(client: Client) -> None:
    stories = []
    for continue_every in (0, 1):
        async with living(client) as life:
            await life.posted(130_00, continue_every=continue_every)
            await life.until(march(5, 12))
            await life.paid(30_00)
            await life.until(march(26, 12))
            await life.paid(100_00)
            ending = await life.handle.result()
            name = life.balance_id
            stories.append(
                (
                    ending["reason"], life.world.posted_cents,
                    [touch.replace(name, "") for touch in life.world.sent],
                    [task.removeprefix(name) for task in life.world.opened],
                    [(decision.step.kind, decision.act_at, decision.stage) for decision in life.world.decisions],
                )
            )  # fmt: skip
            runs = [run async for run in client.list_workflows(f"WorkflowId = '{life.handle.id}'")]
            assert (len(runs) > 1) is (continue_every == 1)
    assert stories[0][:4] == stories[1][:4]


async def test_a_payment_told_in_the_second_the_text_is_due_stops_the_text(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        life.world.moment = march(2, 14)
        await life.nudge()
        await life.paid(47_00)
        await life.handle.result()
        assert len(life.world.sent) <= 1
        assert life.world.posted_cents == 47_00


async def test_a_payment_in_the_database_that_no_signal_brought_stops_the_text(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        from receivables.facts import PaymentRecorded
        from receivables.money import Cents

        life.world.stored.append(
            PaymentRecorded(
                fact_id="pay.unheard", at=march(2, 13), practice_id="p7", balance_id=life.balance_id,
                amount_cents=Cents(47_00), paid_at=march(2, 13),
            )
        )  # fmt: skip
        await life.until(march(2, 14))
        await life.handle.result()
        assert not life.world.sent


async def test_an_unclear_answer_is_looked_up_and_the_text_counts_once(client: Client) -> None:
    async with living(client) as life:
        life.world.faults = [CannotKnow("lost"), TryLater("busy")]
        await life.posted(47_00)
        await life.until(march(2, 18))
        assert len(life.world.sent) == 1
        await life.paid(47_00)
        await life.handle.result()


async def test_a_message_only_a_report_tells_of_is_asked_about_ever_more_seldom_and_not_twice_in_a_row(
    client: Client,
) -> None:
    async with living(client, SmallWorld(reports_until=march(3, 14))) as life:
        life.world.faults = [CannotKnow("lost")]
        await life.posted(47_00)
        await life.until(march(3, 18))
        assert len(life.world.sent) == 1
        doubtful = [one for one in life.world.decisions if any(NOT_KNOWN in because for because in one.because)]
        assert 4 <= len(doubtful) <= 10, doubtful
        await life.paid(47_00)
        await life.handle.result()


async def test_a_practice_system_that_is_away_delays_the_posting_visibly_and_never_doubles_it(client: Client) -> None:
    async with living(client, SmallWorld(outage=5)) as life:
        await life.posted(47_00)
        await life.paid(47_00)
        waiting = life.world.decisions[-1]
        assert waiting.step.kind == "wait"
        assert "could not be reached" in waiting.because[-1]
        assert not life.world.postings
        await life.until(march(2, 12))
        assert (await life.handle.result())["reason"] == "paid"
        assert life.world.posted_cents == 47_00


async def test_money_of_a_day_the_practice_has_closed_goes_to_the_next_open_day_and_the_record_says_why(
    client: Client,
) -> None:
    async with living(client, SmallWorld(locked=date(2026, 3, 15))) as life:
        await life.posted(47_00)
        await life.paid(47_00)
        await life.handle.result()
        [posting] = life.world.postings.values()
        assert posting.booked_on == date(2026, 3, 16)
        assert life.world.closed_until == [date(2026, 3, 15)]
        assert life.world.remarks == [
            "The books are closed up to 2026-03-15: what was paid on 2026-03-02 stands on 2026-03-16, the next open day."
        ]


async def test_what_was_late_for_our_own_closed_month_stands_on_the_same_day_in_the_practices_books(
    client: Client,
) -> None:
    async with living(client, SmallWorld(late_until=date(2026, 3, 31))) as life:
        await life.posted(47_00)
        await life.paid(47_00)
        await life.handle.result()
        [posting] = life.world.postings.values()
        assert posting.booked_on == date(2026, 4, 1)


async def test_money_of_an_open_day_stands_on_its_own_day_without_a_word(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        await life.paid(47_00)
        await life.handle.result()
        [posting] = life.world.postings.values()
        assert (posting.booked_on, life.world.remarks) == (date(2026, 3, 2), [""])


async def test_the_same_signal_fifty_times_changes_nothing(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        for _ in range(50):
            await life.paid(20_00, "pay.same." + life.balance_id)
        status = await life.handle.query("status")
        assert status["outstanding_cents"] == 27_00
        assert life.world.posted_cents == 20_00


async def test_pausing_answers_at_once_and_nothing_is_sent_until_resumed(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        now = life.world.moment
        status = await life.handle.execute_update("pause_outreach", {"fact_id": "u1", "at": now.isoformat()})
        assert status["outstanding_cents"] == 47_00
        await life.quiet()
        await life.until(march(9, 12))
        assert not life.world.sent
        life.world.moment = march(9, 12)
        await life.handle.execute_update("resume_outreach", {"fact_id": "u2", "at": life.world.moment.isoformat()})
        await life._until(lambda: life.world.decisions[-1].step.kind == "send_message")
        await life.until(march(10, 20))
        assert len(life.world.sent) == 1


async def test_staff_reads_the_case_in_the_ui_and_the_server_stores_nothing_readable(client: Client) -> None:
    async with living(client) as life:
        await life.posted(47_00)
        entries = await life.handle.query("timeline")
        assert "Balance posted" in entries[0]["what"]
        step = await life.handle.query("next_step")
        assert step["decision"]["because"]
        history = (await life.handle.fetch_history()).to_json()
        for word in ("Sarah", "312555", "sarah@", "first_notice", "first notice"):
            assert word not in history


async def test_a_decision_is_asked_for_again_while_the_database_is_away(client: Client) -> None:
    class Away(SmallWorld):
        failures = 3

        async def news(self, practice_id, balance_id, handled):  # type: ignore[no-untyped-def]
            if self.failures:
                self.failures -= 1
                raise ConnectionError
            return await super().news(practice_id, balance_id, handled)

    async with living(client, Away()) as life:
        await life.posted(47_00)
        await life.until(march(2, 14) + timedelta(minutes=1))
        assert len(life.world.sent) == 1


async def test_what_comes_between_the_claim_and_the_sending_is_seen_at_the_last_look(client: Client) -> None:
    async with living(client) as life:
        life.world.overtaken.append("A stop has come since the message was claimed.")
        await life.posted(47_00)
        await life.until(march(2, 14))
        assert not life.world.sent
        await life.until(march(2, 14, 15))
        assert list(life.world.sent) == [f"p7.{life.balance_id}.first_notice.1"]


async def test_a_text_of_more_parts_than_may_leave_is_said_by_email_instead(client: Client) -> None:
    async with living(client, SmallWorld(wording="Lakeside: " + "word " * 100)) as life:
        await life.posted(47_00)
        await life.until(march(4, 14))
        assert {message.channel for message in life.world.sent.values()} == {"email"}


async def test_a_landline_is_found_out_before_the_first_text(client: Client) -> None:
    async with living(client, SmallWorld(lines=SmallLines("landline"))) as life:
        await life.posted(47_00)
        await life.until(march(4, 14))
        assert not [message for message in life.world.sent.values() if message.channel == "sms"]


async def test_a_number_that_went_to_somebody_else_gets_no_text_and_no_call(client: Client) -> None:
    async with living(client, SmallWorld(lines=SmallLines(handed_on=date(2026, 3, 30)))) as life:
        await life.posted(47_00)
        await life.until(march(9, 14))
        assert not [message for message in life.world.sent.values() if message.channel == "sms"]
        assert life.world.looked_up == [
            ("wrong_person", "The number was looked up: it went to somebody else after it was last verified.")
        ]


async def test_a_number_that_was_verified_after_it_changed_hands_is_texted(client: Client) -> None:
    async with living(client, SmallWorld(lines=SmallLines(handed_on=date(2026, 3, 2)))) as life:
        await life.posted(47_00)
        await life.until(march(2, 14))
        assert list(life.world.sent) == [f"p7.{life.balance_id}.first_notice.1"]


async def test_while_a_number_cannot_be_looked_up_the_text_waits(client: Client) -> None:
    async with living(client, SmallWorld(lines=SmallLines(faults=[TryLater("It could not be looked up.")]))) as life:
        await life.posted(47_00)
        await life.until(march(2, 14))
        assert not life.world.sent
        await life.until(march(2, 14, 15))
        assert list(life.world.sent) == [f"p7.{life.balance_id}.first_notice.1"]
