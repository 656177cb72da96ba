"""The rule for a balance that posts while another one is paid by a plan: the patient is asked once whether it joins."""

from __future__ import annotations

from receivables import windows
from receivables.case import Offer
from receivables.plans.joining import joined_to, open_beside
from receivables.plans.steps import PlanWords
from receivables.rules.answer import step
from receivables.rules.ladder import slot
from receivables.rules.plan_words import channel_for, done, touch_id
from receivables.steps import Decision, SendMessage
from receivables.view import View
from receivables.words import when

MESSAGE = "plan_join"


def asked_to_join(view: View) -> Decision | None:
    """In the place of its first message. A no, or silence, leaves the balance to its own ladder."""
    posted, offer = view.case.posted_at, view.policy.plan.offer
    if posted is None or view.case.plan is not None or view.case.offer is not None or view.payer in offer.suppress_for:
        return None
    if any(touch.agent == "payment" for touch in view.case.touches) or view.owed < offer.mention_from:
        return None
    beside, channel = open_beside(view.case, view.today), channel_for(view)
    dues = joined_to(beside, view.situation) if beside is not None else []
    if beside is None or channel is None or not dues or done(view, MESSAGE, "1"):
        return None
    at = slot(view, windows.first_touch_at(posted, view.zones, view.policy.contact, view.laws))
    asking = SendMessage(
        touch_id=touch_id(view, MESSAGE, "1"), message=MESSAGE, channel=channel, plan=PlanWords(dues=dues),
        offer=Offer(
            installments=len(dues), each_cents=[due.amount_cents for due in dues], offered_at=view.now, dues=dues,
            joins=beside.balance_id,
        ),
    )  # fmt: skip
    return step(
        view, asking, "A payment plan runs on another balance of the same person: they are asked once to add this one.",
        f"It goes out {when(at, view.zones[0], view.now)}, inside the permitted hours.", at=at,
    )  # fmt: skip
