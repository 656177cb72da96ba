"""`collect decide`: what would happen next, from facts on standard input. Nothing is stored or sent."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from receivables.case import Case
from receivables.decide import decide
from receivables.errors import BadPolicy
from receivables.facts import ANY_FACT, AnyFact, BalancePosted
from receivables.fold import fold, open_case
from receivables.policy import Policy, Practice
from receivables.steps import Decision
from starter.bad_input import problems_in
from starter.cli.printing import fail, out

KINDS = tuple(ANY_FACT.json_schema()["discriminator"]["mapping"])
"""Parts of an error's path that are no fields."""
ANY_PRACTICE = Practice(
    practice_id="any", name="The practice", phone="+13125550100", time_zone="America/Chicago", state="IL",
    postal_address="1 Any Street, Chicago, IL 60601", email="billing@example.com", sms_from="+13125550100",
    statement_name="PRACTICE",
)  # fmt: skip
"""Stands in for the practice when the input names none; its zone is used when a guarantor has none."""


class Question(BaseModel):
    """The document on standard input."""

    model_config = ConfigDict(extra="forbid")

    now: AwareDatetime
    facts: list[AnyFact] = Field(min_length=1)
    policy: dict[str, Any] = Field(default_factory=dict)
    practice: Practice | None = None


def decide_(
    json_: Annotated[
        bool, typer.Option("--json", help="One JSON document (also when output is not a terminal).")
    ] = False,
    practices: Annotated[Path, typer.Option(help="Folder with the practices' policies.")] = Path("practices"),
) -> None:
    """Fold facts and print the decision they lead to.

    Reads {"now": "2026-03-02T09:15:00-06:00", "facts": […], "policy": {…}} on standard input; `policy` overrides
    single numbers, in dollars, such as {"min_balance_to_contact": 25}.
    """
    try:
        question = Question.model_validate_json(sys.stdin.read())
        decision = answer(question, practices)
    except ValidationError as wrong:
        found = problems_in(wrong.errors(include_url=False, include_input=False), skip=KINDS)
        fail("\n".join(f"{one.field or 'input'}: {one.problem}; {one.mend}" for one in found), wrong_use=True)
    except BadPolicy as wrong:
        fail(str(wrong), wrong_use=True)
    if json_ or not out.is_terminal:
        sys.stdout.write(json.dumps(decision.model_dump(mode="json"), ensure_ascii=False) + "\n")
        return
    when = decision.act_at or "now"
    out.print(f"{decision.step.kind} {when} ({decision.stage}, rule {decision.rule})", soft_wrap=True)
    for reason in decision.because:
        out.print(f"  - {reason}", soft_wrap=True, markup=False)


def answer(question: Question, practices: Path) -> Decision:
    """The decision for one question; facts before the posting are kept until it comes."""
    case = _folded(question.facts)
    practice = question.practice or ANY_PRACTICE
    return decide(case, _policy(case.practice_id, question.policy, practices), practice, question.now)


def _folded(facts: list[AnyFact]) -> Case:
    first = next((fact for fact in facts if isinstance(fact, BalancePosted)), None)
    if first is None:
        fail("facts: there is no balance_posted among them; give the posting of the balance", wrong_use=True)
    case = open_case(first)
    for fact in facts:
        case = fold(case, fact)
    return case


def _policy(practice_id: str, overrides: dict[str, Any], practices: Path) -> Policy:
    from runtime.policy_files import PolicyFiles

    return PolicyFiles(practices).draft(practice_id, overrides)
