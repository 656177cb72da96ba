"""Reads the card vendor's own lists for the demonstration, and gives some cards of the town their bad days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

import httpx

from starter.demo.charges import Vendor

PAGE = 100
EMPTY, LOST = 25, 5
"""Of a hundred cards on file: refused once for want of money; reported lost. Invented, so that refusals are seen."""
NO_MONEY, REPORTED_LOST = "4000000000009995", "4000000000009987"
"""The vendor's published test cards that behave so."""


class Cards:
    """The vendor's side of the cards that the town has put on file."""

    def __init__(self, world: httpx.AsyncClient, seed: int) -> None:
        self._world = world
        self._seed = seed
        self._plans: set[str] = set()

    async def bad_days(self) -> None:
        """Decide once for each plan whether its first card is refused some day; the same in every run of a seed."""
        for setup in await self._list("setup_intents"):
            plan = setup["metadata"].get("plan", "")
            if setup["status"] != "succeeded" or plan in self._plans:
                continue
            self._plans.add(plan)
            chance = crc32(f"{self._seed} {plan}".encode()) % 100
            if chance >= EMPTY + LOST:
                continue
            wish = {"number": REPORTED_LOST} if chance < LOST else {"number": NO_MONEY, "times": 1}
            (await self._world.post(f"/_/cards/{setup['payment_method']}", json=wish)).raise_for_status()

    async def seen(self, stopped: Mapping[str, datetime]) -> Vendor:
        """Everything the vendor lists, oldest first."""
        return Vendor(
            intents=await self._list("payment_intents"), charges=await self._list("charges"),
            setups=await self._list("setup_intents"), stopped=stopped,
        )  # fmt: skip

    async def _list(self, kind: str) -> list[dict[str, Any]]:
        key = (await self._world.get("/_/keys")).json()["stripe"]["api_key"]
        found: list[dict[str, Any]] = []
        more = True
        while more:
            query: dict[str, str | int] = {"limit": PAGE} | ({"starting_after": found[-1]["id"]} if found else {})
            answer = await self._world.get(f"/v1/{kind}", params=query, headers={"Authorization": f"Bearer {key}"})
            page = answer.raise_for_status().json()
            found += page["data"]
            more = page["has_more"]
        return found[::-1]
