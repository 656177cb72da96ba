"""Stories about Tom's plan of four payments of $80, told once for all calendars; day 0 is Monday, March 2."""

from __future__ import annotations

from typing import Any

from stories import CARD, SLOW, Story

from receivables.plans.money import Left, lefts

TOM = {"history": SLOW, "guarantor": {"preferred_channel": "sms"}}


def accepted(story: Story | None = None) -> Story:
    """Tom has said yes to four payments of $80; day 0 is Monday, March 2."""
    story = (story or Story()).posted(320_00, **TOM).until(0, "14:30").writes("accept_plan", "confirm_plan")
    return story.until(0, "15:00")


def enrolled(story: Story | None = None) -> Story:
    """And has put a card on file."""
    story = accepted(story)
    return story.hears("card_enrolled", plan_id="b1.plan.1", card=CARD, authorization="seti_1")


def charges(story: Story) -> list[tuple[str, int, int, int]]:
    return [
        (f"{one.decided_at.astimezone(story.zone):%b %d %H:%M}", one.step.installment, one.step.attempt, int(one.step.amount_cents))
        for one in story.done
        if one.step.kind == "charge_installment"
    ]  # fmt: skip


def dues(story: Story) -> list[tuple[int, int, str]]:
    assert story.case.plan is not None
    return [(due.number, int(due.amount_cents), f"{due.due_on:%b %d}") for due in story.case.plan.installments]


def step_kinds(story: Story) -> list[str]:
    return [one.step.kind for one in story.done]


def say(story: Story, wish: str, **said: Any) -> Story:
    return story.writes("manage_plan", "human_callback", plan_wish=wish, **said)


def left_of(story: Story) -> list[Left]:
    assert story.case.plan is not None
    return lefts(story.case, story.case.plan)
