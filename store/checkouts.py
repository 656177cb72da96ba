"""Remembers hosted pages: whose each is, what was agreed to before, what is out of date, and cards that are idle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from receivables.cards.card import CardOnFile
from receivables.money import Cents
from receivables.plans.terms import Due
from receivables.together import Share
from store.case_book import UnknownBalanceError
from store.debits import Debits
from store.pool import Pool
from store.queries import queries

PAGE_LIVES = timedelta(hours=25)
"""The vendor closes a page by itself a day after it was opened."""


class OpenedCheckout(NamedTuple):
    """One hosted page. `amount_cents` is None where a card is put on file, `plan_id` where an amount is paid."""

    session_id: str
    practice_id: str
    balance_id: str
    amount_cents: Cents | None
    created_at: datetime
    plan_id: str | None = None


@dataclass(frozen=True)
class Consent:
    """What the patient was shown and agreed to before the card page (R-30, R-34)."""

    words: str
    """The whole text as it stood on the page, with the amounts and dates."""
    text_version: str
    language: str
    terms: Sequence[Due]
    purpose: str = "payment plan"


@dataclass(frozen=True)
class Authorization:
    """A consent with what the processor says came of it; the card is empty while none was put on file."""

    session_id: str
    plan_id: str
    agreed_at: datetime
    language: str
    purpose: str
    text_version: str
    text_sha256: str
    words: str
    terms: list[dict[str, Any]]
    last4: str
    brand: str
    reference: str
    """The processor's id of the authorization."""
    authorized_at: datetime | None


class Checkouts:
    """Hosted pages by the vendor's session id."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("checkouts")

    async def keep(  # noqa: PLR0917 - each of another kind
        self, session_id: str, practice_id: str, balance_id: str, amount_cents: Cents, created_at: datetime,
        shares: Sequence[Share] = (),
    ) -> None:  # fmt: skip
        """Remember a page to pay on; the same session again changes nothing. UnknownBalanceError without a balance.

        `shares` is what each balance gets of a page on which several are paid.
        """
        kept = await self._pool.fetchval(
            self._sql["keep"], session_id, practice_id, balance_id, amount_cents, created_at,
            [share.balance_id for share in shares], [share.amount_cents for share in shares],
        )  # fmt: skip
        if kept is None:
            raise UnknownBalanceError("a checkout page was opened for a balance that is not known")

    async def keep_consent(  # noqa: PLR0917 - each of another kind
        self, session_id: str, practice_id: str, balance_id: str, plan_id: str, consent: Consent, agreed_at: datetime
    ) -> None:
        """Remember a page for a card and what was agreed to before it, both or none; again changes nothing."""
        digest = hashlib.sha256(consent.words.encode()).hexdigest()
        terms = [due.model_dump(mode="json") for due in consent.terms]
        kept = await self._pool.fetchval(
            self._sql["keep_consent"], session_id, practice_id, balance_id, plan_id, agreed_at, consent.language,
            consent.purpose, consent.text_version, digest, consent.words, terms,
        )  # fmt: skip
        if kept is None:
            raise UnknownBalanceError("a card page was opened for a balance that is not known")

    async def find(self, session_id: str) -> OpenedCheckout | None:
        """The page of this session, None when we never opened it."""
        row = await self._pool.fetchrow(self._sql["find"], session_id)
        return None if row is None else _opened(row)

    async def others(self, opened: OpenedCheckout) -> list[OpenedCheckout]:
        """Other pages on which money could still be paid for a balance of this one, once this one is kept."""
        rows = await self._pool.fetch(self._sql["others"], opened.session_id, opened.created_at - PAGE_LIVES)
        return [_opened(row) for row in rows]

    async def outdated(self, now: datetime) -> list[OpenedCheckout]:
        """Pages that still ask for more than is owed now."""
        return [_opened(row) for row in await self._pool.fetch(self._sql["outdated"], now - PAGE_LIVES)]

    async def ended(self, session_id: str, now: datetime) -> None:
        """Nobody can pay on this page any more."""
        await self._pool.execute(self._sql["ended"], session_id, now)

    async def cards_only(self, practice_id: str) -> bool:
        """True while too many of the practice's bank debits come back, and nobody has dealt with it (R-31)."""
        return await Debits(self._pool).cards_only(practice_id)

    async def closed(self, practice_id: str, balance_id: str) -> int:
        """How many pages of a balance were closed: the vendor would give a closed page again under its old key."""
        count: int = await self._pool.fetchval(self._sql["closed"], practice_id, balance_id)
        return count

    async def idle_cards(self) -> list[CardOnFile]:
        """Cards kept for plans that are over or no longer charged; each until it is `forgotten`."""
        return [CardOnFile.model_validate(row["card"]) for row in await self._pool.fetch(self._sql["idle_cards"])]

    async def forgotten(self, card: CardOnFile, now: datetime) -> None:
        """The processor was asked to drop it."""
        await self._pool.execute(self._sql["forgotten"], card.payment_method_id, now)

    async def authorizations(self, practice_id: str, balance_id: str) -> list[Authorization]:
        """Every consent given for the balance's plans, oldest first, with the card that came of it."""
        rows = await self._pool.fetch(self._sql["authorizations"], practice_id, balance_id)
        return [Authorization(**dict(row)) for row in rows]


def _opened(row: Any) -> OpenedCheckout:  # noqa: ANN401 - a database row
    amount = None if row["amount_cents"] is None else Cents(row["amount_cents"])
    return OpenedCheckout(
        row["session_id"], row["practice_id"], row["balance_id"], amount, row["created_at"], row["plan_id"]
    )
