"""A practice's files: what they say is what holds, and a broken one is refused with file, line and mend."""

from __future__ import annotations

import json
import shutil
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from receivables.errors import BadPolicy, UnknownPractice
from receivables.money import Cents
from receivables.policy import Policy
from runtime.policy_files import PolicyFiles, faults_in

SHIPPED = Path(__file__).parents[2] / "practices"
TODAY = date(2026, 3, 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "practices")
    return tmp_path / "practices"


def test_the_shipped_practices_are_sound() -> None:
    assert faults_in(SHIPPED) == []
    assert PolicyFiles(SHIPPED).practice_ids() == ["harbor_dental", "lakeside"]


def test_the_default_file_says_every_number_and_says_the_same_as_the_code() -> None:
    said = yaml.safe_load((SHIPPED / "_default" / "policy.yaml").read_text())
    assert keys(said) == keys(Policy().model_dump(exclude={"version"}))
    live = PolicyFiles(SHIPPED).draft("nobody", {})
    assert live.model_dump(exclude={"version"}) == Policy().model_dump(exclude={"version"})


def keys(values: dict[str, Any], above: str = "") -> set[str]:
    here = {f"{above}{key}" for key in values}
    return here.union(*(keys(value, f"{above}{key}.") for key, value in values.items() if isinstance(value, dict)))


def test_a_practice_says_only_what_differs() -> None:
    policy = PolicyFiles(SHIPPED).policy("harbor_dental")
    assert (policy.ledger.mode, policy.contact.window_local) == ("nightly", "10:00-19:00")
    assert policy.contact.max_per_7d == 2


def test_what_a_practice_says_travels_as_json_and_reads_back_as_it_was(root: Path) -> None:
    (root / "lakeside" / "policy.yaml").write_text(
        "min_balance_to_contact: 12.50\ngolive: {share: 0.5}\nsegments: {call_days: {small_unproven: 21}}\n"
    )
    files = PolicyFiles(root)
    sent = json.loads(json.dumps(files.own_values("lakeside")))
    assert files.draft("nobody", sent).version == files.policy("lakeside").version
    assert files.draft("nobody", sent).min_balance_to_contact == Cents(12_50)


def test_public_holidays_of_any_year_are_silent_and_a_states_own_office_days_are_not() -> None:
    policy = PolicyFiles(SHIPPED).policy("lakeside")
    laws = policy.rules.laws(("IL",), "medical")
    for year in (2026, 2034, 2099):
        assert laws.on(date(year, 7, 4)) is None
        assert date(year, 12, 25) in policy.rest_days
    assert laws.on(date(2026, 3, 2)) is not None, "Casimir Pulaski Day is a working day for patients"


def test_a_practices_own_days_are_added_to_the_public_ones(root: Path) -> None:
    (root / "lakeside" / "policy.yaml").write_text("contact:\n  holidays: [2026-03-02]\n")
    days = PolicyFiles(root).policy("lakeside").rest_days
    assert date(2026, 3, 2) in days
    assert date(2026, 12, 25) in days
    assert date(2026, 12, 24) not in days


def test_the_version_follows_the_numbers(root: Path) -> None:
    files = PolicyFiles(root)
    before = files.policy("lakeside").version
    files.reload()
    assert files.policy("lakeside").version == before
    (root / "lakeside" / "policy.yaml").write_text("min_balance_to_contact: 12.50\n")
    files.reload()
    assert files.policy("lakeside").version != before
    assert files.policy("lakeside").min_balance_to_contact == Cents(12_50)


