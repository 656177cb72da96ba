"""Sends one message at most once: re-reads, claims, sends, and counts it only when the provider has accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from activities.freshness import Freshness, Look
from activities.lines import SAID, Lines
from receivables.case import Case
from receivables.conversation import FREE_OF_MONEY, NOTHING_LEFT
from receivables.errors import CannotKnow, NotReportedYet, Refused, TryLater
from receivables.facts import AnyFact, DeliveryFailed, MessageSent, MessageSkipped, moment_key
from receivables.fold import fold
from receivables.line_ports import LookedUp
from receivables.numbers import verified_on
from receivables.people import Channel, PointStatus
from receivables.plans.steps import OfferPlan, PlanWords
from receivables.policy import Practice
from receivables.ports import (
    AlreadySent,
    Claimed,
    Courier,
    InDoubt,
    Message,
    NotBefore,
    Skipped,
    TouchBook,
    TouchRequest,
    Writer,
)
from receivables.steps import SendMessage

QUICK_TRIES = 4
"""Attempts within seconds; after them the case itself rests and tries again, visibly."""
LOOK_AGAIN = timedelta(minutes=10)
NOT_KNOWN = "It is not known yet whether the message left."
FACTS_ALONE = "The practice's ledger has no such balance, so what was reported to us stands alone."
ANSWER_AGAIN = timedelta(minutes=30)
"""Somebody waits for an answer that names what is owed."""
FRAME_OF_AN_EMAIL = "\n--\n"
"""What follows is the same below every e-mail; people who look at a conversation need not read it again."""
POINT_OF = {
    "opted_out": PointStatus.opted_out,
    "landline": PointStatus.landline,
    "bad_number": PointStatus.dead,
    "bad_address": PointStatus.bounced,
}
"""What a provider's refusal makes of the number or address."""


