"""Thousands of random lives, judged by books that know nothing of the case."""

import pytest
from books import Broken
from random_lives import Life
from stories import Story

LIVES = 2_000
BATCHES = 4


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_life_breaks_what_a_patient_was_promised(batch: int) -> None:
    """No message after money, a stop, a dispute, a death; in hours; never twice; one answer a reply; sums."""
    sent = asked = closed = answered = 0
    for seed in range(batch * LIVES // BATCHES, (batch + 1) * LIVES // BATCHES):
        try:
            life = Life(seed).live()
        except Broken as broken:
            pytest.fail(f"life {seed}: {broken}")
        sent += len(life.books.touch_ids)
        answered += len(life.books.answered)
        asked += len(life.books.tasks)
        closed += life.case.outstanding_cents <= 0
    assert min(sent, asked, closed, answered * 2) > LIVES / BATCHES / 8, "the lives are too dull to prove anything"


@pytest.mark.parametrize("seed", [10729])
def test_a_life_that_broke_a_promise_once_keeps_it_now(seed: int) -> None:
    """10729: a machine wrote while the patient was still writing, and the answer came between the two."""
    Life(seed).live()


def test_a_life_is_the_same_each_time_it_is_lived() -> None:
    assert Life(7).live().told == Life(7).live().told


def lived_with(seed: int, field: str, value: object) -> None:
    life = Life(seed)
    setattr(life.books, field, value)
    life.live()


@pytest.mark.parametrize(
    ("field", "value", "broken"),
    [
        ("stopped", {"sms", "email"}, "after STOP"),
        ("silenced", {"dispute"}, "in spite of"),
        ("paid", 1, "sum is wrong"),
    ],
)
def test_the_books_would_notice(field: str, value: object, broken: str) -> None:
    """The judge is judged: books that know of a stop the case has not heard must object."""
    with pytest.raises(Broken, match=broken):
        lived_with(3, field, value)


def test_a_story_that_never_rests_is_noticed() -> None:
    restless = Story().posted(60_00)
    restless._do = lambda decision: None  # type: ignore[method-assign]
    with pytest.raises(AssertionError, match="never rests"):
        restless.until(5, "12:00")
