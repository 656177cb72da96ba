"""Four segments with words and cadence of their own (S68), as data that a practice sets; rules read them."""

from __future__ import annotations

from typing import get_args

import pytest
from stories import STEADY, Story

from receivables.policy import Policy
from receivables.policy_ladder import SegmentName
from receivables.segments import Segment
from receivables.steps import AskStaff, SendMessage

SLOW = {"days_to_pay": [80, 90]}


def policy(**segments: object) -> Policy:
    return Policy.model_validate({"segments": segments})


def days_of(story: Story, kind: type) -> list[int]:
    return [(one.decided_at.date() - story.day0).days for one in story.done if isinstance(one.step, kind)]


def test_the_policy_names_the_segments_there_are() -> None:
    assert set(get_args(SegmentName)) == {segment.value for segment in Segment}


def test_a_segments_own_days_replace_the_ladders_and_other_segments_keep_them() -> None:
    own = policy(reminder_days={"small_reliable": 9}, call_days={"small_reliable": 20})
    small = Story(policy=own).posted(60_00, history=STEADY).until(30, "12:00")
    assert days_of(small, SendMessage) == [0, 9]
    assert days_of(small, AskStaff) == [20]
    other = Story(policy=own).posted(60_00, history=SLOW).until(30, "12:00")
    assert days_of(other, SendMessage) == [0, 7]
    assert days_of(other, AskStaff) == [15]


def test_small_sums_of_unproven_payers_are_called_every_two_weeks_and_all_others_every_week() -> None:
    small = Story(resolve={"call": "no_answer"}).posted(60_00, history=SLOW).until(60, "12:00")
    large = Story(resolve={"call": "no_answer"}).posted(210_00, history=STEADY).until(60, "12:00")
    first, second, *_ = days_of(small, AskStaff)
    assert second - first == 14
    first, second, *_ = days_of(large, AskStaff)
    assert second - first == 7


def test_the_rest_after_a_word_is_the_segments_own() -> None:
    own = policy(peace_days={"large_reliable": 12})
    story = Story(policy=own).posted(215_00, history=STEADY).until(2, "09:00").pays(100_00).until(40, "12:00")
    again = [day for day in days_of(story, SendMessage) if day > 2]
    assert again[0] == 14


def test_staff_reads_the_segment_among_the_reasons() -> None:
    story = Story().posted(60_00, history=STEADY).until(1, "12:00")
    assert "Segment: small balance, reliable payer." in story.done[0].because


@pytest.mark.parametrize("days", [{"small_reliable": 1}, {"tiny": 9}])
def test_days_nobody_should_set_are_refused(days: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"small_reliable|tiny"):
        policy(reminder_days=days)
    with pytest.raises(ValueError, match="greater than or equal to 7"):
        policy(call_again_days={"small_reliable": 6})
