"""Keeps a process in step with what practices signed: policies and messages; nothing is signed here."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

import structlog

from integrations.templates.writer import TemplateWriter
from receivables.sign_offs import SignOff
from runtime.policy_files import PolicyFiles, Signed
from store.sign_offs import SignOffs

log = structlog.get_logger()
LOOK_AGAIN_S = 5.0


class SignedRules:
    """`receivables.sign_offs.Renewing` over the database. What was live stays live when something cannot be used."""

    def __init__(self, book: SignOffs, policies: PolicyFiles, writer: TemplateWriter | None = None) -> None:
        self._book = book
        self._policies = policies
        self._writer = writer
        self._seen = 0
        self._one_at_a_time = asyncio.Lock()

    async def renew(self) -> int:
        """Take in what was signed since. BadPolicy when it does not fit this program, and nothing changes then."""
        newest = await self._book.newest()
        if newest == self._seen:
            return 0
        async with self._one_at_a_time:
            before, held = self._seen, await self._book.in_force()
            newest = max((one.sign_off_id for one in held), default=0)
            if newest > before:
                self._policies.sign(_policies(held))
                if self._writer is not None:
                    self._writer.sign(texts_of(held))
                self._seen = newest
        return newest - before

    async def round(self) -> int:
        """The same for a relay: taking in is no work that anybody waits for."""
        if taken := await self.renew():
            log.info("what was signed since is taken in", sign_offs=taken)
        return 0

    async def keep(self) -> None:
        """For as long as the process lives; while the database is away, what was read holds."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                await self.round()
            except Exception as fault:  # noqa: BLE001 - whatever it is, what was read still holds and the next look comes
                log.warning("what was signed could not be looked at", fault=type(fault).__name__)


def texts_of(held: list[SignOff]) -> dict[str, dict[str, str]]:
    """Approved texts by practice and `<message>/<file>`."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in held:
        if one.kind == "message":
            found[one.practice_id] |= {f"{one.name}/{file}": text for file, text in one.content.items()}
    return dict(found)


def _policies(held: list[SignOff]) -> dict[str, Signed]:
    newest: dict[str, int] = {}
    values: dict[str, dict[str, Any]] = {}
    for one in held:
        newest[one.practice_id] = max(one.sign_off_id, newest.get(one.practice_id, 0))
        if one.kind == "policy":
            values[one.practice_id] = one.content
    return {practice_id: Signed(mark, values.get(practice_id)) for practice_id, mark in newest.items()}
