"""The engine of a practice without one of its own: ready with its UI, kept between runs, and unreadable on disk."""

import os
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from runtime import embedded_temporal
from runtime.embedded_temporal import SEARCH_ATTRIBUTES, EmbeddedTemporal, EngineTrouble
from runtime.encryption import encrypted_converter
from runtime.one_owner import AlreadyRunning
from runtime.ports import PortTaken, any_free

KEYS = {"k1": b"1" * 32}
CODEC = "http://127.0.0.1:8080/codec/secret"


def engine(folder: Path, **more: str) -> EmbeddedTemporal:
    return EmbeddedTemporal(
        folder / "temporal.db", any_free(), any_free(), folder / "logs" / "temporal.log", codec_endpoint=CODEC, **more
    )


async def connected(server: EmbeddedTemporal, namespace: str = "default") -> Client:
    return await Client.connect(server.address, namespace=namespace, data_converter=encrypted_converter(KEYS, "k1"))


async def test_a_life_outlasts_a_restart_and_nobody_reads_it_on_disk(tmp_path: Path) -> None:
    server = engine(tmp_path, namespace="practices")
    server.start(lambda sentence: None)
    client = await connected(server, "practices")
    handle = await client.start_workflow(
        "CollectBalance", "Karen owes $215", id="balance:p7:9f3c", task_queue="nobody", static_summary="Karen, $215"
    )
    assert {name for name, _ in await kinds(client)} >= set(SEARCH_ATTRIBUTES)
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(f"{server.ui}/api/v1/settings")).json()["Codec"]["Endpoint"] == CODEC
    with pytest.raises(AlreadyRunning, match=f"the engine is already running with pid {os.getpid()}"):
        engine(tmp_path).start(lambda sentence: None)
    server.stop()
    again = engine(tmp_path, namespace="practices")
    again.start(lambda sentence: None)
    found = (await connected(again, "practices")).get_workflow_handle(handle.id)
    assert (await found.describe()).run_id == handle.result_run_id
    again.stop()
    kept = on_disk(tmp_path)
    assert b"balance:p7:9f3c" in kept
    assert b"Karen" not in kept
    connection = sqlite3.connect(tmp_path / "temporal.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("temporal.db*"))


async def kinds(client: Client) -> list[tuple[str, int]]:
    from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

    listed = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    return [(name, int(kind)) for name, kind in listed.custom_attributes.items()]


async def test_a_taken_port_is_named_and_a_strangers_server_is_never_taken_for_ours(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = EmbeddedTemporal(tmp_path / "temporal.db", port, any_free(), tmp_path / "temporal.log")
        with pytest.raises(PortTaken, match=f"port {port} is taken, so the engine cannot start; choose another --port-base"):
            server.start(lambda sentence: None)
    assert server.pid is None


def test_an_engine_that_does_not_start_says_why_and_where_its_log_is(tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_bytes(b"this is no database" * 100)
    server = engine(tmp_path)
    with pytest.raises(EngineTrouble, match=r"did not start: .*file is not a database.*; its log is .*temporal.log"):
        server.start(lambda sentence: None)
    assert server.pid is None


def test_a_missing_program_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_temporal.sys, "executable", "/nowhere/python")
    monkeypatch.setattr(embedded_temporal.shutil, "which", lambda name: None)
    with pytest.raises(EngineTrouble, match="`temporal` is missing; `make test` and `make demo` install it"):
        embedded_temporal.program()
