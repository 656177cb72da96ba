"""What adapter tests stand on: the simulator as a process of its own, and a clock that stands still."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from runtime.ports import any_free

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Still:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    async def now(self) -> datetime:
        return self.moment


class World:
    """The simulator over HTTP."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{any_free()}"
        port = self.url.rpartition(":")[2]
        self._process = subprocess.Popen([sys.executable, "-m", "simulator", "--port", port], cwd=ROOT)
        self._http = httpx.Client(base_url=self.url, timeout=15, trust_env=False)
        for _ in range(300):
            try:
                self.ask("/_/clock")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the simulator did not come up")

    def ask(self, path: str, **params: str) -> Any:
        answer = self._http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tell(self, path: str, /, **body: Any) -> Any:
        answer = self._http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def now(self) -> datetime:
        return datetime.fromisoformat(self.ask("/_/clock")["now"])

    def messages(self, to: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/_/messages", to=to)["messages"]
        return found

    def fault(self, vendor: str, kind: str, **more: Any) -> None:
        self.tell("/_/faults", **{"vendor": vendor, "kind": kind, "seconds": 2} | more)

    def pay_by_card(self, page_url: str, card: str = "4242424242424242") -> int:
        """The status of paying on a hosted page."""
        return self._http.post(
            page_url, data={"cardNumber": card, "cardExpiry": "12 / 34", "cardCvc": "123"}
        ).status_code

    def mend(self) -> None:
        self._http.delete("/_/faults")

    def close(self) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait(10)
