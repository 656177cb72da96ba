"""Not asking a rule is the same as asking it: whatever lacks its ground leaves the question to the next rule."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import pytest
import random_lives
from books import POLICY
from random_lives import Life
from stories import PRACTICE

from receivables.case import Case, Hold
from receivables.decide import decide
from receivables.policy import Policy, Practice
from receivables.rules import RULES
from receivables.rules.grounds import GROUND, HELD, rules_for
from receivables.rules.money import not_past_a_posting
from receivables.steps import Decision
from receivables.view import View

LIVES = range(70_000, 70_250)
NOT_ALWAYS = GROUND.keys() | HELD.keys()


def by_all_rules(case: Case, now: datetime) -> Decision:
    """Every rule in its order, as if none could be spared."""
    view = View(case, POLICY, PRACTICE, now)
    rule, decision = next((rule, found) for rule in RULES if (found := rule(view)) is not None)
    decision.rule = rule.__name__
    return not_past_a_posting(view, decision)


def test_in_random_lives_every_decision_is_the_one_that_all_rules_give(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, spared = 0, dict.fromkeys(NOT_ALWAYS, 0)

    def compared(case: Case, policy: Policy, practice: Practice, now: datetime) -> Decision:
        nonlocal asked
        asked += 1
        decision = decide(case, policy, practice, now)
        assert decision == by_all_rules(case, now)
        for rule in NOT_ALWAYS - set(rules_for(case)):
            spared[rule] += 1
            assert case.posted_at is None or rule(View(case, policy, practice, now)) is None, rule.__name__
        return decision

    monkeypatch.setattr(random_lives, "decide", compared)
    for seed in LIVES:
        Life(seed).live()
    assert asked > 10 * len(LIVES)
    assert min(spared.values()) > asked / 10, "each rule is spared often, so that each is tried here"


def test_rules_keep_their_order_and_those_without_a_ground_are_always_asked() -> None:
    empty = rules_for(Case(practice_id="p7", balance_id="b1"))
    assert list(empty) == [rule for rule in RULES if rule not in NOT_ALWAYS]
    assert set(RULES) > NOT_ALWAYS
    assert set(GROUND.values()) <= set(Case.model_fields)
    holds = get_args(Hold.model_fields["reason"].annotation)
    assert {reason for reasons in HELD.values() for reason in reasons} <= set(holds)
