"""Rules that forbid contact: endings, permanent stops, contested bills, open claims, small sums."""

from __future__ import annotations

from datetime import timedelta

from receivables import holds
from receivables.rules.answer import ask, ask_once, step, wait
from receivables.steps import Close, Decision
from receivables.view import View

SAID = {
    "deceased": "We were told that the guarantor has died.",
    "bankruptcy": "We were told of a bankruptcy: the automatic stay is in force.",
    "attorney": "A lawyer acts for the guarantor.",
    "cease": "The guarantor wants no contact at all.",
    "already_paid": "The patient says this was paid.",
    "insurance": "The patient says insurance should pay.",
    "dispute": "The patient contests the bill.",
    "estimate_dispute": "The patient has opened the dispute resolution about the estimate: nothing is collected.",
    "over_estimate": "The bill is $400 or more above the estimate, so the patient may have it reviewed first.",
    "minor": "Whoever is named as guarantor is under age.",
    "came_of_age": "The patient was of age at this visit, and a parent is named as guarantor.",
    "sensitive": "This care is told of by people only, by post or telephone.",
    "confidential": "The person wants to be reached in another way only.",
    "chargeback": "A card payment was taken back by the patient's bank.",
    "chargeback_lost": "The patient's bank has decided for the cardholder: what it took back stays with them.",
    "inquiry": "The patient's bank asks about a card payment; no money has moved.",
    "assistance": "The patient asked for help with paying.",
}


def not_posted_yet(view: View) -> Decision | None:
    """Facts can come before the posting they belong to."""
    if view.case.posted_at is not None:
        return None
    return wait(view, "The balance itself has not been reported yet.", next_step="the posting")


def ended_by_a_person(view: View) -> Decision | None:
    """A person ended the case; a late fact does not start it again."""
    if view.ended is None:
        return None
    return step(view, Close(reason=view.ended.reason), "A person ended the case.")


def permanent_stop(view: View) -> Decision | None:
    """Death, bankruptcy, a lawyer, or the wish for no contact: only a person may go on."""
    return _stopped(view, holds.PERMANENT)


def protected(view: View) -> Decision | None:
    """Estimates, age, sensitive care and confidential wishes: a person goes on, by ways the law leaves open."""
    return _stopped(view, holds.PROTECTED)


def not_collectable(view: View) -> Decision | None:
    """The practice's own system says that this is not to be collected now."""
    held = view.held(("not_collectable",))
    if not held:
        return None
    return _claim(view, "The practice's system says this balance is not to be collected now.")


def claim_open(view: View) -> Decision | None:
    """Nothing is asked of the patient while the insurer may still change its answer (R-42)."""
    if view.case.claim_status == "final":
        return None
    return _claim(view, f"The claim is {view.case.claim_status}: the patient's share may still change.")


def asked_by_a_bank(view: View) -> Decision | None:
    """A bank's question has a day by which it is answered, also when nothing is owed any more or the case was ended."""
    over = view.owed <= 0 or view.ended is not None
    kinds = ("inquiry", "chargeback", "chargeback_lost") if over else ("inquiry",)
    asked = next((kind for kind in kinds if view.held((kind,)) and view.may_ask(kind)), None)
    return ask(view, asked, SAID[asked]) if asked else None


def contested(view: View) -> Decision | None:
    """Disputes and requests for help are for people."""
    return _undecided_assistance(view) or _stopped(view, holds.CONTESTED)


def below_the_floor(view: View) -> Decision | None:
    """Small sums are left in peace (K20)."""
    floor = view.policy.min_balance_to_contact
    if view.owed >= floor:
        return None
    return wait(view, f"{view.owed.as_dollars()} is below the floor of {floor.as_dollars()}: nobody is written to.")


def _stopped(view: View, reasons: tuple[str, ...]) -> Decision | None:
    """The first question nobody was asked yet; else silence."""
    held = view.held(reasons)
    if not held:
        return None
    unasked = [hold for hold in held if view.may_ask(holds.TASK_OF[hold.reason])]
    hold = (unasked or held)[0]
    return ask_once(view, holds.TASK_OF[hold.reason], SAID[hold.reason])


def _undecided_assistance(view: View) -> Decision | None:
    asked = view.case.asked.get("assistance")
    if not view.held(("assistance",)) or asked is None or asked.last_at is None or view.case.open_tasks:
        return None
    again = asked.last_at + timedelta(days=view.policy.hold.assistance_days)
    because = "The patient asked for help with paying, and nothing has been decided."
    if again <= view.now:
        return ask(view, "assistance", because)
    return wait(view, because, until=again, next_step="remind staff") if not view.may_ask("assistance") else None


def _claim(view: View, because: str) -> Decision:
    since = view.case.priced.at if view.case.priced else view.now
    look = since + timedelta(days=view.policy.hold.claim_open_days)
    if look > view.now:
        return wait(view, because, until=look, next_step="ask staff about the claim")
    return ask_once(view, "claim_open", because)