class Messaging:
    """`send_message`."""

    def __init__(  # noqa: PLR0917 - six ports, each of another kind
        self, deciding: Deciding, freshness: Freshness, touches: TouchBook, writer: Writer,
        couriers: Mapping[Channel, Courier], link_base: str, lines: Lines | None = None,
    ) -> None:  # fmt: skip
        self._deciding = deciding
        self._freshness = freshness
        self._touches = touches
        self._writer = writer
        self._couriers = couriers
        self._lines = lines
        self._link_base = link_base.rstrip("/")

    @activity.defn(name="send_message")
    @boundary
    async def send_message(self, errand: Errand) -> Turn:
        """Send the message if it still stands; the turn holds `message_sent`, `message_skipped` or what overtook it."""
        return await self._send(errand)

    @activity.defn(name="offer_plan")
    @boundary
    async def offer_plan(self, errand: Errand) -> Turn:
        """Answer a wish with an offer of a plan, as `send_message` does; `message_sent` holds the offer that stands."""
        return await self._send(errand)

    async def _send(self, errand: Errand) -> Turn:
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        sending = message_of(step) if isinstance(step, OfferPlan) else step
        if isinstance(sending, SendMessage) and self._deciding.stands(step, case, now):
            outcome = await self._attempt(case, sending, now)
            if isinstance(outcome, MessageSent) and outcome.offer_installments is not None and self._deciding.plans:
                assert isinstance(step, OfferPlan | SendMessage), "nothing else was sent"
                await self._deciding.plans.offered(case, step, self._deciding.consider(case, now).because, outcome.at)
            if outcome is None:  # A fact or a signature came between reading and claiming: let the rules speak anew.
                await self._deciding.renew()
                case, late = await self._deciding.refresh(case)
                news += late
            else:
                news.append(outcome)
                case = fold(case, outcome)
        return await self._deciding.turn(case, news, now)

    async def _attempt(self, case: Case, step: SendMessage, now: datetime) -> AnyFact | None:
        """Claim and send. None when the claim met a fact that the case has not heard."""
        unread = step.message in FREE_OF_MONEY and step.message != NOTHING_LEFT
        ledger = Look() if unread else await self._freshness.look(case, now)
        point = case.guarantor.point(step.channel) if case.guarantor else None
        if point is None:
            return self._skipped(case, step, now, "There is no usable contact point for this channel any more.")
        again = self._deciding.consider(case, now)
        policy = self._deciding.policies.policy(case.practice_id)
        request = TouchRequest(
            case=case, step=step, to=point.value, now=now, policy=policy, ledger_knows_it=ledger.known,
            because=[*again.because, *([] if ledger.known else [FACTS_ALONE])],
            outreach=step.reply_fact_id is None and not step.direct,
        )  # fmt: skip
        unclaimed = await self._by_ledger(case, request, ledger, now) or await self._by_line(case, request, now)
        if unclaimed is not None:
            return unclaimed
        claim = await self._touches.claim(request)
        match claim:
            case Claimed() | InDoubt():
                return await self._deliver(case, step, point.value, claim, now)
            case AlreadySent():
                return self._sent(case, step, claim.at)
            case NotBefore():
                return self._skipped(case, step, now, claim.because, claim.moment)
            case Skipped():
                return None if claim.news else self._skipped(case, step, now, claim.because)
            case _:
                assert_never(claim)

    async def _by_ledger(self, case: Case, request: TouchRequest, ledger: Look, now: datetime) -> AnyFact | None:
        """What the practice's own ledger has against it."""
        if not ledger.objection:
            return None
        again_in = min(ledger.again_in, ANSWER_AGAIN) if request.step.reply_fact_id else ledger.again_in
        return await self._later(case, request, ledger.objection, now, again_in)

    async def _later(
        self, case: Case, request: TouchRequest, because: str, now: datetime, again_in: timedelta
    ) -> AnyFact:
        later = NotBefore(moment=now + again_in, because=because)
        await self._touches.kept_back(request, later)
        return self._skipped(case, request.step, now, later.because, later.moment)

    async def _by_line(self, case: Case, request: TouchRequest, now: datetime) -> AnyFact | None:
        """A number that takes no texts, or is somebody else's by now: found out before a text, not by it (R-12)."""
        step = request.step
        if self._lines is None or step.channel is not Channel.sms or step.reply_fact_id:
            return None
        try:
            status = await self._lines.fault(request.to, verified_on(case, request.to), now)
        except TryLater as away:
            return await self._later(case, request, str(away), now, LOOK_AGAIN)
        if status is None:
            return None
        looked = LookedUp(request.to, now, case.practice_id, case.balance_id)
        await self._touches.point_looked_up(looked, status, SAID[status])
        return DeliveryFailed(
            fact_id=f"looked_up.{step.touch_id}", at=now, source="provider", practice_id=case.practice_id,
            balance_id=case.balance_id, channel=step.channel, status=status, because=SAID[status],
        )  # fmt: skip

    async def _deliver(
        self, case: Case, step: SendMessage, to: str, claim: Claimed | InDoubt, now: datetime
    ) -> AnyFact:
        practice = self._deciding.policies.practice(case.practice_id)
        message = self._writer.write(case, step, practice, self._page(claim), to, claim.family)
        _put_into_thread(message, step, claim)
        courier = self._couriers[step.channel]
        try:
            provider_id = None
            if isinstance(claim, InDoubt):
                provider_id = await courier.find(message, claim.first_tried_at)
            if provider_id is None:
                too_long = self._too_long(message, step, practice, now)
                overtaken = too_long or await self._touches.last_look(step.touch_id, _words_of(message))
                if overtaken:
                    await self._touches.refused(step.touch_id, overtaken, held_back=True)
                    return self._skipped(case, step, now, overtaken, None if too_long else now + LOOK_AGAIN)
                provider_id = await courier.send(message)
        except Refused as refusal:
            return await self._refused(case, step, message, refusal, now)
        except TryLater:
            if activity.info().attempt < QUICK_TRIES:
                raise
            await self._touches.refused(step.touch_id, "The provider is away.")
            return self._skipped(case, step, now, "The provider did not take messages just now.", now + LOOK_AGAIN)
        except NotReportedYet as wait:
            return self._skipped(case, step, now, NOT_KNOWN, _seldomer(claim, now, wait.until))
        except CannotKnow:
            if activity.info().attempt < QUICK_TRIES:
                raise
            # The claim stays in doubt: the next try looks at the provider before it sends.
            return self._skipped(case, step, now, NOT_KNOWN, now + LOOK_AGAIN)
        await self._touches.accepted(step.touch_id, provider_id, now, _fingerprint(message))
        # A message about all balances quotes no plan for this one.
        return self._sent(case, step if not claim.family else step.model_copy(update={"offer": None}), now)

    def _too_long(self, message: Message, step: SendMessage, practice: Practice, now: datetime) -> str | None:
        """Names and amounts may be longer than in the samples that a wording was approved with.

        Another channel says it then, or a person does.
        """
        if step.channel is not Channel.sms:
            return None
        limits = self._deciding.policies.policy(practice.practice_id).rules.text_limits(practice.kind, now.date())
        return limits.too_long(message.text, terms=step.plan is not None and bool(step.plan.disclosures))

    def _page(self, claim: Claimed | InDoubt) -> str:
        return f"{self._link_base}/p/{claim.pay_code}"

    async def _refused(
        self, case: Case, step: SendMessage, message: Message, refusal: Refused, now: datetime
    ) -> AnyFact:
        await self._touches.refused(step.touch_id, refusal.because)
        status = POINT_OF.get(refusal.code)
        if status is None:
            return self._skipped(case, step, now, refusal.because)
        await self._touches.point_failed(message.to, step.channel, status)
        return DeliveryFailed(
            fact_id=f"failed.{step.touch_id}", at=now, source="provider", practice_id=case.practice_id,
            balance_id=case.balance_id, touch_id=step.touch_id, channel=step.channel, status=status,
            because=refusal.because,
        )  # fmt: skip

    def _sent(self, case: Case, step: SendMessage, at: datetime) -> MessageSent:
        offer = step.offer
        return MessageSent(
            fact_id=f"sent.{step.touch_id}", at=at, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, touch_id=step.touch_id, message=step.message, channel=step.channel,
            agent=step.agent,
            offer_installments=offer.installments if offer else None,
            offer_cents=sum(offer.each_cents[1:], offer.each_cents[0]) if offer else None,
            reply_fact_id=step.reply_fact_id,
            offer_dues=offer.dues if offer else [], offer_joins=offer.joins if offer else "",
            confirms_revision=step.confirms_revision,
            answers_wish=step.answers_wish, direct=step.direct, beside=step.beside,
        )  # fmt: skip

    def _skipped(
        self, case: Case, step: SendMessage, now: datetime, because: str, not_before: datetime | None = None
    ) -> MessageSkipped:
        return MessageSkipped(
            fact_id=f"skipped.{step.touch_id}.{moment_key(now)}", at=now, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, touch_id=step.touch_id, message=step.message, channel=step.channel,
            because=because, not_before=not_before, reply_fact_id=step.reply_fact_id,
        )  # fmt: skip


