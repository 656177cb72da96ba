"""What an engine that we did not start must know before a life can begin there; nothing is started here."""

from __future__ import annotations

import asyncio
import time

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.embedded_temporal import SEARCH_ATTRIBUTES
from runtime.trouble import Trouble

LEARNS_WITHIN_S = 60.0
REFUSALS = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.UNIMPLEMENTED)


class EngineNotReady(Trouble):
    """The engine answers, but no life could begin there; the message says what is missing and the mend."""


async def make_ready(client: Client) -> list[str]:
    """Teach it the search attributes it does not know; their names. EngineNotReady when it takes them from nobody."""
    missing = await unknown(client)
    if missing:
        await _teach(client, missing)
    return missing


async def unknown(client: Client) -> list[str]:
    """The search attributes it does not know. EngineNotReady when there is no such namespace.

    It is asked by searching, which every server allows: a managed one shows its operator's calls to nobody.
    """
    if await _knows(client, *SEARCH_ATTRIBUTES):
        return []
    return [name for name in SEARCH_ATTRIBUTES if not await _knows(client, name)]


async def _knows(client: Client, *names: str) -> bool:
    try:
        await client.count_workflows(" AND ".join(f"{name} IS NULL" for name in names))
    except RPCError as fault:
        if fault.status == RPCStatusCode.INVALID_ARGUMENT:
            return False
        if fault.status == RPCStatusCode.NOT_FOUND:
            raise EngineNotReady(
                f"the Temporal server has no namespace {client.namespace}; create it (temporal operator namespace "
                f"create --namespace {client.namespace}), or correct COLLECT_TEMPORAL_NAMESPACE"
            ) from None
        raise
    return True


async def _teach(client: Client, missing: list[str]) -> None:
    kinds = {name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{SEARCH_ATTRIBUTES[name].upper()}") for name in missing}
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
        )
    except RPCError as fault:
        if fault.status in REFUSALS:
            raise EngineNotReady(how_to_teach(client.namespace, missing)) from None
        if fault.status != RPCStatusCode.ALREADY_EXISTS:  # Another process of ours was quicker.
            raise
    deadline = time.monotonic() + LEARNS_WITHIN_S
    while await unknown(client):
        if time.monotonic() > deadline:
            raise EngineNotReady(how_to_teach(client.namespace, missing))
        await asyncio.sleep(0.2)


def how_to_teach(namespace: str, missing: list[str]) -> str:
    """What to type where the engine takes search attributes from its operator only."""
    wishes = " ".join(f"--name {name} --type {SEARCH_ATTRIBUTES[name]}" for name in missing)
    return (
        f"the Temporal server does not know the search attributes {', '.join(missing)}, without which no balance can "
        f"begin; create them: temporal operator search-attribute create --namespace {namespace} {wishes} (on Temporal "
        "Cloud: on the namespace's page)"
    )
