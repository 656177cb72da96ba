"""Card numbers are taken out of what patients write; everything else they write is left as it was."""

from __future__ import annotations

import pytest

from store.redaction import REMOVED, without_card_numbers, without_card_numbers_in_body


@pytest.mark.parametrize(
    "card",
    ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "3782 822463 10005",
     "6011 1111 1111 1117", "4222222222222", "5555.5555.5555.4444", "4242424242424242 123", "3125550142 4242424242424242"],
)  # fmt: skip
def test_a_card_number_is_removed_however_it_is_written(card: str):
    assert without_card_numbers(f"use {card} please") == f"use {REMOVED} please"


@pytest.mark.parametrize(
    "text",
    ["call me at 312-555-0142", "+13125550142", "order 1234567890123", "I paid $215.00 on 03/02/2026", "4242 4242",
     "ref AB4242424242424242", "4242424242424241", ""],
)  # fmt: skip
def test_other_numbers_stay(text: str):
    assert without_card_numbers(text) == text


def test_a_form_keeps_everything_but_the_card():
    body = b"Body=my+card%3A%204242%204242%204242%204242%21&From=%2B13125550142&NumMedia=0"
    kept = without_card_numbers_in_body(body)
    assert b"4242" not in kept
    assert kept.endswith(b"%21&From=%2B13125550142&NumMedia=0")
