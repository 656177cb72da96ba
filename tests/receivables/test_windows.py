"""Hours, Sundays, holidays and clock changes in every zone a person may be in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import timezone
from pydantic import ValidationError
from stories import MAIL, PHONE, PRACTICE, Story

from receivables.case import Case
from receivables.geography import AREA_CODES, zones_of_phone, zones_of_postal_code, zones_of_state
from receivables.people import Guarantor
from receivables.policy import ContactSection, Practice
from receivables.windows import answerable_at, days_later, first_touch_at, next_permitted, zones_of

USUAL = ContactSection()


def at(zone: str, day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))


def local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "permitted"),
    [
        ("2026-03-02T08:59", "Mon 02 09:00"), ("2026-03-02T09:00", "Mon 02 09:00"), ("2026-03-02T19:59", "Mon 02 19:59"),
        ("2026-03-02T20:00", "Tue 03 09:00"), ("2026-03-07T20:00", "Mon 09 09:00"), ("2026-03-08T12:00", "Mon 09 09:00"),
    ],
)  # fmt: skip
def test_messages_leave_between_nine_and_eight_and_not_on_sundays(moment: str, permitted: str) -> None:
    there = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("America/Chicago"))
    assert local(next_permitted(there, ["America/Chicago"], USUAL), "America/Chicago") == permitted


def test_a_permitted_moment_is_given_back_as_it_is() -> None:
    moment = at("America/Chicago", "2026-03-02", "12:34:56")
    assert next_permitted(moment, ["America/Chicago"], USUAL) is moment


def test_holidays_are_days_without_contact_and_sundays_can_be_allowed() -> None:
    quiet = ContactSection(holidays=[date(2026, 12, 25), date(2026, 12, 26)])
    assert local(next_permitted(at("America/Chicago", "2026-12-25", "10:00"), ["America/Chicago"], quiet), "America/Chicago") == "Mon 28 09:00"
    open_ = ContactSection(sundays=True)
    moment = at("America/Chicago", "2026-03-08", "12:00")
    assert next_permitted(moment, ["America/Chicago"], open_) == moment


def test_with_two_candidate_zones_both_must_permit() -> None:
    zones = ["America/New_York", "America/Los_Angeles"]
    morning = at("America/New_York", "2026-03-02", "09:30")
    assert local(next_permitted(morning, zones, USUAL), "America/New_York") == "Mon 02 12:00"
    evening = at("America/New_York", "2026-03-02", "20:30")
    assert local(next_permitted(evening, zones, USUAL), "America/New_York") == "Tue 03 12:00"


def test_hours_that_never_overlap_permit_nothing_ever() -> None:
    narrow = ContactSection(window_local="12:00-13:00")
    moment = at("America/New_York", "2026-03-02", "12:30")
    assert next_permitted(moment, ["America/New_York", "America/Los_Angeles"], narrow) == moment.astimezone(UTC) + timedelta(days=30)


@pytest.mark.parametrize(("window", "hour"), [("06:00-23:00", "08:00"), ("00:00-12:00", "08:00")])
def test_no_policy_reaches_beyond_eight_and_nine(window: str, hour: str) -> None:
    wide = ContactSection(window_local=window)
    early = at("America/Chicago", "2026-03-02", "06:30")
    assert local(next_permitted(early, ["America/Chicago"], wide), "America/Chicago") == f"Mon 02 {hour}"
    late = at("America/Chicago", "2026-03-02", "21:00")
    assert local(next_permitted(late, ["America/Chicago"], wide), "America/Chicago") == f"Tue 03 {hour}"


@pytest.mark.parametrize("window", ["20:00-09:00", "21:00-23:00", "05:00-08:00", "25:00-26:00", "09:00-09:00"])
def test_hours_that_make_no_sense_are_refused(window: str) -> None:
    with pytest.raises(ValidationError, match="hours"):
        ContactSection(window_local=window)


def test_arizona_keeps_its_clocks_while_the_navajo_nation_changes_them() -> None:
    summer, winter = "2026-07-06", "2026-01-05"
    for day, first in ((summer, "09:00"), (winter, "09:00")):
        moment = at("America/Phoenix", day, "05:00")
        assert local(next_permitted(moment, ["America/Phoenix"], USUAL), "America/Phoenix").endswith(first)
    both = ["America/Phoenix", "America/Denver"]
    evening = at("America/Phoenix", summer, "19:30")
    assert local(next_permitted(evening, both, USUAL), "America/Phoenix") == "Tue 07 09:00"
    assert next_permitted(at("America/Phoenix", winter, "19:30"), both, USUAL) == at("America/Phoenix", winter, "19:30")


def test_indiana_has_two_clocks() -> None:
    assert zones_of_state("IN") == ("America/New_York", "America/Chicago")
    assert zones_of_postal_code("46320") == ("America/Chicago",)
    assert zones_of_postal_code("46204-1234") == ("America/New_York",)
    moment = at("America/New_York", "2026-03-02", "09:00")
    assert local(next_permitted(moment, zones_of_state("IN"), USUAL), "America/New_York") == "Mon 02 10:00"


NAVAJO = {"state": "AZ", "postal_code": "86033", "contact_points": [PHONE | {"value": "+19285550142"}]}
INDIANA = {"state": "IN", "postal_code": "46402", "contact_points": [PHONE | {"value": "+13175550142"}]}
PANHANDLE = {"state": "FL", "postal_code": "32401", "contact_points": [PHONE | {"value": "+18505550142"}]}


@pytest.mark.parametrize(
    ("lives", "western", "evenings"),
    [
        # 20:30 is half past nine on the other clock while Denver keeps daylight time and Arizona does not.
        (NAVAJO, "America/Phoenix", [
            ("2026-03-07", "Sat 07 20:30"), ("2026-03-08", "Mon 09 08:00"),
            ("2026-10-31", "Sun 01 08:00"), ("2026-11-01", "Sun 01 20:30"),
        ]),
        (INDIANA, "America/Chicago", [
            ("2026-03-07", "Sun 08 08:00"), ("2026-03-08", "Mon 09 08:00"),
            ("2026-10-31", "Sun 01 08:00"), ("2026-11-01", "Mon 02 08:00"),
        ]),
        (PANHANDLE, "America/Chicago", [
            ("2026-03-07", "Sun 08 08:00"), ("2026-03-08", "Mon 09 08:00"),
            ("2026-10-31", "Sun 01 08:00"), ("2026-11-01", "Mon 02 08:00"),
        ]),
    ],
)  # fmt: skip
def test_an_answer_at_half_past_eight_waits_where_another_clock_may_show_later(
    lives: dict[str, object], western: str, evenings: list[tuple[str, str]]
) -> None:
    zones = zones_of(someone(**lives), PRACTICE.time_zone)
    assert len(zones) == 2
    assert [(day, local(answerable_at(at(western, day, "20:30"), zones), western)) for day, _ in evenings] == evenings


@pytest.mark.parametrize(
    ("lives", "zone", "utc"),
    [
        (NAVAJO, "America/Phoenix", {"2026-03-07": 16, "2026-03-09": 16, "2026-10-31": 16, "2026-11-02": 16}),
        (INDIANA, "America/Chicago", {"2026-03-07": 15, "2026-03-09": 14, "2026-10-31": 14, "2026-11-02": 15}),
        (PANHANDLE, "America/Chicago", {"2026-03-07": 15, "2026-03-09": 14, "2026-10-31": 14, "2026-11-02": 15}),
    ],
)
def test_the_first_hour_is_the_later_clocks_on_both_sides_of_a_change(
    lives: dict[str, object], zone: str, utc: dict[str, int]
) -> None:
    zones = zones_of(someone(**lives), PRACTICE.time_zone)
    assert {day: next_permitted(at(zone, day, "03:00"), zones, USUAL).astimezone(UTC).hour for day in utc} == utc


@pytest.mark.parametrize(
    ("day", "utc"), [("2026-03-07", 15), ("2026-03-09", 14), ("2026-10-31", 14), ("2026-11-02", 15)],
)  # fmt: skip
def test_nine_in_the_morning_is_nine_on_the_clock_before_and_after_a_change(day: str, utc: int) -> None:
    moment = at("America/Chicago", day, "04:00")
    assert next_permitted(moment, ["America/Chicago"], USUAL).astimezone(UTC).hour == utc


def test_a_week_later_means_the_same_hour_on_the_clock() -> None:
    first = at("America/Chicago", "2026-03-05", "14:00")
    assert local(days_later(first, 7, "America/Chicago"), "America/Chicago") == "Thu 12 14:00"
    assert days_later(first, 7, "America/Chicago") - first == timedelta(days=7, hours=-1)


@pytest.mark.parametrize(
    ("posted", "first"),
    [
        ("2026-03-02T09:00", "Mon 02 14:00"),
        ("2026-03-02T13:58", "Mon 02 14:03"),
        ("2026-03-02T14:00", "Tue 03 14:00"),
        ("2026-03-02T23:00", "Tue 03 14:00"),
        ("2026-03-06T15:00", "Sat 07 14:00"),
        ("2026-03-07T15:00", "Sat 07 15:05"),  # Sunday is off and Monday would be too late.
        ("2026-03-07T22:00", "Mon 09 09:00"),
        ("2026-03-08T10:00", "Mon 09 09:00"),
        ("2026-03-08T15:00", "Mon 09 14:00"),
    ],
)
def test_a_first_message_leaves_at_two_and_within_a_day_where_the_hours_permit(posted: str, first: str) -> None:
    moment = datetime.fromisoformat(posted).replace(tzinfo=ZoneInfo("America/Chicago"))
    assert local(first_touch_at(moment, ["America/Chicago"], USUAL), "America/Chicago") == first


def test_a_policy_with_holidays_for_a_month_still_answers() -> None:
    closed = ContactSection(holidays=[date(2026, 3, 1) + timedelta(days=day) for day in range(60)])
    moment = at("America/Chicago", "2026-03-02", "09:00")
    assert first_touch_at(moment, ["America/Chicago"], closed) > moment + timedelta(days=29)


def someone(**fields: object) -> Case:
    who = Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Pat"} | fields)
    return Case(practice_id="p7", balance_id="b1", guarantor=who)


def test_zones_come_from_the_record_then_address_and_number_then_the_practice() -> None:
    texas = PHONE | {"value": "+19155550142"}
    assert zones_of(someone(time_zone="America/Denver", state="TX"), PRACTICE.time_zone) == ("America/Denver",)
    assert zones_of(someone(time_zone="America/Denver", state="NY"), "America/Denver") == ("America/Denver", "America/New_York")
    assert zones_of(someone(time_zone="America/Chicago", contact_points=[texas]), "America/Chicago") == (
        "America/Chicago", "America/Denver")
    assert zones_of(someone(postal_code="10001", state="TX"), PRACTICE.time_zone) == ("America/New_York",)
    assert zones_of(someone(postal_code="09012", state="CA"), "America/Chicago") == ("America/Los_Angeles",)
    assert zones_of(someone(state="NY", contact_points=[texas]), PRACTICE.time_zone) == ("America/New_York", "America/Denver")
    assert zones_of(someone(state="IN"), "America/Chicago") == ("America/Chicago", "America/New_York")
    assert zones_of(someone(contact_points=[MAIL]), "America/Chicago") == ("America/Chicago",)
    assert zones_of(Case(practice_id="p7", balance_id="b1"), "America/Chicago") == ("America/Chicago",)


def test_numbers_and_codes_of_nowhere_name_no_zone() -> None:
    assert zones_of_phone("+18005550142") == ()
    assert zones_of_phone("+442079460000") == ()
    assert zones_of_postal_code("") == ()
    assert zones_of_postal_code("09012") == ()
    assert zones_of_state("ZZ") == ()


def test_every_area_code_covers_what_the_numbering_plan_says() -> None:
    """Compared by what the clocks show, with a data set nobody here wrote; where it is coarse, we list more zones."""
    coarse = {"219", "689"}  # North-west Indiana is on Central time; 689 lies over Orlando's 407.
    ours = {zone for zones in AREA_CODES for zone in zones}
    for code in (code for codes in AREA_CODES.values() for code in codes.split()):
        theirs = set(timezone.time_zones_for_number(phonenumbers.parse(f"+1{code}5550142"))) & ours
        listed = {clocks(zone) for zone in zones_of_phone(f"+1{code}5550142")}
        assert code in coarse or {clocks(zone) for zone in theirs} <= listed, code


def clocks(zone: str) -> tuple[object, object]:
    return tuple(datetime(2026, month, 1, 12, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))  # type: ignore[return-value]


def test_every_area_code_stands_in_one_row() -> None:
    codes = [code for row in AREA_CODES.values() for code in row.split()]
    assert len(codes) == len(set(codes))
    assert all(ZoneInfo(zone) for zones in AREA_CODES for zone in zones)


def test_a_zone_that_does_not_exist_is_refused_with_the_mend() -> None:
    with pytest.raises(ValidationError, match="America/Chicago"):
        Practice.model_validate(PRACTICE.model_dump() | {"time_zone": "Central"})
    with pytest.raises(ValidationError, match="America/Chicago"):
        Guarantor(guarantor_id="g", first_name="Pat", time_zone="")


def test_a_person_in_arizona_is_written_to_at_two_on_their_own_clock() -> None:
    story = Story().posted(60_00, guarantor={"time_zone": "America/Phoenix"})
    decision = story.decides()
    assert decision.act_at is not None
    assert local(decision.act_at, "America/Phoenix") == "Mon 02 14:00"
    assert decision.because[0] == "The balance of $60 posted at 8:00 today."
    assert story.policy.contact.first_touch_local == time(14)
