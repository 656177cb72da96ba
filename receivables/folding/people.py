"""Folds who owes, how they may be reached, and what silences us about them; the source can only narrow."""

from __future__ import annotations

from datetime import datetime

from receivables import holds
from receivables.agreed import Agreed, Mark
from receivables.case import Case
from receivables.facts import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AssistanceRequested,
    AttorneyRepresents,
    BankruptcyFiled,
    ConfidentialRequested,
    ConsentRecorded,
    ContactStopped,
    ContactUpdated,
    Fact,
    GuarantorDeceased,
    RecallDue,
)
from receivables.folding import protected
from receivables.people import REVOCABLE, Channel, Consent, ContactPoint, Guarantor, PointStatus

SEVERITY = list(PointStatus)
IN_WRITING = ("form", "portal", "text", "email")
"""Ways of agreeing that leave the person's own words."""


def contact_updated(case: Case, fact: ContactUpdated) -> None:
    """New details or wishes; channels that were given up for want of details are open again."""
    described(case, fact.guarantor, fact)


def described(case: Case, guarantor: Guarantor, fact: Fact) -> None:
    """Take over a description unless a later one is known; what was ever learned about a point stays."""
    for point in guarantor.contact_points:
        _spoil(case, point.value, point.status, fact.at)
    if case.described is None or case.described.yields_to(fact.at, fact.fact_id):
        case.described = Mark(at=fact.at, fact_id=fact.fact_id)
        case.guarantor = guarantor
        case.refused_channels = []
        holds.ask_anew(case, "no_contact")
        holds.ask_anew(case, "contact_failed")
    protected.of_the_guarantor(case, guarantor, fact)
    apply_what_is_known(case)


def consent_recorded(case: Case, fact: ConsentRecorded) -> None:
    """The person's latest word about bills, or about recall visits, at this number or address."""
    if "billing" in fact.purposes:
        case.agreed = _with_word(case.agreed, fact)
        _reopen(case)
        apply_what_is_known(case)
        if fact.granted:
            case.refused_channels = [channel for channel in case.refused_channels if channel is not fact.channel]
            holds.ask_anew(case, "no_contact")
            holds.ask_anew(case, "contact_failed")
    if "recall" in fact.purposes:
        case.recall_agreed = _with_word(case.recall_agreed, fact)


def _with_word(agreed: dict[str, Agreed], fact: ConsentRecorded) -> dict[str, Agreed]:
    value = fact.value.strip().lower()
    known = agreed.get(value)
    if known is not None and not known.said.yields_to(fact.given_at, fact.fact_id):
        return agreed
    said = Mark(at=fact.given_at, fact_id=fact.fact_id)
    return agreed | {value: Agreed(granted=fact.granted, said=said, in_writing=fact.means in IN_WRITING)}


def contact_stopped(case: Case, fact: ContactStopped) -> None:
    """One channel stops at once, or all contact does."""
    if fact.channel is None:
        holds.put(case, "cease", fact.at)
    else:
        stop_channel(case, fact.channel, fact.at)


def guarantor_deceased(case: Case, fact: GuarantorDeceased) -> None:
    """Everything stops (R-45)."""
    holds.put(case, "deceased", fact.at)


def bankruptcy_filed(case: Case, fact: BankruptcyFiled) -> None:
    """Everything stops (R-44)."""
    holds.put(case, "bankruptcy", fact.at)


def attorney_represents(case: Case, fact: AttorneyRepresents) -> None:
    """Everything stops (R-17)."""
    holds.put(case, "attorney", fact.at)


def confidential_requested(case: Case, fact: ConfidentialRequested) -> None:
    """A person arranges it, and only the ways that were named are used from then on (R-22)."""
    protected.confidential_requested(case, fact)
    apply_what_is_known(case)


def assistance_requested(case: Case, fact: AssistanceRequested) -> None:
    """Collection pauses."""
    holds.put(case, "assistance", fact.at)


def appointment_missed(case: Case, fact: AppointmentMissed | AppointmentCancelled) -> None:
    """Missed or cancelled: rebooking comes first (S106, K15)."""
    holds.put(case, "no_show", fact.at)


