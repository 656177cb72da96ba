"""Refuses to start when one of our packages is not this checkout's: a foreign one would shadow it in silence."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "receivables", "workflows", "activities", "integrations", "store", "runtime", "worker", "starter", "web",
)  # fmt: skip


class ForeignPackage(Exception):
    """A package of ours resolves elsewhere; the message names it and the mend."""


def check() -> None:
    """Call first thing in every process."""
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin is None or not origin.is_relative_to(ROOT):
            raise ForeignPackage(f"package {name} is not this checkout's; run from the checkout, in its own .venv")
