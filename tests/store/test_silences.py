"""The kill switch: what is silenced is not claimed from that moment on, and goes on when it is released."""

from __future__ import annotations

import asyncio

import pytest

from receivables.contact import Silence
from receivables.ports import Claimed, NotBefore
from store.silences import Silences
from tests.store.asking import claimed, reason, send
from tests.store.told import NOON, after


def quiet(**what: str) -> Silence:
    return Silence(since=NOON, because="The texts name a wrong amount.", who="MK", **what)


@pytest.mark.parametrize(
    "what",
    [
        {}, {"practice_id": "p1"}, {"agent": "payment"}, {"channel": "sms"}, {"message": "first_notice"},
        {"practice_id": "p1", "channel": "sms", "agent": "payment"},
    ],
)  # fmt: skip
async def test_whatever_is_silenced_is_not_claimed_until_it_is_released(touches, pool, what):
    silences = Silences(pool)
    await silences.silence(quiet(**what))
    answer = await touches.claim(send())
    assert isinstance(answer, NotBefore)
    assert answer.because == "A person has silenced this: The texts name a wrong amount."
    ended = await silences.release(quiet(**what), "JD", after(minutes=5))
    assert ended is not None
    assert (ended.released_by, ended.released_at) == ("JD", after(minutes=5))
    assert isinstance(await touches.claim(send(now=after(minutes=6))), Claimed)


@pytest.mark.parametrize(
    "what", [{"practice_id": "p2"}, {"agent": "recall"}, {"channel": "email"}, {"message": "follow_up"},
             {"practice_id": "p1", "channel": "email"}],
)  # fmt: skip
async def test_a_silence_holds_for_what_it_names_and_for_nothing_else(touches, pool, what):
    await Silences(pool).silence(quiet(**what))
    await claimed(touches, send())


async def test_the_same_silence_twice_is_one_and_what_is_not_silenced_cannot_be_released(pool):
    silences = Silences(pool)
    first = await silences.silence(quiet(channel="sms"))
    again = await silences.silence(quiet(channel="sms").model_copy(update={"who": "JD", "since": after(hours=1)}))
    assert again == first
    assert await silences.in_force() == await silences.in_force("p7") == [first]
    assert await silences.release(quiet(channel="email"), "JD", NOON) is None
    await silences.silence(quiet(practice_id="p1"))
    assert len(await silences.in_force("p1")) == 2
    assert len(await silences.in_force("p2")) == 1


async def test_what_was_claimed_before_the_switch_is_stopped_at_the_last_look(touches, pool):
    await claimed(touches, send())
    await Silences(pool).silence(quiet(practice_id="p1"))
    told = await touches.last_look(send().step.touch_id, {})
    assert told == "A person has silenced this: The texts name a wrong amount."


async def test_after_the_switch_was_answered_no_claim_of_many_wins(touches, pool):
    silences = Silences(pool)
    for n in range(20):
        stored = asyncio.Event()

        async def pull(stored: asyncio.Event = stored) -> None:
            await silences.silence(quiet(practice_id="p1"))
            stored.set()

        async def later(n: int = n, stored: asyncio.Event = stored) -> None:
            await stored.wait()
            assert "silenced" in reason(await touches.claim(send(n=n, now=after(weeks=n))))

        await asyncio.gather(pull(), *(later() for _ in range(8)))
        await silences.release(quiet(practice_id="p1"), "MK", NOON)
