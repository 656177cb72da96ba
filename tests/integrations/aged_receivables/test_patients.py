"""The patient file says who is written to; a number that is none is refused, never guessed."""

import pytest

from integrations.aged_receivables.patients import read_patients
from integrations.aged_receivables.refusal import FileRefused
from receivables.people import Channel, Consent

HEADER = (
    "account,guarantor_id,first_name,last_name,phone,email,consent_sms,consent_email,language,time_zone,postal_code,"
    "preferred_channel,patient_id,patient_first_name,days_to_pay,missed_installments\n"
)
EVA = (
    "ACCT-1,g-1,Eva,Doe,(312) 555-0142,eva@example.com,granted,unknown,es,America/Chicago,60601,sms,p-1,Ana,12;30;9,1\n"
)
BEN = "ACCT-2,g-2,Ben,Roe,,,,,,,,,,,,\n"


def problems_of(text):
    with pytest.raises(FileRefused) as caught:
        read_patients(text.encode(), "patients.csv")
    return [(problem.line, problem.column) for problem in caught.value.problems]


def test_a_full_line_gives_a_reachable_guarantor_with_history():
    household = read_patients((HEADER + EVA).encode(), "patients.csv")["ACCT-1"]
    guarantor = household.guarantor
    assert (guarantor.guarantor_id, guarantor.first_name, guarantor.language) == ("g-1", "Eva", "es")
    assert (guarantor.time_zone, guarantor.postal_code) == ("America/Chicago", "60601")
    assert guarantor.preferred_channel is Channel.sms
    text, mail = guarantor.contact_points
    assert (text.channel, text.value, text.consent) == (Channel.sms, "+13125550142", Consent.granted)
    assert (mail.channel, mail.value, mail.consent) == (Channel.email, "eva@example.com", Consent.unknown)
    assert (household.patient.patient_id, household.patient.first_name) == ("p-1", "Ana")
    assert (household.history.days_to_pay, household.history.missed_installments) == ([12, 30, 9], 1)


def test_an_almost_empty_line_gives_a_guarantor_nobody_can_reach():
    household = read_patients((HEADER + BEN).encode(), "patients.csv")["ACCT-2"]
    assert (household.guarantor.contact_points, household.patient) == ([], None)
    assert (household.guarantor.language, household.history.days_to_pay) == ("en", [])


def test_three_columns_are_enough():
    assert read_patients(b"account,guarantor_id,first_name\nA,g,Eva\n", "p.csv")["A"].guarantor.first_name == "Eva"


def test_a_consent_that_is_not_stated_is_unknown():
    household = read_patients((HEADER + EVA.replace(",granted,", ",,")).encode(), "p.csv")["ACCT-1"]
    assert household.guarantor.contact_points[0].consent is Consent.unknown


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("(312) 555-0142", "555-0142", "phone"),
        ("(312) 555-0142", "call her", "phone"),
        ("(312) 555-0142", "312-555-0142 x12", "phone"),
        ("eva@example.com", "eva@", "email"),
        (",granted,", ",yes,", "consent_sms"),
        (",es,", ",fr,", "language"),
        ("America/Chicago", "Chicago", "time_zone"),
        ("60601", "6060", "postal_code"),
        (",sms,", ",fax,", "preferred_channel"),
        ("g-1", "g 1", "guarantor_id"),
        ("g-1", "", "guarantor_id"),
        (",Eva,", ",,", "first_name"),
        ("ACCT-1", "", "account"),
        ("12;30;9", "12;soon", "days_to_pay"),
        (",1\n", ",-1\n", "missed_installments"),
        (",p-1,", ",p 1,", "patient_id"),
        (",Ana,", f",{'A' * 61},", "patient_first_name"),
    ],
)
def test_a_bad_cell_is_refused_by_line_and_column(old, new, column):
    assert problems_of(HEADER + BEN + EVA.replace(old, new)) == [(3, column)]


def test_nothing_private_is_repeated_in_a_refusal():
    with pytest.raises(FileRefused) as caught:
        read_patients((HEADER + EVA.replace("555-0142", "555-01429999").replace("eva@", "eva@@")).encode(), "p.csv")
    assert "555" not in str(caught.value).replace("(312) 555-0142 or +13125550142", "")
    assert "eva@" not in str(caught.value)


def test_an_account_that_stands_twice_is_refused():
    assert problems_of(HEADER + EVA + EVA) == [(3, "account")]


def test_a_guarantor_with_several_accounts_has_the_same_details_in_each_line():
    second = EVA.replace("ACCT-1", "ACCT-9").replace("p-1,Ana", "p-2,Leo")
    households = read_patients((HEADER + EVA + second).encode(), "p.csv")
    assert households["ACCT-1"].guarantor == households["ACCT-9"].guarantor
    assert problems_of(HEADER + EVA + second.replace("eva@", "eve@")) == [(3, "guarantor_id")]


def test_a_misspelt_column_is_refused_instead_of_ignored():
    assert problems_of(HEADER.replace("consent_sms", "sms_consent") + EVA) == [(1, "sms_consent")]
    assert problems_of(HEADER.replace("last_name", "phone") + EVA) == [(1, "phone"), (1, "phone")]


def test_a_file_without_the_needed_columns_is_refused():
    assert problems_of("account,first_name\nA,Eva\n") == [(1, "")]


def test_a_line_with_too_few_cells_is_refused():
    assert problems_of(HEADER + "ACCT-1,g-1,Eva\n") == [(2, "")]


POSTED = "account,guarantor_id,first_name,mailing_address\n"


def test_a_mailing_address_is_written_in_one_cell_and_stands_on_the_envelope_in_lines():
    line = 'A,g,Ben,"Ben Roe | 45 Elm Street, Apt 2 | Chicago, IL 60614"\n'
    (point,) = read_patients((POSTED + line).encode(), "p.csv")["A"].guarantor.contact_points
    assert (point.channel, point.value) == (Channel.letter, "Ben Roe\n45 Elm Street, Apt 2\nChicago, IL 60614")


@pytest.mark.parametrize("cell", ["Ben Roe", "Ben Roe | Chicago", "|", "A | B | C | D | Chicago IL 60614"])
def test_a_mailing_address_that_fits_no_envelope_is_refused_by_line_and_column(cell):
    assert problems_of(f"{POSTED}A,g,Ben,{cell}\n") == [(2, "mailing_address")]
