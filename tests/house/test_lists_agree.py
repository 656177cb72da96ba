"""A list that is written twice is compared here, so that neither copy can be forgotten."""

import ast
import inspect
import typing
from pathlib import Path

from receivables import facts, steps
from receivables.case import Hold
from worker.registry import ACTIVITY_NAMES, WORKFLOWS
from workflows import search_attributes
from workflows.activity_options import STEPS
from workflows.collect_balance import CollectBalance
from workflows.contract import SIGNAL_OF
from workflows.hearing import Hearing
from workflows.reconcile_practice import ReconcilePractice

ROOT = Path(__file__).resolve().parents[2]
NEEDS_NO_ACTIVITY = {"wait", "close"}
SCENARIO_OF = {
    "send_message": "test_f1_sarah_gets_one_short_text_within_a_day",
    "read_reply": "test_f2_tom_is_offered_four_payments_of_80_and_his_yes_sets_the_plan_up",
    "post_to_practice": "test_f3_karen_pays_a_part_and_the_rest_next_month_without_a_person",
    "offer_plan": "test_asking_to_pay_in_parts_is_answered_and_a_yes_sets_it_up",
    "create_plan": "test_f3_karen_pays_a_part_and_the_rest_next_month_without_a_person",
    "charge_installment": "test_four_payments_of_80_are_reminded_charged_and_posted_and_the_case_ends",
    "ask_staff": "test_f4_a_high_risk_balance_goes_to_a_prepared_call_and_no_further_text",
    "wait": "test_f9_a_call_is_not_due_within_two_hours_of_a_reply",
    "close": "test_f7_someone_who_paid_yesterday_hears_nothing",
}


def kinds(union: object) -> set[str]:
    members = (
        typing.get_args(typing.get_args(union)[0])
        if typing.get_origin(union) is typing.Annotated
        else typing.get_args(union)
    )
    return {member.model_fields["kind"].default for member in members}


def test_every_step_has_its_activity_and_options() -> None:
    assert set(STEPS) == kinds(steps.Step) - NEEDS_NO_ACTIVITY
    assert set(ACTIVITY_NAMES) == set(STEPS) | {"decide", "prove_books"}
    assert [CollectBalance, ReconcilePractice] == WORKFLOWS


def test_every_step_has_a_scenario() -> None:
    assert set(SCENARIO_OF) == kinds(steps.Step)
    scenarios = "".join(path.read_text() for path in (ROOT / "tests" / "scenarios").glob("test_*.py"))
    for name in SCENARIO_OF.values():
        assert f"def {name}(" in scenarios


def test_every_fact_that_comes_from_outside_the_case_has_a_signal() -> None:
    learned_by_its_own_steps = {
        "message_skipped", "reply_understood", "payment_posted", "posting_handed_over",
        "posting_delayed", "task_opened", "plan_set_up", "plan_changed", "plan_refused",
        "plan_beside",  # read with the news of a balance, never sent
    }  # fmt: skip
    assert set(SIGNAL_OF) == kinds(facts.AnyFact) - learned_by_its_own_steps


def test_every_signal_has_a_handler() -> None:
    source = ast.parse(inspect.getsource(Hearing))
    handlers = {
        node.name
        for node in ast.walk(source)
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(mark, ast.Call) and ast.unparse(mark.func) == "workflow.signal" for mark in node.decorator_list
        )
    }
    assert handlers == set(SIGNAL_OF.values())


def test_the_embedded_engine_knows_every_search_attribute() -> None:
    from runtime.embedded_temporal import SEARCH_ATTRIBUTES

    assert set(SEARCH_ATTRIBUTES) == {key.name for key in search_attributes.ALL}


def test_every_hold_is_lifted_or_waits_for_a_person_somewhere() -> None:
    reasons = typing.get_args(Hold.model_fields["reason"].annotation)
    rules = "".join(path.read_text() for path in (ROOT / "receivables").rglob("*.py"))
    for reason in reasons:
        assert rules.count(f'"{reason}"') >= 2, f"{reason} is written or read nowhere but in its own list"
