"""Chooses between text and e-mail: the person's wish, consent and answers come before the size of the balance (K4).

A letter is no choice among these: it is what is left when neither works (rules/post.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from receivables.case import Case
from receivables.money import Cents
from receivables.people import ELECTRONIC, Channel, Consent, ContactPoint
from receivables.policy import Policy


class Choice(NamedTuple):
    """A channel and why, in words staff may read."""

    channel: Channel
    because: str


def reachable(case: Case) -> list[Channel]:
    """Channels with a usable contact point that are neither stopped nor refused."""
    if case.guarantor is None:
        return []
    closed = {*case.stopped_channels, *case.refused_channels}
    return [channel for channel in ELECTRONIC if channel not in closed and case.guarantor.point(channel) is not None]


def postal(case: Case) -> ContactPoint | None:
    """Where a letter may go: an address on file that the person has not closed, and that no letter came back from."""
    if case.guarantor is None or Channel.letter in {*case.stopped_channels, *case.refused_channels}:
        return None
    return case.guarantor.point(Channel.letter)


def choose(case: Case, policy: Policy, owed: Cents, known: list[Channel] | None = None) -> Choice:
    """The channel of a first message, for somebody who can be reached at all; `known` is how, where that is known."""
    open_ = known or reachable(case)
    if len(open_) < len(ELECTRONIC):
        return Choice(open_[0], f"Only {WORDS[open_[0]]} may reach the patient.")
    answers = (WEIGHED[ground](case, policy, owed) for ground in policy.channel.precedence)
    return next((choice for choice in answers if choice), Choice(open_[0], "Texts are read soonest."))


def other_than(case: Case, channel: Channel) -> Choice:
    """The channel of a follow-up: the one not used last, or the same again when it is the only one (S31)."""
    others = [candidate for candidate in reachable(case) if candidate is not channel]
    if others:
        return Choice(others[0], f"The last message went out as {WORDS[channel]}, so {WORDS[others[0]]} is tried.")
    return Choice(channel, f"Only {WORDS[channel]} may reach the patient.")


WORDS = {Channel.sms: "text", Channel.email: "e-mail", Channel.letter: "letter"}


def _preference(case: Case, _policy: Policy, _owed: Cents) -> Choice | None:
    wish = case.guarantor.preferred_channel if case.guarantor else None
    return Choice(wish, f"The patient prefers {WORDS[wish]}.") if wish else None


def _consent(case: Case, _policy: Policy, _owed: Cents) -> Choice | None:
    points = [case.guarantor.point(channel) for channel in ELECTRONIC] if case.guarantor else []
    granted = [point.channel for point in points if point is not None and point.consent is Consent.granted]
    if len(granted) != 1:
        return None
    return Choice(granted[0], f"Consent is on file for {WORDS[granted[0]]} only.")


def _past_response(case: Case, _policy: Policy, _owed: Cents) -> Choice | None:
    answered = case.replies[-1].channel if case.replies else None
    answered = answered or (case.guarantor.answers_by if case.guarantor else None)
    return Choice(answered, f"The patient has answered by {WORDS[answered]} before.") if answered else None


def _balance_band(case: Case, policy: Policy, owed: Cents) -> Choice | None:
    section = policy.channel
    if owed < section.text_first_below:
        return Choice(Channel.sms, f"Balances under {section.text_first_below.as_dollars()} start with a text.")
    if owed > section.email_first_above:
        return Choice(Channel.email, f"Balances over {section.email_first_above.as_dollars()} start with an e-mail.")
    learned = _past_response(case, policy, owed) if section.mid_band == "learned" else None
    if learned is not None:
        return learned
    first = Channel(section.mid_band_cold_start[0])
    return Choice(first, f"Between the two limits a {WORDS[first]} comes first until answers teach otherwise.")


WEIGHED: dict[str, Callable[[Case, Policy, Cents], Choice | None]] = {
    "preference": _preference,
    "consent": _consent,
    "past_response": _past_response,
    "balance_band": _balance_band,
}
