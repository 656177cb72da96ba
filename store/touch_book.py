"""Settles who may be contacted when: claims of touches under locks, and what became of each touch."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg

from receivables.case import HANDLED_FACTS_KEPT
from receivables.contact import ASKS_ABOUT_A_PLAN, ONE_CONTACT, REMINDS_OF_A_PLAN, Kin, Wish
from receivables.facts import DeliveryFailed, MessageSent
from receivables.line_ports import LookedUp, Theirs
from receivables.people import Channel, Guarantor, PointStatus
from receivables.ports import AlreadySent, Claim, Claimed, InDoubt, NotBefore, PolicyBook, Skipped, TouchRequest
from receivables.reported_facts import Letter
from receivables.sign_offs import behind
from receivables.states import states_of
from receivables.windows import place, zones_of
from store.asked import Asked, asked_by_agent, asked_by_case
from store.caps import LOOK_BACK
from store.case_book import UnknownBalanceError
from store.fact_book import keep_within
from store.fact_rows import plain, reach, unpacked
from store.objections import Clock, objection_to
from store.pool import Connection, Pool
from store.proofs import proof_of
from store.queries import queries
from store.sender_places import no_place

SIGNED_SINCE = "The practice has signed a policy or a message since this was decided; it is decided anew."
ELSEWHERE_AGAIN = timedelta(minutes=10)
OCCASIONAL = frozenset({"no_show", "recall"})
"""Agents whose touches belong to a person and an occasion, not to a balance."""
UNDELIVERED = "A message to this contact point could not be delivered."


class UnknownPersonError(LookupError):
    """Nobody has described this person: report a balance_posted or contact_updated for them first."""


class UnknownTouchError(LookupError):
    """No claim of this touch is open: it was never claimed, or its claim was freed."""


class Unreported(NamedTuple):
    """A text that the provider took, and about which it has not said the last word."""

    touch_id: str
    provider_id: str
    accepted_at: datetime


class PostgresTouchBook:
    """`ports.TouchBook`."""

    def __init__(self, pool: Pool, policies: PolicyBook) -> None:
        """`policies` tells where a practice is and whether its ledger can be read: if so a claim needs a reading."""
        self._pool = pool
        self._policies = policies
        self._sql = queries("touch_book")

    async def claim(self, request: TouchRequest) -> Claim:
        """One transaction under a lock on the guarantor and the contact point; concurrent claims never both win.

        Whatever stands in the way is looked for before an earlier try in doubt is taken up again: that try may have
        failed, and taking it up would send now. What is not permitted is kept with its reason.
        """
        return await self._settle(asked_by_case(request))

    async def ask(self, wish: Wish, now: datetime) -> Claim:
        """The same for an agent that carries its touch itself. UnknownPersonError: nobody has described the person."""
        return await self._settle(await self._asked(wish, now))

    async def _asked(self, wish: Wish, now: datetime) -> Asked:
        guarantor = await self._described(wish)
        chosen = guarantor.point(wish.channel)
        value = wish.to or (chosen.value if chosen else "")
        return asked_by_agent(wish, guarantor, value, now, self._policies.policy(wish.practice_id))

    async def _described(self, wish: Wish) -> Guarantor:
        described = await self._pool.fetchval(self._sql["person"], wish.practice_id, wish.guarantor_id)
        if described is None:
            raise UnknownPersonError("a touch was asked for a person nobody has described")
        return unpacked(described, wish.guarantor_id)

    async def kept_back(self, request: TouchRequest, answer: NotBefore | Skipped) -> None:
        """Remember why a touch was not even claimed: whoever asks why nothing was sent is told."""
        await self._remember(asked_by_case(request), answer)

    async def put_off(self, wish: Wish, answer: NotBefore, now: datetime) -> NotBefore:
        """The same for a sibling agent's touch, which was not even asked for; the answer comes back."""
        await self._remember(await self._asked(wish, now), answer)
        return answer

    async def number_of(self, wish: Wish) -> Theirs | None:
        """Where a text of a sibling agent would go; None when that is not on file. UnknownPersonError as for `ask`."""
        guarantor = await self._described(wish)
        chosen = guarantor.point(wish.channel)
        value = plain(wish.to or (chosen.value if chosen else ""))
        if value not in {plain(point.value) for point in guarantor.contact_points}:
            return None  # Nobody is texted at a number that is not on file, so nobody pays for a look at it.
        found = await self._pool.fetchval(
            self._sql["verified_at"], wish.practice_id, wish.guarantor_id, wish.channel.value, value
        )
        return Theirs(value, found.astimezone(UTC).date())

    async def _remember(self, asked: Asked, answer: NotBefore | Skipped) -> None:
        async with self._pool.acquire() as connection:
            survey = await connection.fetchrow(self._sql["survey"], *_looked_for(asked))
            if survey is not None:
                await self._keep(connection, asked, survey, self._there(asked), answer)

    async def last_look(self, touch_id: str, words: Mapping[str, str]) -> str | None:
        """Why a claimed touch must not leave after all: a stop or a silence that came since. None when it may.

        `words` says which words are about to leave, and is kept with the proof before they do.
        """
        row = await self._pool.fetchrow(self._sql["last_look"], touch_id, dict(words))
        if row is None:
            return "The claim of this message is not open any more."
        if row["silenced"] is not None:
            return f"A person has silenced this: {row['silenced']}"
        if row["stopped"] or row["point_status"]:
            return "A stop has come since the message was claimed."
        if row["replied"]:
            return "The patient has written since the message was claimed: that is read first."
        if row["owed_again"]:
            return "Something is owed again since the message was claimed."
        return "It was paid since the message was claimed." if row["settled"] else None

    async def _tell_family(self, connection: Connection, touch_id: str, at: datetime) -> None:
        """In the transaction that counts the touch: each balance it spoke of hears that its own message is done."""
        row = await connection.fetchrow(self._sql["carried"], touch_id)
        if row is None:
            return
        facts = [
            MessageSent(
                fact_id=f"sent.{kin.touch_id}", at=at, source="agent", practice_id=row["practice_id"],
                balance_id=kin.balance_id, touch_id=kin.touch_id, message=kin.message, channel=Channel(row["channel"]),
                carried_by=touch_id,
            )
            for kin in map(Kin.model_validate, row["family"])
        ]  # fmt: skip
        await keep_within(connection, facts, at)

    async def _settle(self, asked: Asked) -> Claim:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                self._sql["lock"], f"{asked.practice_id}:{asked.guarantor_id}", reach(asked.channel, asked.value)
            )
            survey = await connection.fetchrow(self._sql["survey"], *_looked_for(asked))
            if survey is None or (asked.balance_id and survey["balance"] is None):
                raise UnknownBalanceError("a touch was claimed for a balance that was never posted")
            if survey["earlier_id"] and _of_another(survey):
                raise ValueError("two balances use the same touch id: put the practice and the balance into it")
            if survey["earlier_status"] == "accepted":
                return AlreadySent(at=survey["accepted_at"])
            if survey["earlier_id"] and survey["earlier_balance"] != survey["balance"]:
                because = "Another balance of this person is sending this very message."
                return NotBefore(moment=asked.now + ELSEWHERE_AGAIN, because=because)
            if behind(asked.policy, survey["signed"]):
                return Skipped(because=SIGNED_SINCE, news=True)
            there = self._there(asked)
            reads_balances = self._policies.practice(asked.practice_id).ledger != "posting_file"
            objection = objection_to(asked, survey, there, reads_balances=reads_balances)
            if objection is None and not survey["earlier_id"]:
                objection = await no_place(connection, asked, self._policies.practice(asked.practice_id), there)
            if objection is None:
                return await self._take(connection, asked, survey, there)
            await self._keep(connection, asked, survey, there, objection)
            return objection

    def _there(self, asked: Asked) -> Clock:
        practice = self._policies.practice(asked.practice_id)
        laws = asked.policy.rules.laws(states_of(asked.case, practice.state), practice.kind)
        return Clock(zones_of(asked.case, practice.time_zone), laws)

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        """The provider took it: from here it counts. UnknownTouchError when no claim of it is open."""
        if await self._pool.fetchval(self._sql["accepted_alone"], touch_id, provider_id, at, text_hash) is not None:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(self._sql["accepted"], touch_id, provider_id, at, text_hash) is not None:
                await self._tell_family(connection, touch_id, at)
                return
        if await self._pool.fetchval(self._sql["status"], touch_id) != "accepted":
            raise UnknownTouchError("a touch was accepted that nobody has claimed")

    async def silent(
        self, vendor: str, last_keys: Sequence[str], after: datetime, until: datetime
    ) -> list[Unreported]:
        """Texts accepted between two moments on which the inbox has no last report, the oldest first.

        `last_keys` are the vendor's own keys of such reports, with braces in the place of the provider's id.
        """
        rows = await self._pool.fetch(self._sql["silent"], vendor, list(last_keys), after, until)
        return [Unreported(*row.values()) for row in rows]

    async def refused(self, touch_id: str, because: str, *, held_back: bool = False) -> None:
        """It never left: it does not count, and the claim is freed. A touch that was accepted stays accepted.

        `held_back`: by our own last look, and not by the provider.
        """
        await self._pool.execute(self._sql["refused"], touch_id, because, held_back)

    async def point_failed(self, value: str, channel: Channel, status: PointStatus) -> None:
        """A number or address has become unusable, for every agent; other open cases reached there hear of it."""
        if status is PointStatus.usable:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            last = await connection.fetchrow(self._sql["suppress"], plain(value), channel.value, status.value)
            if last is None:
                return
            others = await connection.fetch(self._sql["others_reached_there"], reach(channel, value), last["heard_by"])
            facts = [_lost(row, channel, status, UNDELIVERED, last["since"], last["touch_id"]) for row in others]
            await keep_within(connection, facts, last["since"])

    async def point_looked_up(self, looked: LookedUp, status: PointStatus, because: str) -> None:
        """The number of a text was looked up and is unusable, for every agent; open cases there hear of it.

        No message needs to have gone there. Only what the person says after that moment opens it again.
        """
        channel = Channel.sms
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(
                self._sql["suppress_looked_up"], plain(looked.value), channel.value, status.value, looked.at
            ):
                return
            own = await connection.fetchval(self._sql["balance_of"], looked.practice_id, looked.balance_id)
            others = await connection.fetch(self._sql["others_reached_there"], reach(channel, looked.value), own)
            facts = [_lost(row, channel, status, because, looked.at) for row in others]
            await keep_within(connection, facts, looked.at)

    async def _take(self, connection: Connection, asked: Asked, survey: asyncpg.Record, there: Clock) -> Claim:
        proof, pay_code = proof_of(asked, survey, there), survey["pay_code"] or ""
        family = [Kin.model_validate(kin) for kin in survey["family"]]
        if family:
            proof["family"] = survey["family"]
        letter = Letter.model_validate(survey["letter"]) if survey["letter"] else None
        day = asked.now.astimezone(place(there.zones[0])).date()
        if survey["earlier_id"]:
            await connection.execute(self._sql["again"], survey["earlier_id"], asked.now, day, proof)
            thread = survey["earlier_thread"] or ""
            return InDoubt(
                pay_code=pay_code, first_tried_at=survey["first_tried_at"], thread=thread, letter=letter, family=family
            )
        thread = secrets.token_hex(10) if asked.channel is Channel.email else ""
        await connection.execute(
            self._sql["insert"], survey["balance"], survey["guarantor"], asked.now, day, asked.outreach,
            asked.touch_id, asked.message, asked.channel.value, asked.value, proof, asked.agent.value,
            asked.reply_fact_id, thread or None, survey["beside"],
        )  # fmt: skip
        return Claimed(pay_code=pay_code, thread=thread, letter=letter, family=family)

    async def _keep(
        self, connection: Connection, asked: Asked, survey: asyncpg.Record, there: Clock, answer: NotBefore | Skipped
    ) -> None:
        not_before = answer.moment if isinstance(answer, NotBefore) else None
        await connection.execute(
            self._sql["kept_back"], survey["balance"], survey["guarantor"], asked.now, not_before, asked.touch_id,
            asked.agent.value, asked.message, asked.channel.value, answer.because, proof_of(asked, survey, there),
        )  # fmt: skip


