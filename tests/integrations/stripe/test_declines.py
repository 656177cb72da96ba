"""What a decline leaves open: the strictest of all signals, whoever gave it."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.stripe.declines import REASONS, RETURNS, meaning_of_decline

VISA = {"type": "card", "card": {"brand": "visa"}}
MASTERCARD = {"type": "card", "card": {"brand": "mastercard"}}
BANK = {"type": "us_bank_account"}


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        ({"decline_code": "insufficient_funds"}, "insufficient_funds", "later"),
        ({"decline_code": "insufficient_funds", "advice_code": "do_not_try_again"}, "insufficient_funds", "never"),
        ({"decline_code": "generic_decline", "advice_code": "confirm_card_data"}, "generic", "new_card"),
        ({"decline_code": "generic_decline", "network_advice_code": "01"}, "generic", "new_card"),
        ({"decline_code": "generic_decline", "network_advice_code": "03"}, "generic", "never"),
        ({"decline_code": "generic_decline", "network_advice_code": "21"}, "generic", "never"),
        ({"decline_code": "lost_card", "advice_code": "try_again_later"}, "lost_or_stolen", "never"),
        ({"decline_code": "fraudulent"}, "fraud", "never"),
        ({"code": "expired_card"}, "expired", "new_card"),
        ({"decline_code": "authentication_required"}, "must_confirm", "with_the_patient"),
        ({"decline_code": "stop_payment_order"}, "not_permitted", "never"),
        ({"decline_code": "a code of tomorrow"}, "generic", "later"),
        ({}, "generic", "later"),
    ],
)
def test_the_strictest_signal_wins(error: dict[str, Any], reason: str, again: str) -> None:
    found = meaning_of_decline(error)
    assert (found.reason, found.again) == (reason, again)


@pytest.mark.parametrize("code", ["04", "07", "12", "14", "15", "41", "43", "46", "57", "R0", "R1", "R3"])
def test_visas_first_category_is_never_tried_again_and_its_code_is_kept_for_the_counters(code: str) -> None:
    error = {"decline_code": "generic_decline", "network_decline_code": code}
    assert meaning_of_decline(error | {"payment_method": VISA}).again == "never"
    assert meaning_of_decline(error).again == "never", "a card of no known brand is held to the strictest list"
    assert meaning_of_decline(error | {"payment_method": MASTERCARD}).again == "later"
    assert meaning_of_decline(error).network_code == code


@pytest.mark.parametrize(
    ("code", "again"), [("R01", "later"), ("R09", "later"), ("R03", "new_card"), ("R10", "never"), ("R29", "never")]
)
def test_of_bank_returns_only_uncovered_ones_may_be_sent_again(code: str, again: str) -> None:
    assert meaning_of_decline({"network_decline_code": code, "payment_method": BANK}).again == again
    assert [known for known in RETURNS if RETURNS[known] == "insufficient_funds"] == ["R01", "R09"]


def test_a_networks_code_too_long_to_be_one_is_cut() -> None:
    assert len(meaning_of_decline({"network_decline_code": "9" * 40}).network_code) == 16
    assert "processing" in REASONS.values()
