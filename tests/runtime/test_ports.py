"""Ports on a newcomer's machine: the usual ones when they are free, others otherwise, and it is said which."""

import socket
import sys
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path

import pytest

from runtime import ports
from runtime.ports import ANY, Ports, PortTaken, any_free, choose, let_go
from tests.runtime.clusters import program
from tests.runtime.port_rows import row_of_free_ports

ON_LINUX = sys.platform == "linux"


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Six free ports stand for the usual ones: this machine may be busy."""
    base = row_of_free_ports(12)
    usual = {name: base + offset for offset, name in enumerate(ports.USUAL)}
    monkeypatch.setattr(ports, "USUAL", usual)
    return usual


def taken(stack: ExitStack, port: int) -> None:
    other = stack.enter_context(socket.socket())
    other.bind(("127.0.0.1", port))
    other.listen()


def test_on_a_quiet_machine_every_part_has_its_usual_port(usual: dict[str, int]) -> None:
    assert choose() == (Ports(**usual), [])


def test_taken_ports_are_replaced_by_the_next_free_ones_and_it_says_so(usual: dict[str, int]) -> None:
    with ExitStack() as stack:
        taken(stack, usual["temporal"])
        taken(stack, usual["web"])
        chosen, said = choose()
    first_free = usual["worker"] + 1
    assert (chosen.web, chosen.temporal) == (first_free, first_free + 1)
    assert said == [
        f"port {usual['web']} is taken, so the web uses {chosen.web}",
        f"port {usual['temporal']} is taken, so Temporal uses {chosen.temporal}",
    ]
    assert len(set(astuple(chosen))) == 6


def test_when_all_near_ports_are_taken_any_other_will_do(usual: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "STEPS", 1)
    with ExitStack() as stack:
        taken(stack, usual["web"])
        assert choose()[0].web not in usual.values()


def test_a_base_fixes_all_six_in_order() -> None:
    base = row_of_free_ports(6)
    assert choose(base)[0] == Ports(
        web=base, temporal=base + 1, temporal_ui=base + 2, postgres=base + 3, simulator=base + 4, worker=base + 5
    )


def test_a_fixed_port_that_is_taken_is_named() -> None:
    base = row_of_free_ports(6)
    with ExitStack() as stack:
        taken(stack, base + 3)
        with pytest.raises(PortTaken, match=f"port {base + 3} for the database is taken; choose another --port-base"):
            choose(base)


CHOOSES_AND_WAITS = """
import sys
from runtime import ports
ports.USUAL = {name: int(sys.argv[1]) + offset for offset, name in enumerate(ports.USUAL)}
print(*vars(ports.choose()[0]).values(), flush=True)
sys.stdin.read()
"""


def test_two_systems_that_start_at_the_same_moment_never_choose_the_same_port(usual: dict[str, int]) -> None:
    mine, _ = choose()
    other = program(CHOOSES_AND_WAITS, str(usual["web"]))
    assert other.stdout is not None
    theirs = {int(port) for port in other.stdout.readline().split()}
    assert len(theirs) == 6
    assert theirs & set(astuple(mine)) == set()
    let_go(mine)
    other.communicate("")
    assert choose() == (Ports(**usual), []), "what was chosen and let go, by either, may be had again"


def test_a_port_for_anything_is_never_one_that_an_outgoing_connection_may_use() -> None:
    found = {any_free() for _ in range(50)}
    assert len(found) == 50
    assert found <= set(ANY)
    lowest, _ = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split() if ON_LINUX else ("32768", "")
    assert max(ANY) < int(lowest)


@pytest.mark.parametrize("base", [0, -5, 65_534, 70_000])
def test_a_base_without_room_above_it_is_refused(base: int) -> None:
    with pytest.raises(PortTaken, match=f"--port-base {base} leaves no room; choose one from 1024 to"):
        choose(base)


def test_a_port_that_ordinary_users_may_not_have_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(PortTaken, match="port 80 for the web may be used by root only"):
        choose(80)