def _lost(  # noqa: PLR0917 - the parts of one fact
    row: asyncpg.Record, channel: Channel, status: PointStatus, because: str, at: datetime, touch_id: str | None = None
) -> DeliveryFailed:
    return DeliveryFailed(
        fact_id=f"point.{secrets.token_hex(12)}", at=at, source="agent", practice_id=row["practice_id"],
        guarantor_id=row["guarantor_id"], touch_id=touch_id, channel=channel, status=status, because=because,
    )  # fmt: skip


def _of_another(survey: asyncpg.Record) -> bool:
    """One occasion of a person's visits may be met by any of their balances, and is written about once."""
    same_person = survey["earlier_guarantor"] == survey["guarantor"] and survey["earlier_agent"] in OCCASIONAL
    return survey["earlier_balance"] != survey["balance"] and not same_person


def _looked_for(asked: Asked) -> tuple[object, ...]:
    return (
        asked.practice_id, asked.balance_id, asked.touch_id, asked.value, asked.channel.value, asked.handled,
        HANDLED_FACTS_KEPT, (asked.now - LOOK_BACK).date(), asked.guarantor_id, asked.agent.value, asked.message,
        asked.reply_fact_id, asked.now - timedelta(days=1), asked.takes_family,
        asked.now + timedelta(hours=asked.policy.contact.min_gap_h), asked.together,
        asked.policy.min_balance_to_contact, list(ASKS_ABOUT_A_PLAN),
        asked.due_on if asked.message == REMINDS_OF_A_PLAN else None,
        list(asked.purposes), asked.beside or None, asked.now - ONE_CONTACT,
    )  # fmt: skip
