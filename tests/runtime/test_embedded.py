"""The whole embedded system: started for what the settings do not name, gone with its parent, and up again after it."""

import json
import os
import signal
import stat
from pathlib import Path

import asyncpg
import psutil
import pytest

from runtime.embedded import embedded
from runtime.one_owner import AlreadyRunning
from runtime.ports import Ports, any_free
from runtime.settings import Settings, load_settings
from tests.runtime.clusters import copied, program

PARENT = """
import json, sys, time
from pathlib import Path
from runtime import children, embedded_postgres
from runtime.embedded import embedded
from runtime.ports import Ports, any_free
from runtime.settings import load_settings
if sys.argv[2] == "no death signal":
    children.ends_with_parent = lambda how: (lambda: None)
folder = Path(sys.argv[1])
ports = Ports(*(any_free() for _ in range(6)))
with embedded(load_settings(folder), ports, lambda sentence: None) as settings:
    print(json.dumps({"database": settings.database_url, "engine": settings.temporal_address}), flush=True)
    time.sleep(60)
"""


def any_ports() -> Ports:
    return Ports(*(any_free() for _ in range(6)))


def children_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def prepared(cluster: Path, folder: Path) -> Settings:
    copied(cluster, folder)
    return load_settings(folder)


@pytest.mark.parametrize("system", ["with a death signal", "no death signal"])
async def test_after_a_kill_of_the_parent_the_next_start_carries_on(
    cluster: Path, tmp_path: Path, said: list[str], system: str
) -> None:
    prepared(cluster, tmp_path)
    parent = program(PARENT, str(tmp_path), system)
    assert parent.stdout
    address = json.loads(parent.stdout.readline())
    connection = await asyncpg.connect(address["database"])
    await connection.execute("CREATE TABLE balances AS SELECT 21500 AS cents")
    servers = children_of(parent.pid)
    engine = [process for process in servers if process.name() == "temporal"]
    assert {process.name() for process in servers} >= {"postgres", "temporal"}
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=10)
    connection.terminate()
    if system == "with a death signal":
        _, alive = psutil.wait_procs(servers, 10)
        assert alive == []
    else:
        assert [process.is_running() for process in engine] == [True]
    with embedded(load_settings(tmp_path), any_ports(), said.append) as settings:
        connection = await asyncpg.connect(settings.database_url)
        assert await connection.fetchval("SELECT cents FROM balances") == 21500
        await connection.close()
    kept = [*(tmp_path / "secrets").iterdir(), tmp_path / "temporal.db", tmp_path / "postgres", tmp_path / "postgres.password"]
    assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    if system == "no death signal":
        assert "ended a database server that an earlier run had left behind" in said
        assert "ended an engine that an earlier run had left behind" in said
    assert [process for process in servers if process.is_running()] == []


async def test_a_second_system_on_the_same_data_is_refused_and_the_first_goes_on(cluster: Path, tmp_path: Path) -> None:
    given = prepared(cluster, tmp_path).model_copy(update={"temporal_address": "127.0.0.1:1"})
    with embedded(given, any_ports(), lambda sentence: None) as settings:
        assert settings.temporal_address == "127.0.0.1:1"
        with (
            pytest.raises(AlreadyRunning, match=f"the system is already running with pid {os.getpid()} on this data"),
            embedded(given, any_ports(), lambda sentence: None),
        ):
            pass
        connection = await asyncpg.connect(settings.database_url)
        await connection.close()


def test_what_the_settings_name_is_used_and_nothing_is_started(tmp_path: Path) -> None:
    given = load_settings(tmp_path, database_url="postgresql://db/collect", temporal_address="engine:7233")
    before = children_of(os.getpid())
    with embedded(given, any_ports(), lambda sentence: None) as settings:
        assert (settings.database_url, settings.temporal_address) == ("postgresql://db/collect", "engine:7233")
        assert len(children_of(os.getpid())) <= len(before)


def test_when_the_engine_does_not_start_the_database_is_stopped_again(cluster: Path, tmp_path: Path) -> None:
    given = prepared(cluster, tmp_path)
    (tmp_path / "temporal.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Exception, match="embedded engine did not start"), embedded(given, any_ports(), lambda sentence: None):
        pass
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
