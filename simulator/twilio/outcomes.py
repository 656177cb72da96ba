"""What becomes of a text to a given number: magic numbers, numbers set by hand, and numbers of simulated people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

DELIVERED = 0
HANDSET_OFF, UNKNOWN_NUMBER, LANDLINE, FILTERED, UNREGISTERED = 30003, 30005, 30006, 30007, 30034
FAILED_CODES = frozenset({UNREGISTERED})
"""Codes that end a text as `failed` before the carrier has it; the others end it as `undelivered`."""

ERROR_TEXTS = {
    HANDSET_OFF: "Unreachable destination handset",
    UNKNOWN_NUMBER: "Unknown destination handset",
    LANDLINE: "Landline or unreachable carrier",
    FILTERED: "Message filtered",
    UNREGISTERED: "US A2P 10DLC - Message from an Unregistered Number",
}

REFUSED_AT_ONCE = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
"""Twilio's own published test numbers: the request is answered 400 with this code."""

DATABASE_BEGINS = date(2021, 1, 27)
"""The FCC's database of reassigned numbers knows of nothing before that day."""

UNDELIVERED = {
    "+15005550030": HANDSET_OFF,
    "+15005550031": UNKNOWN_NUMBER,
    "+15005550032": LANDLINE,
    "+15005550033": FILTERED,
    "+15005550034": UNREGISTERED,
}
"""Test numbers of this world: the text is accepted and then ends with this code."""

WORDS = {
    "delivered": DELIVERED,
    "off": HANDSET_OFF,
    "unknown": UNKNOWN_NUMBER,
    "landline": LANDLINE,
    "filtered": FILTERED,
    "unregistered": UNREGISTERED,
    "invalid": 21211,
    "not_mobile": 21614,
}
"""How an outcome is named when it is set by hand for a number."""


class Numbers:
    """The outcome of each number. `by_person` may decide for a simulated person's phone; hand-set outcomes win."""

    def __init__(self) -> None:
        self.set_by_hand: dict[str, int] = {}
        self.handed_on: dict[str, date] = {}
        self.by_person: Callable[[str, str], int | None] = lambda number, sid: None

    def set(self, number: str, word: str) -> None:
        """Sets what becomes of texts to a number from now on; ValueError lists the words."""
        if word not in WORDS:
            raise ValueError(f"outcome: one of {', '.join(WORDS)}")
        self.set_by_hand[number] = WORDS[word]

    def refusal_of(self, number: str) -> int | None:
        """The error code with which a request to this number is refused, or None."""
        code = self.set_by_hand.get(number, REFUSED_AT_ONCE.get(number))
        return code if code is not None and code in (21211, 21408, 21610, 21612, 21614) else None

    def outcome_of(self, number: str, sid: str) -> int:
        """`DELIVERED` or the error code an accepted text ends with."""
        if number in self.set_by_hand:
            return self.set_by_hand[number]
        if number in UNDELIVERED:
            return UNDELIVERED[number]
        theirs = self.by_person(number, sid)
        return DELIVERED if theirs is None else theirs

    def hand_on(self, number: str, on: date) -> None:
        """From that day the number is somebody else's, as the FCC's database has it."""
        self.handed_on[number] = on

    def reassigned(self, number: str, since: date) -> str:
        """What Lookup says of a number that was last verified on a day: yes, no, or no_data_available."""
        if since < DATABASE_BEGINS:
            return "no_data_available"
        return "yes" if self.handed_on.get(number, date.min) > since else "no"

    def line_type(self, number: str) -> str:
        """What Lookup says about the number."""
        outcome = self.outcome_of(number, "")
        if outcome == LANDLINE or self.refusal_of(number) == 21614:
            return "landline"
        return "nonFixedVoip" if outcome == FILTERED else "mobile"
