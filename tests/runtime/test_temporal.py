"""The way to the engine: encrypted as the settings say, and a clear word when nobody answers."""

import base64
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from google.protobuf.duration_pb2 import Duration
from pydantic import SecretStr
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.embedded_temporal import SEARCH_ATTRIBUTES, EmbeddedTemporal
from runtime.managed_temporal import EngineNotReady, make_ready, unknown
from runtime.ports import any_free
from runtime.settings import load_settings
from runtime.temporal import EngineAway, connect


async def test_two_processes_of_one_installation_read_each_other(tmp_path: Path, engine: EmbeddedTemporal) -> None:
    one, other = [await connect(load_settings(tmp_path, temporal_address=engine.address)) for _ in range(2)]
    [payload] = await one.data_converter.encode(["Karen"])
    assert b"Karen" not in payload.data
    assert await other.data_converter.decode([payload], [str]) == ["Karen"]


async def test_keys_can_be_changed_while_lives_go_on(tmp_path: Path, engine: EmbeddedTemporal) -> None:
    keys = {name: SecretStr(base64.b64encode(name.encode() * 16).decode()) for name in ("k1", "k2")}
    before = await connect(load_settings(tmp_path, temporal_address=engine.address, payload_keys={"k1": keys["k1"]}))
    after = await connect(
        load_settings(tmp_path, temporal_address=engine.address, payload_keys=keys, payload_key_active="k2")
    )
    assert await after.data_converter.decode(await before.data_converter.encode(["Karen"]), [str]) == ["Karen"]


async def test_an_engine_that_is_away_is_named_with_the_setting(tmp_path: Path) -> None:
    address = f"127.0.0.1:{any_free()}"
    with pytest.raises(EngineAway, match=f"no Temporal server takes us at {address}; start it, or correct COLLECT_TEMPORAL_ADDR"):
        await connect(load_settings(tmp_path, temporal_address=address))
    assert await connect(load_settings(tmp_path, temporal_address=address), lazy=True)


async def test_the_clients_own_figures_are_served_where_the_settings_say(tmp_path: Path, engine: EmbeddedTemporal) -> None:
    where = f"127.0.0.1:{any_free()}"
    settings = load_settings(tmp_path, temporal_address=engine.address, temporal_metrics=where)
    assert await connect(settings)
    assert await connect(settings)
    async with httpx.AsyncClient(trust_env=False) as operator:
        assert "temporal_request" in (await operator.get(f"http://{where}/metrics")).text


@pytest.fixture
async def anothers(engine: EmbeddedTemporal) -> Client:
    """A namespace as an operator makes it, who has not heard of us."""
    client = await Client.connect(engine.address, namespace="billing")
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace="billing", workflow_execution_retention_period=Duration(seconds=int(timedelta(days=3).total_seconds()))
        )
    )
    return client


async def test_anothers_engine_is_told_first_what_balances_are_searched_by(anothers: Client) -> None:
    assert await unknown(anothers) == list(SEARCH_ATTRIBUTES)
    assert await make_ready(anothers) == list(SEARCH_ATTRIBUTES)
    assert await anothers.count_workflows("PracticeId = 'p7' AND OutstandingCents > 40000 AND NeedsStaff = true")
    assert await make_ready(anothers) == []


async def test_a_namespace_nobody_made_is_named_with_its_setting(engine: EmbeddedTemporal) -> None:
    nowhere = await Client.connect(engine.address, namespace="nowhere")
    with pytest.raises(EngineNotReady, match=r"has no namespace nowhere; create it .*, or correct COLLECT_TEMPORAL_NAMESPACE"):
        await make_ready(nowhere)


async def test_where_only_the_operator_may_teach_the_engine_the_command_is_told() -> None:
    class Operators:
        async def add_search_attributes(self, _request: object) -> None:
            raise RPCError("not you", RPCStatusCode.PERMISSION_DENIED, b"")

    class Closed:
        namespace, operator_service = "billing", Operators()

        async def count_workflows(self, query: str) -> int:
            if "CaseStage" in query:
                raise RPCError("what is CaseStage?", RPCStatusCode.INVALID_ARGUMENT, b"")
            return 0

    with pytest.raises(EngineNotReady, match=r"attributes CaseStage, .*create --namespace billing --name CaseStage --type Keyword"):
        await make_ready(Closed())
