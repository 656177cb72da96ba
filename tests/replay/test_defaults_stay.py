"""What was left out because it was at its default still means the same: defaults of recorded fields never change."""

import json

from recorded_defaults import NOTED, defaults

WHAT_TO_DO = """Histories of running lives, closed cases and stored facts leave this field out where it is at its default;
with another default they would say something else than what was meant. Give the new meaning a new field. A new field is
noted with `python tests/replay/recorded_defaults.py`."""


def test_no_default_of_a_field_that_may_have_been_written_has_changed() -> None:
    noted, today = json.loads(NOTED.read_text()), defaults()
    gone = noted.keys() - today.keys()
    assert not gone, f"{sorted(gone)} can no longer be left out, or are gone. {WHAT_TO_DO}"
    changed = {name for name, value in noted.items() if today[name] != value}
    assert not changed, f"{sorted(changed)}. {WHAT_TO_DO}"


def test_the_defaults_of_cases_facts_steps_and_decisions_are_among_those_held() -> None:
    noted = json.loads(NOTED.read_text())
    for name in ("Case.touches", "Payment.posting", "SendMessage.tone", "Decision.needs_staff", "Guarantor.language",
                 "PaymentRecorded.where", "Life.published", "Turn.facts"):  # fmt: skip
        assert name in noted
