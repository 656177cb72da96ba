"""Calls the running system's own HTTP API, for the command line; every answer that is not a success is a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from starter.cli.printing import fail
from starter.running import find


class Api:
    """`/v1` of the running system."""

    def __init__(self, data_dir: Path, timeout_s: float = 30, called: Mapping[str, str] | None = None) -> None:
        """`called` are fields that the user of a command knows by the name of an option."""
        self._called = called or {}
        running = find(data_dir)
        if running is None:
            fail(
                "No running system was found.",
                "Start one with `collect up`, or set COLLECT_URL and COLLECT_API_TOKEN to reach one elsewhere.",
            )
        self._http = httpx.Client(
            base_url=running.web, headers={"Authorization": f"Bearer {running.token}"}, timeout=timeout_s
        )

    def get(self, path: str, **query: Any) -> Any:
        """A document."""
        return self._ask("GET", path, params={key: value for key, value in query.items() if value is not None})

    def page(self, path: str) -> str:
        """A page to print."""
        return str(self._ask("GET", path))

    def post(self, path: str, body: Any) -> Any:
        """The answer to a request."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        try:
            answer = self._http.request(method, path, **rest)
        except httpx.HTTPError:
            fail("The system does not answer.", "See whether `collect up` is still running, or ask `collect doctor`.")
        if answer.is_success:
            return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        errors = answer.json().get("errors", []) if "json" in answer.headers.get("content-type", "") else []
        if answer.status_code == httpx.codes.NOT_FOUND and not errors:
            fail("There is nothing with this id.", "List what there is with `collect cases list` or `tasks list`.")
        lines = ["; ".join(filter(None, (self._named(error).rstrip("."), error.get("mend")))) for error in errors]
        return fail(
            "\n".join(dict.fromkeys(lines)) or f"The system refused ({answer.status_code}).",
            wrong_use=answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY,
        )

    def _named(self, error: dict[str, Any]) -> str:
        field = str(error.get("field") or "")
        field = self._called.get(field.rpartition(".")[2], field)
        return f"{field}: {error['problem']}" if field else str(error["problem"])
