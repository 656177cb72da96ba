"""Which law holds for a person on a day: the strictest of all that may, never beyond what stands in the code."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import geocoder
from pydantic import ValidationError
from stories import MAIL, PHONE, PRACTICE, Story

from receivables.case import Case
from receivables.people import Guarantor
from receivables.policy import ContactSection, Policy
from receivables.rule_rows import EARLIEST, LATEST, CardNetwork, ClosedDay, ContactHours, Row, span_of
from receivables.rulebook import NO_RULES, Rulebook, overlapping
from receivables.sender_limits import Pace
from receivables.states import AREA_CODES, POSTAL, state_of_phone, state_of_postal_code, states_of
from receivables.windows import hours, next_permitted, open_hours
from runtime.rule_files import read_rules

ROOT = Path(__file__).resolve().parents[2]

MONDAY, SATURDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8)


def row(where: str, weekdays: str = "08:00-21:00", **more: object) -> ContactHours:
    return ContactHours.model_validate(
        {
            "id": f"{where}.contact_hours", "jurisdiction": where, "practice_types": ["medical", "dental", "veterinary"],
            "effective_from": date(2026, 1, 1), "source": "a test", "reviewer": "counsel",
            "reviewed_on": date(2026, 1, 2), "next_review": date(2026, 7, 1), "version": 1, "weekdays": weekdays,
            "saturdays": weekdays, "sundays": weekdays,
        } | more
    )  # fmt: skip


def closed(where: str, day: str, **more: object) -> ClosedDay:
    """A day of offices, which nobody has reviewed: it counts all the same."""
    told = row(where).model_dump(include=set(Row.model_fields)) | {
        "id": f"{where}.{day.rsplit(maxsplit=1)[-1].strip('-')}", "called": "A day", "day": day, "reviewer": None, "reviewed_on": None,
    }  # fmt: skip
    return ClosedDay.model_validate(told | more)


STRICTEST = row("default", "10:00-18:00", saturdays="10:00-17:00", sundays="none")
BOOK = Rulebook(
    contact_hours=(
        STRICTEST, row("US"), row("TX", "09:00-21:00", sundays="12:00-21:00"), row("KY", "10:00-21:00"),
        row("RI", "09:00-18:00", saturdays="10:00-17:00", sundays="10:00-17:00"), row("IL"),
        row("LA", "08:00-20:00", sundays="none", state_holidays=True),
    ),
    closed_days=(closed("LA", "easter -47"), closed("OH", "first monday of may"), closed("US", "25 december")),
    version="v1",
)  # fmt: skip


def test_the_strictest_of_all_states_a_person_may_be_in_holds() -> None:
    both = BOOK.laws(("KY", "RI"), "medical")
    assert both.on(MONDAY) == (time(10), time(18))
    assert [one.name for one in both.rows(MONDAY)] == ["US.contact_hours v1", "KY.contact_hours v1", "RI.contact_hours v1"]


def test_a_texas_sunday_begins_at_noon_and_a_louisiana_sunday_does_not_begin() -> None:
    open_ = ContactSection(sundays=True)
    church = datetime(2026, 3, 8, 9, 30, tzinfo=ZoneInfo("America/Chicago"))
    noon = next_permitted(church, ["America/Chicago"], open_, BOOK.laws(("TX",), "medical"))
    assert f"{noon.astimezone(ZoneInfo('America/Chicago')):%a %H:%M}" == "Sun 12:00"
    monday = next_permitted(church, ["America/Chicago"], open_, BOOK.laws(("LA",), "medical"))
    assert f"{monday.astimezone(ZoneInfo('America/Chicago')):%a %H:%M}" == "Mon 09:00"


def test_mardi_gras_is_silent_where_the_state_keeps_it() -> None:
    assert BOOK.laws(("LA",), "medical").on(date(2026, 2, 17)) is None
    assert BOOK.laws(("IL",), "medical").on(date(2026, 2, 17)) is not None


def test_christmas_is_silent_everywhere_in_every_year_and_only_from_the_day_its_row_holds() -> None:
    for year in (2026, 2034, 2126):
        assert BOOK.laws(("IL",), "medical").on(date(year, 12, 25)) is None
        assert BOOK.laws((), "dental").on(date(year, 12, 25)) is None
    assert BOOK.laws(("IL",), "medical").on(date(2025, 12, 25)) is not None


def test_eight_years_on_nothing_is_planned_for_thanksgiving() -> None:
    """However long a process has run, and wherever its clock stands."""
    policy = Policy().under(read_rules(ROOT / "practices"))
    story = Story(day0=date(2034, 11, 20), policy=policy)
    story.now = story.moment(2, "20:30")
    when = story.posted(60_00).decides().act_at
    assert when is not None
    assert when.astimezone(story.zone).date() == date(2034, 11, 24), "Thanksgiving is the 23rd"


def test_a_day_kept_beside_the_weekend_may_lie_in_the_year_before() -> None:
    book = Rulebook(closed_days=(closed("US", "1 january", observed=True, effective_from=date(2020, 1, 1)),), version="o")
    assert [day for day in (date(2027, 12, 31), date(2028, 1, 1), date(2023, 1, 2)) if not book.closed(day)] == []
    assert not book.closed(date(2026, 12, 31)), "the first of January 2027 is a Friday"


def test_a_state_nobody_has_reviewed_falls_to_the_strictest_hours() -> None:
    assert BOOK.laws(("OH",), "medical").on(MONDAY) == (time(10), time(18))
    assert BOOK.laws(("OH",), "medical").on(SUNDAY) is None
    assert BOOK.unreviewed(["OH", "IL"], "medical", MONDAY) == ["OH"]
    unread = Rulebook(contact_hours=(STRICTEST, row("OH", reviewer=None, reviewed_on=None)), version="v2")
    assert unread.laws(("OH",), "medical").on(MONDAY) == (time(10), time(18))


def test_with_the_strictest_hours_come_the_states_own_holidays() -> None:
    strict = row("default", "10:00-18:00", state_holidays=True)
    book = Rulebook(contact_hours=(strict,), closed_days=BOOK.closed_days, version="v3")
    assert book.laws(("OH",), "medical").on(date(2026, 5, 4)) is None
    assert book.laws(("NY",), "medical").on(date(2026, 5, 4)) == (time(10), time(18))


def test_a_row_holds_from_its_first_to_its_last_day_and_for_its_kinds_of_practice() -> None:
    old = row("MN", "09:00-20:00", effective_to=date(2026, 3, 2))
    new = row("MN", "09:00-21:00", effective_from=date(2026, 3, 3), version=2, practice_types=["medical"])
    book = Rulebook(contact_hours=(STRICTEST, old, new), version="v4")
    assert book.laws(("MN",), "medical").on(MONDAY) == (time(9), time(20))
    assert book.laws(("MN",), "medical").on(MONDAY + timedelta(days=1)) == (time(9), time(21))
    assert book.laws(("MN",), "dental").on(MONDAY + timedelta(days=1)) == (time(10), time(18))


def test_hours_that_never_overlap_permit_nothing() -> None:
    book = Rulebook(contact_hours=(row("AA", "08:00-10:00"), row("BB", "12:00-14:00")), version="v5")
    laws = book.laws(("AA", "BB"), "medical")
    assert laws.on(MONDAY) is None
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert next_permitted(noon, ["UTC"], ContactSection(), laws) > noon + timedelta(days=29)
    evenings = ContactSection(window_local="18:00-20:00")
    assert open_hours(MONDAY, evenings, BOOK.laws(("OH",), "medical")) is None


def test_a_review_that_is_overdue_is_found() -> None:
    assert BOOK.overdue(date(2026, 7, 1)) == []
    assert {one.jurisdiction for one in BOOK.overdue(date(2026, 7, 2))} >= {"TX", "US"}


def test_two_versions_in_force_on_one_day_are_found() -> None:
    first, second = row("MN", effective_to=date(2026, 3, 2)), row("MN", effective_from=date(2026, 3, 2), version=2)
    assert overlapping([second, first]) == (first, second)
    assert overlapping([first, second.model_copy(update={"effective_from": date(2026, 3, 3)})]) is None
    assert overlapping([row("MN"), second]) == (row("MN"), second)


@pytest.mark.parametrize(
    ("field", "value", "mend"),
    [
        ("weekdays", "9-5", "write the hours as"), ("weekdays", "21:00-23:00", "overlap 08:00-21:00"),
        ("weekdays", "none", "a stop, not hours"), ("source", "", "at least 5"), ("reviewed_on", None, "belong together"),
        ("next_review", date(2026, 1, 1), "must come after"), ("effective_to", date(2025, 1, 1), "before effective_from"),
        ("jurisdiction", "Texas", "pattern"), ("practice_types", [], "at least 1"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused(field: str, value: object, mend: str) -> None:
    with pytest.raises(ValidationError, match=mend):
        row("TX", **{field: value})


@pytest.mark.parametrize("words", ["00:00-23:59", "06:00-22:00", "08:00-21:00"])
def test_no_row_and_no_policy_reaches_beyond_eight_and_nine(words: str) -> None:
    wide = Rulebook(contact_hours=(row("default", words), row("TX", words)), version=words)
    for states in (("TX",), ("OH",), ("TX", "OH"), ()):
        assert wide.laws(states, "medical").on(SUNDAY) == (EARLIEST, LATEST)
    assert hours(words) == span_of(words) == (EARLIEST, LATEST)
    assert NO_RULES.laws(("TX",), "medical").on(MONDAY) == (EARLIEST, LATEST)


@pytest.mark.parametrize(
    "setting",
    [
        {"contact": {"max_per_day": 2}}, {"contact": {"max_per_7d": 8}}, {"contact": {"min_gap_h": 1}},
        {"contact": {"silence_after_reply_h": 0}}, {"channel": {"use_age": True}}, {"plan": {"max_installments": 6}},
        {"holdout": {"share": 0.5}}, {"template": {"covered_most_min": 0.1}}, {"escalation": {"call_again_days": 1}},
    ],
)  # fmt: skip
def test_no_setting_loosens_a_hard_limit(setting: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(setting)


def test_a_practices_file_cannot_bring_its_own_law() -> None:
    for name in ("rules", "_rules"):
        with pytest.raises(ValidationError, match="Extra inputs"):
            Policy.model_validate({name: {"version": "mine"}})
    assert Policy().rules is NO_RULES
    assert Policy().under(BOOK).rules is BOOK


@given(
    st.integers(0, 730 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.lists(st.sampled_from(["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
                              "America/Los_Angeles", "Pacific/Honolulu"]), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(["TX", "KY", "RI", "IL", "LA", "OH", "WA"]), min_size=1, max_size=3, unique=True),
    st.booleans(),
)  # fmt: skip
def test_what_is_permitted_is_inside_every_zone_and_every_law(
    moment: datetime, zones: list[str], states: list[str], sundays: bool
) -> None:
    laws, contact = BOOK.laws(states, "medical"), ContactSection(sundays=sundays)
    found = next_permitted(moment, zones, contact, laws)
    assert found >= moment
    if found == moment + timedelta(days=30):
        return
    for zone in zones:
        local = found.astimezone(ZoneInfo(zone))
        for state in states:
            span = open_hours(local.date(), contact, BOOK.laws((state,), "medical"))
            assert span is not None
            assert max(span[0], EARLIEST) <= local.time() < min(span[1], LATEST)


# --- where somebody is -------------------------------------------------------------------------------------------------


def someone(**fields: object) -> Case:
    who = Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Pat"} | fields)
    return Case(practice_id="p7", balance_id="b1", guarantor=who)


def test_states_come_from_the_address_and_the_numbers_and_lastly_the_practice() -> None:
    texas = PHONE | {"value": "+19155550142"}
    assert states_of(someone(state="NY", contact_points=[texas, MAIL]), "IL") == ("NY", "TX")
    assert states_of(someone(postal_code="32501", state="AL"), "IL") == ("AL", "FL")
    assert states_of(someone(contact_points=[MAIL]), "IL") == ("IL",)
    assert states_of(Case(practice_id="p7", balance_id="b1"), "IL") == ("IL",)


def test_codes_and_numbers_of_nowhere_name_no_state() -> None:
    assert [state_of_postal_code(code) for code in ("", "09012", "32501-1234", "00501")] == ["", "", "FL", "NY"]
    assert [state_of_phone(number) for number in ("+18005550142", "+442079460000", "+16025550142")] == ["", "", "AZ"]
    assert [prefix for prefix, _ in POSTAL] == sorted({prefix for prefix, _ in POSTAL})


def test_every_area_code_lies_in_the_state_the_numbering_plan_says() -> None:
    """Compared by a data set nobody here wrote, where it knows the code."""
    for state, codes in AREA_CODES.items():
        for code in codes.split():
            told = geocoder.description_for_number(phonenumbers.PhoneNumber(1, int(f"{code}2345678")), "en")
            assert not told or told.endswith(f", {state}") or ", " not in told, (code, told)


def test_a_persons_number_in_a_stricter_state_moves_the_first_message() -> None:
    at_six = {"first_touch_local": "19:00"}
    policy = Policy.model_validate({"contact": at_six}).under(BOOK)
    island = PHONE | {"value": "+14015550142"}
    decision = Story(policy=policy).posted(60_00, guarantor={"contact_points": [island]}).decides()
    assert decision.act_at is not None
    assert decision.act_at.astimezone(ZoneInfo(PRACTICE.time_zone)).time() < time(18)


def test_without_a_row_no_law_of_credits_and_no_meaning_of_a_code_is_made_up() -> None:
    assert NO_RULES.credit_law("IL", "dental", date(2026, 3, 2)) is None
    assert NO_RULES.carrier_code(30003, date(2026, 3, 2)) is None


def test_a_state_nobody_has_reviewed_falls_to_the_shortest_clocks_of_a_credit() -> None:
    law = read_rules(ROOT / "practices").credit_law("IL", "medical", date(2026, 12, 1))
    assert law is not None
    assert (law.give_back_days, law.unclaimed_years) == (60, 1)


def test_no_row_of_a_network_goes_above_the_ceiling_in_the_code() -> None:
    told = row("US").model_dump(include=set(Row.model_fields))
    with pytest.raises(ValidationError, match="at most 15 for the network visa"):
        CardNetwork.model_validate(told | {"network": "visa", "refusals_per_day": 1, "refusals_per_30_days": 16})


def test_a_number_that_has_sent_what_it_may_says_until_when_it_waits() -> None:
    held = Pace(per_minute=20, per_day=600, by="US.low_volume v1")
    assert "20 texts a minute at most (US.low_volume v1): it waits its turn." in held.a_minute_is_full()
    assert "600 texts a day at most (US.low_volume v1): it waits for the next day." in held.the_day_is_full()
