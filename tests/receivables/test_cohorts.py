"""A share of people is left to the practice's own way: the same ones always, whole families at once."""

from __future__ import annotations

from datetime import date

from stories import STEADY, Story

from receivables.cohorts import left_alone, place_of, too_late_to_draw
from receivables.policy import Policy

DAY = date(2026, 3, 2)
PEOPLE = [f"g{number}" for number in range(20_000)]


def policy(**sections: object) -> Policy:
    return Policy.model_validate(sections)


def test_one_in_twenty_is_held_out_once_the_practice_has_named_a_day() -> None:
    measured = policy(holdout={"share": 0.05, "starts": "2026-03-02"})
    held = [who for who in PEOPLE if left_alone("p7", who, measured, DAY)]
    assert 0.045 < len(held) / len(PEOPLE) < 0.055
    assert held == [who for who in PEOPLE if left_alone("p7", who, measured, DAY)]
    assert not any(left_alone("p7", who, measured, date(2026, 3, 1)) for who in held), "posted before the draw began"
    unmeasured = Policy()
    assert not any(left_alone("p7", who, unmeasured, DAY) for who in PEOPLE)


def test_a_share_that_grows_keeps_whoever_is_in_it() -> None:
    shares = [policy(golive={"share": share}) for share in (0.1, 0.5, 1.0)]
    worked = [{who for who in PEOPLE if not left_alone("p7", who, share, DAY)} for share in shares]
    assert worked[0] < worked[1] < worked[2] == set(PEOPLE)
    assert 0.09 < len(worked[0]) / len(PEOPLE) < 0.11


def test_the_two_draws_do_not_hang_together() -> None:
    both = sum(place_of("p7", who, "holdout") < 0.5 and place_of("p7", who, "golive") < 0.5 for who in PEOPLE)
    assert 0.23 < both / len(PEOPLE) < 0.27


def test_someone_held_out_hears_nothing_and_can_still_pay() -> None:
    nobody = policy(golive={"share": 0})
    story = Story(policy=nobody).posted(60_00, history=STEADY).until(40, "12:00")
    assert story.messages == []
    assert story.asked == []
    assert story.decides().rule == "left_to_the_practice"
    assert "goes live with 0% of the people" in story.decides().because[0]
    story.pays(60_00).until(41, "12:00")
    assert story.decides().stage == "closed"


def test_in_the_holdout_the_reason_names_the_measurement() -> None:
    measured = policy(holdout={"share": 0.1, "starts": "2026-01-01"})
    held = next(who for who in PEOPLE if place_of("p7", who, "holdout") < 0.1)
    story = Story(policy=measured).posted(60_00, guarantor={"guarantor_id": held})
    assert "to measure the difference" in story.decides().because[0]


def test_whoever_was_written_to_stays_worked_when_the_first_day_of_the_holdout_is_moved_back() -> None:
    held = next(who for who in PEOPLE if place_of("p7", who, "holdout") < 0.05)
    story = Story(policy=Policy()).posted(60_00, history=STEADY, guarantor={"guarantor_id": held}).until(2, "12:00")
    before = len(story.messages)
    assert before > 0
    story.policy = policy(holdout={"share": 0.05, "starts": "2026-01-01"})
    story.until(40, "12:00")
    assert len(story.messages) > before
    assert story.decides().rule != "left_to_the_practice"


def test_a_holdout_is_drawn_from_today_on_and_a_day_that_stands_may_stay() -> None:
    started = policy(holdout={"starts": "2026-02-01"})
    assert too_late_to_draw(Policy(), started, DAY) == DAY
    assert too_late_to_draw(started, policy(holdout={"starts": "2026-01-01"}), DAY) == DAY
    assert too_late_to_draw(started, policy(holdout={"starts": "2026-02-01", "share": 0.1}), DAY) is None
    assert too_late_to_draw(started, policy(holdout={"starts": "2026-03-02"}), DAY) is None
    assert too_late_to_draw(started, Policy(), DAY) is None
