"""What states ask of payment plans: dated, reviewed rows, the strictest wins, and unreviewed states get the strictest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plan_stories import accepted
from stories import PRACTICE, SLOW, Story

from receivables.plans.page import look_at
from receivables.policy import Policy
from receivables.rule_rows import PlanLimits
from receivables.rulebook import NO_PLAN_LAW, Rulebook
from runtime.rule_files import read_rules

DAY = date(2026, 3, 2)
ROOT = Path(__file__).parents[2]


def row(jurisdiction: str, grace: int = 0, share: float | None = None, **more: Any) -> PlanLimits:
    return PlanLimits.model_validate({
        "id": f"{jurisdiction}.plan_limits", "jurisdiction": jurisdiction, "practice_types": ["medical"],
        "effective_from": date(2026, 1, 1), "source": "a source", "reviewer": "counsel", "reviewed_on": date(2026, 1, 1),
        "next_review": date(2027, 1, 1), "version": 1, "grace_days": grace, "income_share_percent": share,
    } | more)  # fmt: skip


BOOK = Rulebook(
    plan_limits=(row("default", 60, 3), row("NJ", 60, 3), row("IL"), row("CO", 10, 4), row("OR", 30, reviewer=None, reviewed_on=None)),
    version="v",
)


@pytest.mark.parametrize(
    ("states", "kind", "day", "grace", "share", "by"),
    [
        (("IL",), "medical", DAY, 0, None, ""),
        (("IL", "NJ"), "medical", DAY, 60, 3, "NJ.plan_limits v1"),
        (("CO",), "medical", DAY, 10, 4, "CO.plan_limits v1"),
        (("CO", "NJ"), "medical", DAY, 60, 3, "NJ.plan_limits v1"),
        (("OR",), "medical", DAY, 60, 3, "default.plan_limits v1"),
        (("WY",), "medical", DAY, 60, 3, "default.plan_limits v1"),
        (("NJ",), "dental", DAY, 0, None, ""),
        (("NJ",), "medical", date(2025, 12, 31), 0, None, ""),
    ],
)
def test_the_strictest_row_of_every_place_the_person_may_be_in_holds(
    states: tuple[str, ...], kind: str, day: date, grace: int, share: float | None, by: str
) -> None:
    law = BOOK.plan_law(states, kind, day)
    assert (law.grace_days, law.income_share_percent, law.income_by) == (grace, share, by)


def test_a_federal_row_holds_everywhere_and_without_rows_nothing_more_is_asked() -> None:
    book = Rulebook(plan_limits=(row("US", 20), row("IL", 5)), version="w")
    assert book.plan_law(("IL",), "medical", DAY).grace_by == "US.plan_limits v1"
    assert Rulebook().plan_law(("IL",), "medical", DAY) == NO_PLAN_LAW


def in_jersey(**plan: Any) -> Story:
    policy = Policy.model_validate(plan).under(BOOK)
    return Story(policy=policy)


def test_in_new_jersey_a_person_agrees_to_the_plan_and_a_missed_payment_has_sixty_days() -> None:
    who = {"preferred_channel": "sms", "state": "NJ"}
    story = in_jersey().posted(320_00, history=SLOW, guarantor=who).until(0, "14:30")
    story.writes("accept_plan", "confirm_plan").until(0, "15:00")
    assert story.asked == ["plan_approval"]
    approval = next(one for one in story.done if one.step.kind == "ask_staff")
    assert "By NJ.plan_limits v1 a payment may take at most 3% of the monthly income" in approval.because[0]
    story.hears("task_resolved", task_id="b1.plan_approval.1", outcome="plan_agreed").until(74, "8:00")
    assert "plan_missed" not in [one[0] for one in story.messages]
    story.until(80, "12:00")
    missed = next(one for one in story.done if getattr(one.step, "message", "") == "plan_missed")
    assert "60 days of grace have passed, as NJ.plan_limits v1 asks." in missed.because
    assert (missed.decided_at.astimezone(story.zone).date() - date(2026, 3, 16)).days == 60


def test_elsewhere_the_practices_own_grace_is_named() -> None:
    story = accepted().until(40, "20:00")
    missed = next(one for one in story.done if getattr(one.step, "message", "") == "plan_missed")
    assert "5 days of grace have passed." in missed.because


def test_one_payment_later_is_no_monthly_plan_and_needs_nobody() -> None:
    story = in_jersey().posted(115_00, history=SLOW, guarantor={"state": "NJ", "preferred_channel": "sms"})
    story.until(0, "15:00").writes("propose_terms", "offer_or_create_plan", slots={"date": date(2026, 4, 2)})
    story.until(0, "15:30")
    assert story.asked == []
    assert story.case.plan is not None


def test_the_page_says_that_the_practice_looks_at_the_plan_first() -> None:
    story = in_jersey().posted(320_00, history=SLOW, guarantor={"state": "NJ"})
    look = look_at(story.case, story.policy, PRACTICE, DAY)
    assert {one.needs_person for one in look.choices} == {True}
    home = look_at(Story(policy=story.policy).posted(320_00, history=SLOW).case, story.policy, PRACTICE, DAY)
    assert {one.needs_person for one in home.choices} == {False}


def test_the_shipped_rows_are_reviewed_dated_and_none_is_stricter_than_the_row_for_unreviewed_states() -> None:
    book = read_rules(ROOT / "practices")
    (default,) = [one for one in book.plan_limits if one.jurisdiction == "default"]
    for one in book.plan_limits:
        assert one.reviewer
        assert one.source
        assert one.next_review > date(2026, 11, 25)
        assert one.grace_days <= default.grace_days
        assert one.income_share_percent is None or one.income_share_percent >= (default.income_share_percent or 0)
    assert book.plan_law(("NJ",), "dental", date(2026, 11, 25)).grace_days == 60
    assert book.plan_law(("IL",), "dental", date(2026, 11, 25)).income_share_percent is None
    assert book.without_plan_limits(("IL", "NJ", "WY"), "dental", date(2026, 11, 25)) == ["WY"]
    overdue = [one.name for one in book.overdue(date(2028, 1, 1))]
    assert "NJ.plan_limits v1" in overdue


def test_a_negative_grace_or_a_share_of_nothing_is_refused() -> None:
    for wrong in ({"grace_days": -1}, {"income_share_percent": 0}, {"income_share_percent": 101}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            row("NJ", **wrong)
