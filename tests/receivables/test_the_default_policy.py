"""The default policy as a practice reads it: the same numbers as in the code, each explained."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from receivables.money import Cents
from receivables.policy import Policy

FILE = Path(__file__).resolve().parents[2] / "practices" / "_default" / "policy.yaml"


def test_the_file_says_exactly_what_the_code_does_without_it() -> None:
    assert Policy.model_validate(yaml.safe_load(FILE.read_text())) == Policy()


def test_every_number_is_in_the_file() -> None:
    def names(values: dict[str, object], above: str = "") -> set[str]:
        found: set[str] = set()
        for name, value in values.items():
            below = isinstance(value, dict) and not name.startswith("share_by")
            found |= names(value, f"{above}{name}.") if below else {above + name}  # type: ignore[arg-type]
        return found

    assert names(yaml.safe_load(FILE.read_text())) == names(Policy().model_dump()) - {"version"}


def test_the_numbers_that_settle_the_contradictions() -> None:
    policy = Policy()
    assert policy.min_balance_to_contact == Cents(10_00)
    assert (policy.channel.text_first_below, policy.channel.email_first_above) == (150_00, 300_00)
    assert (policy.plan.boundary, policy.plan.max_installments) == (100_00, 4)
    assert (policy.escalation.min_failed, policy.escalation.min_days) == (2, 15)
    assert (policy.contact.window_local, policy.contact.min_gap_h) == ("09:00-20:00", 72)
    assert (policy.ladder.email_day, policy.ladder.phone_day) == (7, 15)


@pytest.mark.parametrize("wrong", [{"min_balence": 5}, {"plan": {"max_installments": 6}}, {"min_balance_to_contact": 1.5}])
def test_a_misspelt_or_unlawful_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(wrong)