def appointment_booked(case: Case, fact: AppointmentBooked) -> None:
    """A visit was booked; who had been away was heard by that, and calls nobody answered are of the past (S111)."""
    if case.booked_at is None or fact.at > case.booked_at:
        case.booked_at, case.visit_at = fact.at, fact.starts_at
    elif fact.at == case.booked_at and fact.starts_at is not None:
        case.visit_at = max(case.visit_at or fact.starts_at, fact.starts_at)
    if fact.reactivated:
        case.reactivated_at = max(case.reactivated_at or fact.at, fact.at)
        case.calls = [call for call in case.calls if call > fact.at]


def recall_due(case: Case, fact: RecallDue) -> None:
    """A recall visit is due: with a bill that is met by silence, both are spoken of at once (K14)."""
    case.recall_due_at = max(case.recall_due_at or fact.at, fact.at)


def stop_channel(case: Case, channel: Channel, at: datetime) -> None:
    """No more messages on this channel, whatever number or address, until the person agrees anew to one (R-6)."""
    earlier = case.stopped_at.get(channel)
    case.stopped_at = case.stopped_at | {channel: max(earlier, at) if earlier else at}
    if channel not in case.stopped_channels:
        case.stopped_channels = sorted([*case.stopped_channels, channel])
    _reopen(case)
    apply_what_is_known(case)


def mark_point(case: Case, channel: Channel, status: PointStatus, at: datetime) -> None:
    """Take the point that messages on this channel go to out of use."""
    point = case.guarantor.point(channel) if case.guarantor else None
    if point is not None:
        _spoil(case, point.value, status, at)
        apply_what_is_known(case)


def asked_for_in_writing(case: Case, since: datetime) -> bool:
    """True when the person has agreed, in their own written words and after that moment, to hear of bills (R-17)."""
    return any(one.granted and one.in_writing and one.said.at > since for one in case.agreed.values())


def _reopen(case: Case) -> None:
    """A channel is open again once a number or address of it was agreed to after the stop."""
    case.stopped_channels = [
        channel for channel in case.stopped_channels
        if (stopped := case.stopped_at.get(channel)) is None
        or not any(_agreed_after(case, value, stopped) for value in case.agreed if _channel_of(value) is channel)
    ]  # fmt: skip


def _agreed_after(case: Case, value: str, moment: datetime) -> bool:
    agreed = case.agreed.get(value.strip().lower())
    return agreed is not None and agreed.granted and agreed.said.at > moment


def _channel_of(value: str) -> Channel:
    return Channel.email if "@" in value else Channel.sms


def _spoil(case: Case, value: str, status: PointStatus, at: datetime) -> None:
    """Of two faults the later in the list of statuses stands, so that every order gives the same case."""
    if status is not PointStatus.usable:
        earlier = case.spoiled_at.get(value)
        case.spoiled_at = case.spoiled_at | {value: max(earlier, at) if earlier else at}
    known = case.spoiled.get(value, PointStatus.usable)
    if SEVERITY.index(status) > SEVERITY.index(known):
        case.spoiled = case.spoiled | {value: status}


def apply_what_is_known(case: Case) -> None:
    """What we have learned about each number and address stands over what the source says of it."""
    if case.guarantor is None or not (case.spoiled or case.agreed or case.only_at or case.stopped_at):
        return
    points = [point.model_copy(update=_known_of(case, point)) for point in case.guarantor.contact_points]
    case.guarantor = case.guarantor.model_copy(update={"contact_points": points})


def _known_of(case: Case, point: ContactPoint) -> dict[str, object]:
    agreed = case.agreed.get(point.value.strip().lower())
    known: dict[str, object] = {"status": _status_of(case, point)}
    return known | ({"consent": Consent.granted if agreed.granted else Consent.denied} if agreed else {})


def _status_of(case: Case, point: ContactPoint) -> PointStatus:
    """What it was found to be, unless the person has agreed to it since; a stop of the channel holds for all others."""
    if protected.closed_by_wish(case, point):
        return PointStatus.opted_out
    status = case.spoiled.get(point.value, PointStatus.usable)
    found = case.spoiled_at.get(point.value)
    if status in REVOCABLE and found is not None and _agreed_after(case, point.value, found):
        status = PointStatus.usable
    stopped = case.stopped_at.get(point.channel)
    if stopped is None or point.channel in case.stopped_channels or _agreed_after(case, point.value, stopped):
        return status
    return status if status is not PointStatus.usable else PointStatus.opted_out
