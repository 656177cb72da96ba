"""From settings to the web's parts: the one place where stores, vendors' checks and the engine meet these routes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import NamedTuple
from urllib.parse import urlsplit

from temporalio.client import Client

from activities.lines import Lines
from integrations.hearing import Delivered
from integrations.practice_systems.simulated import inbound as simulated
from integrations.sendgrid import inbound as sendgrid
from integrations.sendgrid import mail_in
from integrations.stripe import inbound as stripe
from integrations.stripe.checkout import StripeCheckout
from integrations.stripe.connection import Connection
from integrations.stripe.refunds import StripeRefunds
from integrations.stripe.vault import StripeVault
from integrations.twilio import inbound as twilio
from integrations.twilio.lookup import TwilioLookup
from receivables.cards.ports import CardVault
from receivables.ports import Checkout
from receivables.refunds import CardRefunds
from runtime.clock import clock_of
from runtime.codec_requests import decoded, encoded
from runtime.migrations import MIGRATIONS
from runtime.policy_files import PolicyFiles
from runtime.settings import Settings
from runtime.temporal import connect, converter
from starter.case_desk import CaseDesk
from starter.plan_desk import PlanDesk
from starter.proofs import Audits, Proofs
from starter.refund_desk import RefundDesk
from starter.requests import Requests
from starter.sign_off_desk import SignOffDesk
from starter.signed import SignedRules
from starter.touch_desk import TouchDesk
from store.bell import Bell
from store.case_book import PostgresCaseBook
from store.checkouts import Checkouts
from store.credits import Credits
from store.evidence import Evidence
from store.fact_book import FactBook
from store.inbox import Inbox
from store.letters import Letters
from store.line_book import PostgresLineBook
from store.notice_book import PostgresNoticeBook
from store.opinions import PostgresOpinionBook
from store.page_consents import PostgresPageConsents
from store.pay_links import PayLinks
from store.plan_log import PostgresPlanLog
from store.pool import Pool, open_pool
from store.read_models import ReadModels
from store.refunds import Refunds
from store.reply_corrections import ReplyCorrections
from store.sign_offs import SignOffs
from store.silences import Silences
from store.sub_ledger import SubLedger
from store.task_book import PostgresTaskBook
from store.touch_book import PostgresTouchBook
from web.metrics import Metrics
from web.parts import Doorman, Readiness, Recode, WebParts, WebSettings
from web.readiness import database_answers, engine_answers, schema_is_current, versions

CHECKOUT_ORIGIN = "https://checkout.stripe.com"
POOL_MOST = 20
MAIL_BYTES = 30_000_000
"""The vendor delivers an e-mail with its attachments; a patient's words are not lost for a photo beside them."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[WebParts]:
    """All parts, with the database and the card processor let go of at the end.

    The engine may be away: facts are taken and patients can pay without it.
    """
    assert settings.database_url, "the database's address comes from DATABASE_URL or from collect up"
    pool = await open_pool(settings.database_url, max_size=POOL_MOST)
    cards = Connection(settings.stripe.api_key.get_secret_value(), base_url=settings.stripe.base_url)
    try:
        client = await connect(settings, lazy=True)
        processor = Processor(StripeCheckout(cards), StripeVault(cards, clock_of(settings)), StripeRefunds(cards))
        parts = wire(settings, client, pool, processor)
        keeping = asyncio.create_task(parts.signed.keep())
        yield parts
        keeping.cancel()
    finally:
        await cards.close()
        await pool.close()


class Processor(NamedTuple):
    """What is asked of the card processor."""

    checkout: Checkout
    vault: CardVault
    refunds: CardRefunds


def wire(settings: Settings, client: Client, pool: Pool, processor: Processor) -> WebParts:
    """The parts over connections that are open."""
    clock, policies, bell = clock_of(settings), PolicyFiles(settings.practices_dir), Bell(pool)
    desk = CaseDesk(FactBook(pool), policies, clock, bell.ring)
    book, tasks = SignOffs(pool), PostgresTaskBook(pool)
    signed = SignedRules(book, policies)
    return WebParts(
        settings=web_settings(settings), desk=desk, requests=Requests(client, desk, clock),
        inbox=Inbox(pool, bell.ring),
        pages=PayLinks(pool), opened=Checkouts(pool), shown=ReadModels(pool), tasks=tasks,
        touches=TouchDesk(PostgresTouchBook(pool, policies), _lines(settings, pool)), silences=Silences(pool),
        consents=PostgresPageConsents(pool),
        letters=Letters(pool),
        months=SubLedger(pool), evidence=Evidence(pool), credits=Credits(pool),
        refunds=RefundDesk(
            Refunds(pool), processor.refunds, tasks, PostgresNoticeBook(pool), clock, policies, bell.ring
        ),
        audits=Audits(Proofs(client, settings.task_queue), clock, policies.practice_ids()),
        checkout=processor.checkout, vault=processor.vault, plans=PlanDesk(PostgresCaseBook(pool), policies, clock),
        plan_log=PostgresPlanLog(pool), corrections=ReplyCorrections(pool), opinions=PostgresOpinionBook(pool),
        reader_version=_reader_version,
        sign_offs=SignOffDesk(book, policies, signed, settings.practices_dir, clock, bell.ring), signed=signed,
        policies=policies, clock=clock, doormen=doormen(settings), recodes=recodes(settings),
        readiness=readiness(client, pool),
        metrics=Metrics({"collect_rules_overdue_reviews": partial(_overdue_reviews, policies)}),
    )  # fmt: skip


