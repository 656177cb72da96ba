"""The way to the engine: encrypted as the settings say, and a clear word when nobody answers."""

import base64
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from runtime.embedded_temporal import EmbeddedTemporal
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
