"""Where patients say they can be reached: what is taken from their words, and what a person's confirmation changes."""

from datetime import UTC, datetime

import pytest

from receivables.people import Channel, Consent, Guarantor
from receivables.ports import ReadReplyAnswer
from receivables.stated import OWN_WORDS, Said, Stated, confirmed, stated_in, with_stated

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("my new email is Bob.New@Example.org.", [("email", "bob.new@example.org")]),
        ("mi correo nuevo es ana.nueva@example.org", [("email", "ana.nueva@example.org")]),
        ("text me at 312-555-0188, not here", [("phone", "+13125550188")]),
        ("new number (312) 555 0188", [("phone", "+13125550188")]),
        ("+1 312.555.0188", [("phone", "+13125550188")]),
        ("i moved, 12 Oak Street, Elgin IL 60120", [("post", "12 Oak Street, Elgin IL 60120")]),
        ("me mudé a 12 Oak Street, Elgin IL 60120", [("post", "12 Oak Street, Elgin IL 60120")]),
        ("send it to PO Box 42, Elgin IL 60120!", [("post", "PO Box 42, Elgin IL 60120")]),
        ("call 312-555-0188 or bea@example.com", [("email", "bea@example.com"), ("phone", "+13125550188")]),
        ("please text me after 5pm", []), ("my number is 123-456-7890", []), ("check 4471 of 2/20, $120.50", []),
        ("I will pay on the 12th", []), ("", []), ("call 312-555-0188 312-555-0188", [("phone", "+13125550188")]),
    ],
)  # fmt: skip
def test_numbers_and_addresses_are_taken_as_they_can_be_kept(text: str, stated: list[tuple[str, str]]) -> None:
    assert stated_in(text) == [Stated(kind=kind, value=value) for kind, value in stated]


def person(**more: object) -> Guarantor:
    points = [{"channel": "sms", "value": "+13125550142", "consent": "granted"}]
    return Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Bob", "contact_points": points} | more)


def said(text: str, channel: Channel = Channel.sms) -> Said:
    return Said("twilio.SM1", text, channel, NOON)


def test_a_confirmed_address_comes_first_with_consent_in_their_own_words_and_the_old_number_stays() -> None:
    updated, consent = confirmed(said("my email is b@example.org now"), person(), "p7", LATER)
    assert [point.value for point in updated.guarantor.contact_points] == ["b@example.org", "+13125550142"]
    assert updated.guarantor.contact_points[0].consent is Consent.granted
    assert (consent.value, consent.given_at, consent.means, consent.wording_version) == ("b@example.org", NOON, "text", OWN_WORDS)
    assert (updated.at, updated.source, consent.purposes) == (LATER, "staff", ["billing"])


def test_by_e_mail_the_consent_was_given_by_e_mail_and_the_same_words_give_the_same_facts() -> None:
    facts = confirmed(said("call 312-555-0188", Channel.email), person(), "p7", LATER)
    assert facts[1].means == "email"
    assert facts == confirmed(said("call 312-555-0188", Channel.email), person(), "p7", LATER)
    assert len({fact.fact_id for fact in facts}) == 2


def test_what_is_on_file_or_says_nothing_changes_nothing() -> None:
    assert confirmed(said("text me on 312-555-0142"), person(), "p7", LATER) == []
    assert confirmed(said("call my wife instead"), person(), "p7", LATER) == []


def test_a_new_home_changes_the_hours_and_where_a_letter_goes() -> None:
    home = {"channel": "letter", "value": "Bob Hale\n1 Old Way\nChicago, IL 60601"}
    old = person(postal_code="60601", contact_points=[home])
    [updated] = confirmed(said("I moved, 12 Oak Street, Portland OR 97201"), old, "p7", LATER)
    assert (updated.guarantor.postal_code, updated.guarantor.state) == ("97201", "OR")
    assert [point.value for point in updated.guarantor.contact_points] == ["Bob Hale\n12 Oak Street\nPortland OR 97201"]
    [unsure] = confirmed(said("I moved to 12 Oak Street 60120"), person(), "p7", LATER)
    assert (unsure.guarantor.postal_code, len(unsure.guarantor.contact_points)) == ("60120", 1)
    too_long = "new address: 12 Oak Street, " + "Very " * 12 + "Far Away IL 60120"
    assert all(point.channel is Channel.sms for fact in confirmed(said(too_long), person(), "p7", LATER) for point in fact.guarantor.contact_points)


def test_a_road_without_a_town_or_a_code_is_told_and_changes_nothing() -> None:
    assert stated_in("we moved to 12 Oak Street") == [Stated(kind="post", value="12 Oak Street")]
    assert confirmed(said("we moved to 12 Oak Street"), person(), "p7", LATER) == []


def test_an_address_that_was_taken_for_talk_of_a_plan_is_one() -> None:
    read = ReadReplyAnswer(intent="propose_terms", intents=["propose_terms"], action="offer_or_create_plan", abstain=True)
    heard = with_stated(read, "me mudé a 12 Oak Street, Elgin IL 60120")
    assert (heard.intents, heard.action, heard.abstain) == (["contact_preference"], "update_contact", False)


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("propose_terms", "I can pay 50 a month"), ("opt_out", "my new email is b@example.org, stop texting"),
        ("propose_terms", "call 312-555-0188 about it"),
    ],
)  # fmt: skip
def test_other_words_and_weightier_ones_stay_as_they_were_read(intent: str, text: str) -> None:
    read = ReadReplyAnswer(intent=intent, intents=[intent], action="human_callback")
    assert with_stated(read, text) is read
