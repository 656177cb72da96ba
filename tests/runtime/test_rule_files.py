"""The files of the law: what is shipped is sound, a bad row is refused with its place and mend, what was live stays."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from holidays import country_holidays

from integrations.sendgrid.mail_in import STOP_WORDS as ALWAYS_BY_MAIL
from integrations.stripe.declines import NEVER_AT_VISA
from integrations.twilio.errors import ALWAYS
from integrations.twilio.inbound import STOP_WORDS
from receivables.errors import BadPolicy
from runtime.policy_files import PolicyFiles, faults_in
from runtime.rule_files import read_rules, review_report

SHIPPED = Path(__file__).parents[2] / "practices"
TODAY = date(2026, 3, 2)
LIVE = "_rules/contact_hours.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "practices")
    return tmp_path / "practices"


def test_the_shipped_rows_hold_the_hours_of_the_sources() -> None:
    book = read_rules(SHIPPED)
    sunday = date(2026, 3, 8)
    said = {state: book.laws((state,), "dental").on(sunday) for state in ("TX", "RI", "AL", "IL", "NY")}
    assert {state: span and f"{span[0]:%H}-{span[1]:%H}" for state, span in said.items()} == {
        "TX": "12-21", "RI": "10-17", "AL": None, "IL": "08-21", "NY": None,
    }  # fmt: skip
    assert book.laws(("AL",), "dental").on(date(2026, 4, 27)) is None, "Confederate Memorial Day is kept in Alabama"


def test_the_row_for_unreviewed_states_is_as_strict_as_the_strictest_state() -> None:
    book = read_rules(SHIPPED)
    (strictest,) = [row for row in book.contact_hours if row.jurisdiction == "default"]
    for row in book.contact_hours:
        for day in (date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8)):
            theirs, ours = row.on(day), strictest.on(day)
            assert ours is None or (theirs is not None and theirs[0] <= ours[0] and ours[1] <= theirs[1]), row.id


def test_the_states_of_the_shipped_practices_are_reviewed() -> None:
    files = PolicyFiles(SHIPPED)
    states = [files.practice(one).state for one in files.practice_ids()]
    assert files.rules.unreviewed(states, "medical", TODAY) == []
    assert files.policy("lakeside").rules is files.rules
    assert files.draft("lakeside", {}).rules is files.rules


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('source: "Reported as stricter, not confirmed: applied all the same (R-2)"', 'source: ""', "line 52: source: "),
        ("  - id: WA.contact_hours\n    jurisdiction: WA", "  - id: IL.contact_hours\n    jurisdiction: WA", "both in force on"),
        ("jurisdiction: WA", "jurisdiction: ZZ", "there is no state ZZ"),
        ("jurisdiction: WA", "jurisdiction: WA\n    color: red", "color: there is no such field"),
        ('weekdays: "08:00-20:00"\n    saturdays', 'weekdays: "8 to 20"\n    saturdays', "weekdays: write the hours as 09:00-20:00"),
        ('    weekdays: "10:00-18:00"\n', "", "weekdays: this field is missing; add it to the row or to `shared`"),
        ("jurisdiction: default", "jurisdiction: US", "there is no row `default`"),
        ("rows:\n", "rows:\n  - nonsense\n", "a rule is a set of `field: value`"),
        ("shared:", "common:", "common: a file of rules holds `shared` and `rows` only"),
        ("reviewed_on: 2026-11-02", "reviewed_on: null", "reviewer and reviewed_on belong together"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_place_and_what_was_live_stays_live(
    root: Path, was: str, becomes: str, told: str
) -> None:
    files = PolicyFiles(root)
    before = files.rules
    text = (root / LIVE).read_text()
    assert was in text
    (root / LIVE).write_text(text.replace(was, becomes, 1))
    with pytest.raises(BadPolicy, match=r"_rules/contact_hours\.yaml") as refusal:
        files.reload()
    assert told in str(refusal.value)
    assert files.rules is before
    assert faults_in(root) == [str(refusal.value)]


def test_an_empty_file_is_refused(root: Path) -> None:
    (root / LIVE).write_text("shared: {}\n")
    with pytest.raises(BadPolicy, match="write the rules as a list"):
        read_rules(root)


def test_the_limits_of_plans_need_a_row_for_unreviewed_states(root: Path) -> None:
    file = root / "_rules" / "plan_limits.yaml"
    file.write_text(file.read_text().replace("jurisdiction: default", "jurisdiction: US"))
    with pytest.raises(BadPolicy, match=r"plan_limits\.yaml: there is no row `default`"):
        read_rules(root)


def test_without_the_nations_holidays_nothing_is_loaded(root: Path) -> None:
    file = root / "_rules" / "closed_days.yaml"
    file.write_text(file.read_text().replace("jurisdiction: US,", "jurisdiction: IL,"))
    with pytest.raises(BadPolicy, match=r"closed_days\.yaml: there is no row `US`; add the nation's holidays"):
        read_rules(root)


@pytest.mark.parametrize(
    ("day", "told"),
    [("30 february", "no year has a 30 february every time"), ("29 february", "every time"), ("soon", "write the day as")],
)
def test_a_day_that_means_no_date_in_some_year_is_refused_with_its_place(root: Path, day: str, told: str) -> None:
    file = root / "_rules" / "closed_days.yaml"
    file.write_text(file.read_text().replace("day: 25 december", f"day: {day}"))
    with pytest.raises(BadPolicy, match=rf"closed_days\.yaml, line \d+: day: .*{told}"):
        read_rules(root)


def test_for_fifty_years_our_days_are_those_of_other_peoples_calendars() -> None:
    """The nation's exactly; a state's at least, since what comes only every few years is kept every year here."""
    book, years = read_rules(SHIPPED), range(2026, 2076)
    theirs = country_holidays("US", years=years)
    every = [date(2026, 1, 1) + timedelta(days=number) for number in range(50 * 365 + 12)]
    assert {day for day in every if book.closed(day)} == set(theirs)
    for state in sorted(theirs.subdivisions):
        kept = country_holidays("US", subdiv=state, years=years)
        missed = [day for day in kept if day.year in years and not (book.closed(day) or book.closed(day, state))]
        assert missed == [], state


def test_an_overdue_review_is_told_with_its_mend() -> None:
    book = read_rules(SHIPPED)
    assert review_report(book, date(2027, 5, 3)) == []
    told = review_report(book, date(2027, 5, 4))
    assert "US.contact_hours v1: its review was due on 2027-05-03; have it read" in told[0]


# --- carriers, networks, words -----------------------------------------------------------------------------------------


def test_what_stands_in_the_code_as_well_is_among_the_rows() -> None:
    book = read_rules(SHIPPED)
    assert {word.lower() for word in STOP_WORDS | ALWAYS_BY_MAIL} <= book.stop_words(TODAY)
    assert set(NEVER_AT_VISA) <= book.card_limits("visa", TODAY).never_again
    for code, (means, _) in ALWAYS.items():
        assert book.carrier_code(code, TODAY).means == means


def test_a_card_of_no_known_network_is_held_to_the_strictest_limits() -> None:
    book = read_rules(SHIPPED)
    named = [book.card_limits(row.network, TODAY) for row in book.card_networks if row.network != "any"]
    other = book.card_limits("discover", TODAY)
    assert other.refusals_per_day == min(one.refusals_per_day for one in named)
    assert other.refusals_per_30_days == min(one.refusals_per_30_days for one in named)
    assert other.never_again == frozenset().union(*(one.never_again for one in named))
    assert book.card_limits("mastercard", TODAY).refusals_per_30_days == 35


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("card_networks", "refusals_per_day: 10", "refusals_per_day: 11", "less than or equal to 10"),
        ("card_networks", "per_30_days: 15 ", "per_30_days: 16 ", "at most 15 for the network visa"),
        ("card_networks", "per_30_days: 35", "per_30_days: 36", "at most 35 for the network mastercard"),
        ("card_networks", "    network: visa\n", "", "network: this field is missing"),
        ("opt_out_words", "language: es", "language: fr", "'en' or 'es'"),
        ("carrier_codes", "means: landline", "means: nothing", "means: "),
        ("carrier_codes", "id: US.sms_21211", "id: US.sms_21610", "both in force on"),
        ("carrier_limits", "most_characters: 1600", "most_characters: 1601", "less than or equal to 1600"),
        ("carrier_limits", "most_parts: 3", "most_parts: 4", "less than or equal to 3"),
        ("carrier_limits", "most_parts_of_terms: 4", "most_parts_of_terms: 5", "less than or equal to 4"),
        ("carrier_limits", "    most_parts_of_terms: 4\n", "", "most_parts_of_terms: this field is missing"),
        ("carrier_limits", "    source:", "    origin:", "source: this field is missing"),
        ("sender_limits", "parts_per_second: 225", "parts_per_second: 226", "less than or equal to 225"),
        ("sender_limits", "parts_per_day: 1000}", "parts_per_day: 200001}", "less than or equal to 200000"),
        ("sender_limits", "  source: ", "  origin: ", "source: this field is missing"),
    ],
)
def test_a_bad_row_about_carriers_networks_or_words_is_refused(
    root: Path, file: str, was: str, becomes: str, told: str
) -> None:
    path = root / "_rules" / f"{file}.yaml"
    assert was in path.read_text()
    path.write_text(path.read_text().replace(was, becomes, 1))
    with pytest.raises(BadPolicy, match=rf"_rules/{file}\.yaml, line \d+: ") as refusal:
        read_rules(root)
    assert told in str(refusal.value)