def _lines(settings: Settings, pool: Pool) -> Lines:
    account = settings.twilio
    lookup = TwilioLookup(account.account_sid, account.auth_token.get_secret_value(), base_url=account.base_url)
    return Lines(PostgresLineBook(pool), lookup, reassigned=account.reassigned_numbers)


@cache
def _reader_version() -> str:
    """Looked up once: a worker that was started with this process reads with the same one."""
    from integrations.reply_reader.classifier import version_of

    return version_of()


def _overdue_reviews(policies: PolicyFiles) -> int:
    return len(policies.rules.overdue(datetime.now(UTC).date()))


def web_settings(settings: Settings) -> WebSettings:
    """What this process has to know of the settings."""
    return WebSettings(
        public_base_url=settings.public_url, api_tokens=(settings.api_token.get_secret_value(),),
        signers={name: token.get_secret_value() for name, token in settings.signing_tokens.items()},
        checkout_origins=(origin_of(settings.stripe.base_url) if settings.stripe.base_url else CHECKOUT_ORIGIN,),
        codec_token=settings.codec_token.get_secret_value(),
        ui_origins=spellings(settings.temporal_ui) if settings.temporal_ui else (),
    )  # fmt: skip


def doormen(settings: Settings) -> dict[str, Doorman]:
    """Who checks the webhooks of each path. Ages of signatures are judged by the real clock, as vendors sign by it."""
    texts, events = settings.twilio.auth_token.get_secret_value(), settings.sendgrid.webhook_public_key
    cards, system = settings.stripe.webhook_secret.get_secret_value(), settings.practice_system
    found: dict[str, Doorman] = {}
    if texts:
        look_at = "compare COLLECT_TWILIO__AUTH_TOKEN and COLLECT_PUBLIC_BASE_URL with the vendor's console"
        doorman = Doorman("twilio", partial(_text, texts), look_at)
        found |= {"twilio/sms": doorman, "twilio/status": doorman}
    if events:
        look_at = "compare COLLECT_SENDGRID__WEBHOOK_PUBLIC_KEY with the vendor's console, and this machine's clock"
        found["sendgrid/events"] = Doorman("sendgrid", partial(_mail_events, events), look_at)
        found["sendgrid/inbound"] = Doorman("sendgrid_mail", partial(_mail, events), look_at, MAIL_BYTES)
    if cards:
        look_at = "compare COLLECT_STRIPE__WEBHOOK_SECRET with the vendor's console, and this machine's clock"
        found["stripe"] = Doorman("stripe", partial(_card_event, cards), look_at)
    if secret := system.webhook_secret.get_secret_value():
        look_at = "compare COLLECT_PRACTICE_SYSTEM__WEBHOOK_SECRET with the system's, and this machine's clock"
        found["practice-systems/simulated"] = Doorman("simulated", partial(_practice_event, secret), look_at)
    return found


def _text(token: str, address: str, headers: Mapping[str, str], body: bytes) -> Delivered | None:
    return twilio.taken_in(address, headers, body, token)


def _mail_events(key: str, _: str, headers: Mapping[str, str], body: bytes) -> Delivered | None:
    return sendgrid.taken_in(headers, body, key, time.time())


def _mail(key: str, _: str, headers: Mapping[str, str], body: bytes) -> Delivered | None:
    return mail_in.taken_in(headers, body, key, time.time())


def _card_event(secret: str, _: str, headers: Mapping[str, str], body: bytes) -> Delivered | None:
    return stripe.taken_in(headers, body, secret)


def _practice_event(secret: str, _: str, headers: Mapping[str, str], body: bytes) -> Delivered | None:
    return simulated.taken_in(headers, body, secret, time.time())


def recodes(settings: Settings) -> dict[str, Recode]:
    """What the Temporal UI may ask, with this installation's keys."""
    codec = converter(settings).payload_codec
    if codec is None:
        return {}
    return {"decode": partial(decoded, codec), "encode": partial(encoded, codec)}


def readiness(client: Client, pool: Pool) -> dict[str, Readiness]:
    """What `/readyz` looks at."""
    return {
        "database": partial(database_answers, pool), "schema": partial(schema_is_current, pool, versions(MIGRATIONS)),
        "engine": partial(engine_answers, client),
    }  # fmt: skip


def spellings(address: str) -> tuple[str, ...]:
    """The origins a page at this address may have: this machine is called by its number or by its name."""
    origin = origin_of(address)
    return tuple(dict.fromkeys((origin, origin.replace("//127.0.0.1", "//localhost"))))


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
