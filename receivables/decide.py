"""Decides what is to be done next for one balance, when, and why; it asks the rules in their order and nothing else."""

from __future__ import annotations

from datetime import datetime

from receivables.case import Case
from receivables.policy import Policy, Practice
from receivables.rules.grounds import rules_for
from receivables.rules.money import not_past_a_posting
from receivables.steps import Decision
from receivables.view import View


def decide(case: Case, policy: Policy, practice: Practice, now: datetime) -> Decision:
    """The next step, the moment for it, the reasons in words for staff, and the rule that answered.

    Asked again at the moment of acting it gives the same step, as long as nothing new has been folded.
    """
    view = View(case, policy, practice, now)
    rules, decision = iter(rules_for(case)), None
    while decision is None:  # The last rule always answers.
        rule = next(rules)
        decision = rule(view)
    decision.rule = rule.__name__
    return not_past_a_posting(view, decision)
