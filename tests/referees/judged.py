"""What the referees' tests share: running a tool, reading a description, the official Stripe client."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import stripe


def run(*command: str, cwd: Path | None = None, **more: str) -> str:
    """Runs a tool to its end; its words are in the failure."""
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | more, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def client_at(url: str, keys: dict[str, Any]) -> stripe.StripeClient:
    return stripe.StripeClient(
        keys["stripe"]["api_key"],
        base_addresses={"api": url},
        http_client=stripe.RequestsClient(timeout=30),
        max_network_retries=0,
    )


def without_nullable(schema: Any) -> Any:
    """The description's `nullable` as Draft 2020-12 says it."""
    if isinstance(schema, list):
        return [without_nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {name: without_nullable(part) for name, part in schema.items() if name != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest
