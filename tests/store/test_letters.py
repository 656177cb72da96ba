"""A letter passes the one claim, counts once, and is looked at once more when a person prints it."""

from __future__ import annotations

from datetime import datetime

import pytest

from receivables.contact import Silence
from receivables.facts import DeliveryFailed
from receivables.people import Channel, ContactPoint, PointStatus
from receivables.policy import Policy
from receivables.ports import Claimed, Message, NotBefore, Skipped, TouchRequest
from receivables.steps import SendMessage
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.letters import Letters, UnknownLetterError
from store.read_models import ReadModels
from store.silences import Silences
from store.task_book import PostgresTaskBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, reason
from tests.store.told import NOON, after, case_of, decision, karen, paid, posted, stopped, texts, wrote

HOME = "Karen Núñez\n45 Elm Street\nChicago, IL 60614"


@pytest.fixture
async def touches(pool):
    home = ContactPoint(channel=Channel.letter, value=HOME)
    await FactBook(pool).keep([posted(guarantor=karen("g1", texts(), home))], NOON)
    return PostgresTouchBook(pool, Policies())


def letter(n: int = 1, now: datetime = NOON) -> TouchRequest:
    home = ContactPoint(channel=Channel.letter, value=HOME)
    step = SendMessage(touch_id=f"p1.b1.letter.{n}", message="letter", channel=Channel.letter)
    return TouchRequest(
        case=case_of("b1", posted(guarantor=karen("g1", texts(), home))), step=step, to=HOME, now=now,
        policy=Policy(version="v7"), because=["Nothing else reaches her."],
    )  # fmt: skip


async def laid_out(touches: PostgresTouchBook, tray: Letters, n: int = 1, now: datetime = NOON) -> None:
    request = letter(n, now)
    assert isinstance(await touches.claim(request), Claimed)
    message = Message(
        channel=Channel.letter, to=HOME, text="Dear Karen,\n\nYour balance is $215.", link="https://x/p/1", language="en",
        touch_id=request.step.touch_id, practice_id="p1",
    )  # fmt: skip
    provider_id = await tray.send(message)
    assert await tray.send(message) == await tray.find(message, now) == provider_id
    await touches.accepted(request.step.touch_id, provider_id, now, "hash")


async def test_a_letter_lies_ready_is_printed_once_and_its_story_says_so(touches, pool):
    tray = Letters(pool)
    await laid_out(touches, tray)
    (ready,) = await tray.waiting("p1")
    assert ready.recipient == HOME.split("\n")
    assert ready.paragraphs == ["Dear Karen,", "Your balance is $215."]
    batch = await tray.collect("p1", after(hours=2))
    assert ([one.touch_id for one in batch.letters], batch.withdrawn, batch.held_back) == (["p1.b1.letter.1"], [], [])
    assert [one.touch_id for one in (await tray.collect("p1", after(hours=3))).letters] == ["p1.b1.letter.1"]
    assert await tray.printed(["p1.b1.letter.1"], "MK", after(hours=3)) == ["p1.b1.letter.1"]
    assert await tray.printed(["p1.b1.letter.1"], "MK", after(hours=4)) == []
    assert (await tray.collect("p1", after(hours=5))).letters == await tray.waiting("p1") == []
    story = {entry["sentence"]: entry for entry in await ReadModels(pool).timeline("p1", "b1")}
    assert story["The letter was printed."]["because"] == ["Printed by MK."]
    assert story["A letter was laid out for print."]["proof"]["consent"] == "unknown"
    assert await tray.recipient_of("p1.b1.letter.1") == ("p1", "b1", HOME)


async def test_a_letter_counts_as_a_touch_and_waits_for_caps_and_hours_like_every_other(touches, pool):
    await laid_out(touches, Letters(pool))
    text = SendMessage(touch_id="p1.b1.first_notice.1", message="first_notice", channel=Channel.sms)
    after_it = await touches.claim(letter(now=after(hours=1)).model_copy(update={"step": text, "to": texts().value}))
    assert isinstance(after_it, NotBefore)
    assert "less than 72 hours ago" in after_it.because or "today already" in after_it.because
    again = await touches.claim(letter(2, now=after(days=4, hours=10)))
    assert isinstance(again, NotBefore)
    assert "outside the hours" in again.because


@pytest.mark.parametrize(
    ("news", "because"),
    [
        (paid(cents=15_00), "What is owed has changed"), (paid(), "What is owed has changed"),
        (stopped(channel=None), "A stop has come"), (stopped(channel=Channel.letter), "A stop has come"),
        (wrote("who is this?", at=after(hours=1)), "The patient has written since"),
    ],
)  # fmt: skip
async def test_what_came_since_withdraws_it_and_its_case_hears_of_it(touches, pool, news, because):
    tray, facts = Letters(pool), FactBook(pool)
    await laid_out(touches, tray)
    await facts.keep([news], after(hours=1))
    batch = await tray.collect("p1", after(hours=2))
    assert batch.letters == []
    assert because in batch.withdrawn[0].because
    assert await tray.printed(["p1.b1.letter.1"], "MK", after(hours=2)) == []
    (told,) = [one for one in await PostgresCaseBook(pool).news("p1", "b1", []) if isinstance(one, DeliveryFailed)]
    assert (told.touch_id, told.channel, told.status) == ("p1.b1.letter.1", Channel.letter, None)
    assert (await tray.collect("p1", after(hours=3))).withdrawn == []
    assert await pool.fetchval("SELECT status FROM touches WHERE touch_id = 'p1.b1.letter.1'") == "refused"
    with pytest.raises(UnknownLetterError):
        await tray.recipient_of("p1.b1.letter.1")


async def test_a_stop_of_texts_leaves_the_letter_and_a_silence_holds_it_back(touches, pool):
    tray, silences = Letters(pool), Silences(pool)
    await laid_out(touches, tray)
    await FactBook(pool).keep([stopped(channel=Channel.sms)], after(hours=1))
    quiet = Silence(since=NOON, channel="letter", because="A wrong phone number.", who="MK")
    await silences.silence(quiet)
    batch = await tray.collect("p1", after(hours=2))
    assert (batch.letters, batch.withdrawn) == ([], [])
    assert "A wrong phone number." in batch.held_back[0].because
    await silences.release(quiet, "MK", after(hours=3))
    assert len((await tray.collect("p1", after(hours=3))).letters) == 1


async def test_no_letter_goes_to_an_address_that_mail_comes_back_from(touches, pool):
    await touches.point_failed(HOME.replace("Elm", "ELM"), Channel.letter, PointStatus.bounced)
    refused = await touches.claim(letter())
    assert isinstance(refused, Skipped)
    assert "comes back" in reason(refused)


async def test_who_wants_no_letters_is_refused_one_at_the_claim(touches, pool):
    await FactBook(pool).keep([stopped(channel=Channel.letter)], NOON)
    assert isinstance(await touches.claim(letter()), Skipped)


async def test_two_balances_of_one_person_go_in_one_letter_and_are_withdrawn_together(touches, pool):
    """The other one was about to get a letter too: both are named in one, and a payment on either takes it back."""
    facts, cases, tray = FactBook(pool), PostgresCaseBook(pool), Letters(pool)
    home = ContactPoint(channel=Channel.letter, value=HOME)
    second = posted("b2", cents=20_00, guarantor=karen("g1", texts(), home))
    await facts.keep([second], NOON)
    planned = SendMessage(touch_id="p1.b2.letter.1", message="letter", channel=Channel.letter)
    await cases.record(case_of("b2", second), decision(planned, act_at=NOON))
    claim = await touches.claim(letter())
    assert isinstance(claim, Claimed)
    assert [kin.balance_id for kin in claim.family] == ["b2"]
    message = Message(
        channel=Channel.letter, to=HOME, text="Dear Karen,\n\nTwo balances.", link="https://x/p/1", language="en",
        touch_id="p1.b1.letter.1", practice_id="p1",
    )  # fmt: skip
    await touches.accepted("p1.b1.letter.1", await tray.send(message), NOON, "hash")
    await facts.keep([paid("pay2", cents=20_00, balance_id="b2")], after(hours=1))
    (gone,) = (await tray.collect("p1", after(hours=2))).withdrawn
    assert gone.balance_id == "b1"
    for balance, touch in (("b1", "p1.b1.letter.1"), ("b2", "p1.b2.letter.1")):
        news = [one for one in await cases.news("p1", balance, []) if isinstance(one, DeliveryFailed)]
        assert touch in [one.touch_id for one in news]


# --- letters that nobody prints ---------------------------------------------------------------------------------------


async def test_a_letter_nobody_prints_becomes_a_task_after_the_working_days_and_printing_ends_it(touches, pool):
    tray, tasks, practice = Letters(pool), PostgresTaskBook(pool), Policies().practice("p1")
    await laid_out(touches, tray)
    assert not await tray.watch(practice, Policy(), after(days=3)), "Tuesday, Wednesday and Thursday are the practice's"
    assert await tray.watch(practice, Policy(), after(days=4))
    assert not await tray.watch(practice, Policy(), after(days=4, hours=1)), "one task until it is done"
    (task,) = await tasks.list("p1", "open")
    assert (task.kind, task.balance_id) == ("letters_waiting", None)
    assert task.summary == "One letter lies ready, and nobody has printed it within three working days; the oldest is of Mar 2."
    assert "collect letters print" in task.suggestion
    await tray.printed(["p1.b1.letter.1"], "MK", after(days=5))
    assert not await tray.watch(practice, Policy(), after(days=5))
    assert await tasks.list("p1", "open") == []
    assert not await tray.watch(practice, Policy(), after(days=9))


async def test_a_task_called_done_without_printing_comes_back_with_the_letters_of_a_later_day_alone(touches, pool):
    tray, tasks, practice = Letters(pool), PostgresTaskBook(pool), Policies().practice("p1")
    await laid_out(touches, tray)
    assert await tray.watch(practice, Policy(), after(days=4))
    await tasks.resolve("p1:letters.2026-03-02", "done", "MK", after(days=4))
    assert not await tray.watch(practice, Policy(), after(days=8))
    await laid_out(touches, tray, 2, after(days=7))
    assert await tray.watch(practice, Policy(), after(days=14))
    (task,) = await tasks.list("p1", "open")
    assert task.summary.startswith("Two letters lie ready, and nobody has printed them")