def message_of(step: OfferPlan) -> SendMessage:
    """The words an offer leaves in."""
    return SendMessage(
        touch_id=step.touch_id, message="plan_terms", channel=step.channel, offer=step.offer, direct=True,
        plan=PlanWords(dues=step.offer.dues, reason=step.reason, disclosures=step.disclosures), answers_wish=True,
        reply_fact_id=step.reply_fact_id, language=step.language,
    )  # fmt: skip


def _seldomer(claim: Claimed | InDoubt, now: datetime, until: datetime) -> datetime:
    """When to look for a report again: soon at first, then each time after twice as long, and once it can't come."""
    waited = now - claim.first_tried_at if isinstance(claim, InDoubt) else LOOK_AGAIN
    return min(now + max(waited, LOOK_AGAIN), until)


def _put_into_thread(message: Message, step: SendMessage, claim: Claimed | InDoubt) -> None:
    """An e-mail is answered to an address of its own, and an answer stands in the conversation it belongs to."""
    message.thread, message.answers = claim.thread, step.reply_fact_id is not None
    if claim.letter is not None and message.answers:
        message.in_reply_to = claim.letter.message_id
        message.subject = f"Re: {claim.letter.subject}" if claim.letter.subject else message.subject


def _words_of(message: Message) -> dict[str, str]:
    said = message.text.partition(FRAME_OF_AN_EMAIL)[0].strip()
    return {"template_version": message.template, "words": _fingerprint(message), "text": said}


def _fingerprint(message: Message) -> str:
    """Proves which words left."""
    return hashlib.sha256(f"{message.subject}\n{message.text}".encode()).hexdigest()
