"""The judge of card charges finds each charge that must not be, from the card vendor's lists, and lets pass what may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from starter.demo.charges import Vendor, judged_charges
from starter.demo.invariants import Record, judged

DAY = 86_400
START = int(datetime(2026, 3, 2, 15, tzinfo=UTC).timestamp())
PLAN = "b1.plan.1"
UNALLOWED = "no charge without a mandate"
TWICE = "no charge twice for one try or installment"
ABOVE = "no charge above what was owed"
STOPPED = "no charge after autopay was stopped"
HARD = "no charge after a hard decline of the card"
OFTEN = "at most 4 tries for each installment"


def setup(day: int = 0, plan: str = PLAN, card: str = "pm_1", status: str = "succeeded") -> dict[str, Any]:
    return {"payment_method": card, "status": status, "created": START + day * DAY, "metadata": {"plan": plan}}


def charge(day: int, number: int = 1, attempt: int = 1, *, reason: str = "", **more: Any) -> dict[str, Any]:
    of = {"practice": "lakeside", "balance": "b1", "plan": PLAN, "installment": str(number)}
    of["try"] = f"{PLAN}:installment:{number}:try:{attempt}"
    outcome = {"reason": reason or None, "advice_code": None, "network_advice_code": None}
    return {
        "id": f"ch_{day}_{number}_{attempt}", "payment_intent": f"pi_{day}_{number}_{attempt}", "payment_method": "pm_1",
        "amount": 25_00, "status": "failed" if reason else "succeeded", "created": START + day * DAY,
        "metadata": of, "outcome": outcome,
    } | more  # fmt: skip


def vendor(*charges: dict[str, Any], setups: Sequence[dict[str, Any]] = (setup(),), **more: Any) -> Vendor:
    intents = [{"id": one["payment_intent"], "metadata": one["metadata"]} for one in charges]
    return Vendor(intents=intents, charges=charges, setups=setups, **more)


def balances(*paid: tuple[int, int, str]) -> dict[str, dict[str, Any]]:
    """The ledger of a balance of $100 with its payments: day, cents, and the payment intent or nothing."""
    payments = [
        {
            "recorded_at": datetime.fromtimestamp(START + day * DAY + 5, UTC).isoformat(), "amount_cents": cents,
            "external_id": f"stripe.{intent}" if intent else None,
        }
        for day, cents, intent in paid
    ]  # fmt: skip
    posted_at = datetime.fromtimestamp(START - DAY, UTC).isoformat()
    return {"b1": {"posted_at": posted_at, "responsibility_cents": 100_00, "payments": payments}}


def broken(seen: Vendor, ledger: dict[str, dict[str, Any]] | None = None) -> list[str]:
    return [name for name, found in judged_charges(seen, ledger or balances()).items() if found]


def day(number: int) -> datetime:
    return datetime.fromtimestamp(START + number * DAY, UTC)


def test_a_plan_with_a_soft_decline_that_recovers_breaks_nothing() -> None:
    tries = [charge(1, reason="insufficient_funds"), charge(4, attempt=2), charge(31, number=2)]
    ledger = balances((4, 25_00, "pi_4_1_2"), (31, 25_00, "pi_31_2_1"))
    assert broken(vendor(*tries), ledger) == []


def test_a_payment_by_the_patient_on_the_page_needs_no_mandate() -> None:
    by_hand = charge(1, metadata={"balance": "b1"})
    assert broken(vendor(by_hand, setups=[])) == []


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (vendor(charge(1), setups=[]), UNALLOWED),
        (vendor(charge(1), setups=[setup(2)]), UNALLOWED),
        (vendor(charge(1), setups=[setup(plan="b1.plan.2")]), UNALLOWED),
        (vendor(charge(1), setups=[setup(card="pm_2")]), UNALLOWED),
        (vendor(charge(1), setups=[setup(status="requires_payment_method")]), UNALLOWED),
        (vendor(charge(1, reason="insufficient_funds"), charge(2, reason="insufficient_funds")), TWICE),
        (vendor(charge(1), charge(2, attempt=2)), TWICE),
        (vendor(charge(1, amount=100_01)), ABOVE),
        (vendor(charge(1, metadata=charge(1)["metadata"] | {"balance": "b9"})), ABOVE),
        (vendor(charge(5), stopped={"b1": day(3)}), STOPPED),
        (vendor(charge(1, reason="lost_card"), charge(4, attempt=2)), HARD),
        (vendor(charge(1, reason="stolen_card"), charge(31, number=2)), HARD),
        (vendor(*(charge(one, attempt=one, reason="insufficient_funds") for one in range(1, 6))), OFTEN),
    ],
)
def test_a_charge_that_must_not_be_is_found(seen: Vendor, rule: str) -> None:
    assert broken(seen) == [rule]


@pytest.mark.parametrize("word", [{"advice_code": "do_not_try_again"}, {"network_advice_code": "03"}])
def test_what_the_network_advises_against_is_a_hard_decline(word: dict[str, str]) -> None:
    refused = charge(1, reason="generic_decline")
    refused["outcome"] |= word
    assert broken(vendor(refused, charge(4, attempt=2))) == [HARD]


def test_money_that_came_before_lowers_what_may_be_charged() -> None:
    assert broken(vendor(charge(5)), balances((2, 80_00, ""))) == [ABOVE]
    assert broken(vendor(charge(5)), balances((2, 75_00, ""), (5, 25_00, "pi_5_1_1"))) == []
    assert broken(vendor(charge(5)), balances((6, 80_00, ""))) == []


def test_a_card_given_anew_may_be_charged_after_a_stop_and_after_a_refusal_for_good() -> None:
    both = [setup(), setup(4, card="pm_2")]
    assert broken(vendor(charge(5, payment_method="pm_2"), setups=both, stopped={"b1": day(3)})) == []
    refused = charge(1, reason="lost_card")
    assert broken(vendor(refused, charge(5, attempt=2, payment_method="pm_2"), setups=both)) == []


def test_a_charge_before_the_stop_and_four_tries_are_within_the_rules() -> None:
    assert broken(vendor(charge(2), stopped={"b1": day(3)})) == []
    assert broken(vendor(*(charge(one, attempt=one, reason="insufficient_funds") for one in range(1, 5)))) == []


def test_the_judge_of_the_demonstration_asks_about_charges_too() -> None:
    record = Record(
        messages=[], balances=balances(), payments=[], people=[], stops={}, violations=[], zone=UTC,  # type: ignore[arg-type]
        vendor=vendor(charge(1), setups=[]),
    )  # fmt: skip
    assert [name for name, found in judged(record).items() if found] == [UNALLOWED]