def test_a_broken_file_is_refused_and_what_was_live_stays_live(root: Path) -> None:
    files = PolicyFiles(root)
    before = files.policy("lakeside")
    (root / "lakeside" / "policy.yaml").write_text("contact: [unfinished\n")
    with pytest.raises(BadPolicy, match=r"lakeside/policy.yaml, line 2: .*mend the YAML"):
        files.reload()
    assert files.policy("lakeside") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contact:\n  windw_local: '09:00-20:00'\n", "line 2: contact.windw_local: there is no such field"),
        ("contact:\n  max_per_day: 2\n", "line 2: contact.max_per_day: Input should be less than or equal to 1"),
        ("plan:\n  offer:\n    lead:\n      over: a lot\n", "line 4: plan.offer.lead.over: this is not an amount"),
        ("min_balance_to_contact: 10.555\n", "line 1: min_balance_to_contact: an amount has at most two decimals"),
        ("channel:\n  use_age: true\n", "line 2: channel.use_age: Input should be False"),
        ("contact:\n  holidays:\n    - 2026-03-02\n    - soon\n", "line 4: contact.holidays.1: "),
        ("ledger: {mode: nightly}\nledger: {mode: poll}\n", "line 2: ledger stands here a second time"),
        ("- one\n- two\n", "line 1: the file is a list of `field: value` lines"),
        ("just words\n", "line 1: the file is a list of `field: value` lines"),
        ("a: &x [*x]\n", "lakeside/policy.yaml"),
        ("contact:\n\tmax_per_day: 1\n", "line 2: "),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_its_mend(root: Path, text: str, said: str) -> None:
    (root / "lakeside" / "policy.yaml").write_text(text)
    with pytest.raises(BadPolicy) as fault:
        PolicyFiles(root)
    assert "lakeside/policy.yaml" in str(fault.value)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("practice_id: lakeside", "practice_id: seaside", "line 2: practice_id is 'seaside' in the folder 'lakeside'"),
        ("state: IL", "state: ZZ", "state: use the two letters of a state"),
        ("campaign: low_volume", "campaign: low", "campaign: no row of _rules/sender_limits.yaml is called so; use one of"),
        ("time_zone: America/Chicago", "time_zone: Chicago", "use an IANA name such as America/Chicago"),
        ("phone: ", "telephone: ", "there is no such field; correct its name or remove it"),
        ("kind: medical\n", "kind: bakery\n", "kind: Input should be 'medical', 'dental' or 'veterinary'"),
        ("state: IL\n", "", "state: this field is missing; add it"),
    ],
)
def test_a_wrong_practice_is_named_with_its_mend(root: Path, old: str, new: str, said: str) -> None:
    path = root / "lakeside" / "practice.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    faults = faults_in(root)
    assert faults
    assert "lakeside/practice.yaml" in faults[0]
    with pytest.raises(BadPolicy) as fault:
        PolicyFiles(root)
    if "telephone" not in new:
        assert said in str(fault.value)


def test_a_folder_without_a_practice_file_is_named(root: Path) -> None:
    (root / "new_place").mkdir()
    with pytest.raises(BadPolicy, match=r"new_place/practice.yaml: the file is missing"):
        PolicyFiles(root)


def test_a_fault_in_the_default_file_is_placed_there(root: Path) -> None:
    path = root / "_default" / "policy.yaml"
    path.write_text(path.read_text().replace("email_day: 7", "email_day: 0"))
    [fault] = faults_in(root)
    assert "_default/policy.yaml, line" in fault
    assert "ladder.email_day" in fault


def test_a_file_that_is_not_utf_8_is_refused(root: Path) -> None:
    (root / "lakeside" / "policy.yaml").write_bytes(b"version: \xff\n")
    with pytest.raises(BadPolicy, match="not UTF-8"):
        PolicyFiles(root)


def test_times_without_quotes_are_times_and_words_like_no_are_words(root: Path) -> None:
    (root / "lakeside" / "policy.yaml").write_text("contact:\n  first_touch_local: 14:30\n")
    assert PolicyFiles(root).policy("lakeside").contact.first_touch_local == time(14, 30)
    (root / "lakeside" / "policy.yaml").write_text("contact:\n  sundays: nope\n")
    with pytest.raises(BadPolicy, match=r"contact.sundays"):
        PolicyFiles(root)


def test_an_unknown_practice_is_named_with_the_mend() -> None:
    files = PolicyFiles(SHIPPED)
    for ask in (files.practice, files.policy):
        with pytest.raises(UnknownPractice, match="add a folder of this name under practices/"):
            ask("nowhere")


def test_a_draft_replaces_some_values_and_publishes_nothing() -> None:
    files = PolicyFiles(SHIPPED)
    live = files.policy("harbor_dental")
    draft = files.draft("harbor_dental", {"plan": {"offer": {"mention_from": "25.50"}}})
    assert draft.plan.offer.mention_from == Cents(25_50)
    assert draft.contact.window_local == "10:00-19:00"
    assert draft.version != live.version
    assert files.policy("harbor_dental") == live
    with pytest.raises(BadPolicy, match=r"overrides.*plan.ofer: there is no such field"):
        files.draft("lakeside", {"plan": {"ofer": {}}})
