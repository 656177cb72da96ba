"""Card numbers are taken out of what patients write; everything else they write is left as it was."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from receivables.redacted import CARD_REMOVED as REMOVED
from receivables.redacted import (
    CODE_REMOVED,
    SSN_REMOVED,
    held_a_number,
    without_card_numbers,
    without_card_numbers_in_body,
)


@pytest.mark.parametrize(
    "card",
    ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "3782 822463 10005",
     "6011 1111 1111 1117", "4222222222222", "5555.5555.5555.4444", "4242424242424242 123", "3125550142 4242424242424242",
     "4242/4242/4242/4242", "4242\n4242\n4242\n4242", "4242–4242–4242–4242", "4242,4242,4242,4242",
     "4242_4242_4242_4242", "4242\u00a04242\u00a04242\u00a04242", "４２４２４２４２４２４２４２４２", "30569309025904 12/27"],
)  # fmt: skip
def test_a_card_number_is_removed_however_it_is_written(card: str):
    assert without_card_numbers(f"use {card} please") == f"use {REMOVED} please"


@pytest.mark.parametrize(
    "text",
    ["call me at 312-555-0142", "+13125550142", "order 1234567890123", "I paid $215.00 on 03/02/2026", "4242 4242",
     "4242424242424241", "312 867 0142, 773 867 0199", "the account 12345678901234567890123", ""],
)  # fmt: skip
def test_other_numbers_stay(text: str):
    assert without_card_numbers(text) == text


def test_a_card_number_that_touches_a_word_is_removed_too():
    assert without_card_numbers("visa4242424242424242exp 12/27") == f"visa{REMOVED}exp 12/27"


@pytest.mark.parametrize("number", ["123-45-6789", "123 45 6789", "123 - 45 - 6789", "123–45–6789"])
def test_a_social_security_number_in_its_groups_is_removed(number: str):
    assert without_card_numbers(f"my ssn is {number}.") == f"my ssn is {SSN_REMOVED}."


@pytest.mark.parametrize("number", ["000-45-6789", "123-00-6789", "900-45-6789", "123-45-67890", "1123-45-6789", "123456789"])
def test_what_cannot_be_one_stays(number: str):
    assert without_card_numbers(number) == number


def test_both_are_taken_out_of_a_form():
    kept = without_card_numbers_in_body(b"Body=ssn%3A123-45-6789+or+123+45+6789&From=%2B13125550142")
    assert b"6789" not in kept
    assert kept.endswith(b"&From=%2B13125550142")


def test_a_form_keeps_everything_but_the_card():
    body = b"Body=my+card%3A%204242%204242%204242%204242%21&From=%2B13125550142&NumMedia=0"
    kept = without_card_numbers_in_body(body)
    assert b"4242" not in kept
    assert kept.endswith(b"%21&From=%2B13125550142&NumMedia=0")


@pytest.mark.parametrize("code", ["cvc 123", "CVV: 1234", "cvv2 is 123", "security code 123", "the csc#123", "cvv123", "código de seguridad es 123"])
def test_a_security_code_is_never_kept_also_in_a_text_of_its_own(code: str):
    kept = without_card_numbers(f"here it is, {code}!")
    assert "123" not in kept
    assert kept.endswith(f"{CODE_REMOVED}!")
    assert held_a_number(kept)
    assert b"123" not in without_card_numbers_in_body(("Body=" + quote_plus(code)).encode())


@pytest.mark.parametrize("code", ["code 987", "the code is 987", "código: 987", "exp 11/33, 987", "good till 11/2033 987", "exp 1/33 9876"])
def test_beside_a_card_number_what_is_called_a_code_or_stands_behind_its_end_goes_too(code: str):
    said = f"please take it from 5555 5555 5555 4444, {code}. Mia, area code 312"
    kept = without_card_numbers(said)
    assert "987" not in kept
    assert kept.endswith(f"{CODE_REMOVED}. Mia, area code 312")
    form = without_card_numbers_in_body(("Body=" + quote_plus(said) + "&From=%2B13125550142").encode())
    assert b"987" not in form
    assert form.endswith(b".+Mia%2C+area+code+312&From=%2B13125550142")


@pytest.mark.parametrize("text", ["CVS 123 Main Street", "my code is 123", "security code", "cvc 12", "cvv 12345"])
def test_other_short_numbers_stay(text: str):
    assert without_card_numbers(text) == text
    form = ("Body=" + quote_plus(text)).encode()
    assert without_card_numbers_in_body(form) == form
