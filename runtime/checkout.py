"""Refuses to start when one of our packages is not this checkout's: a foreign one would shadow it in silence."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from runtime.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "receivables", "workflows", "activities", "integrations", "simulator", "store", "runtime", "worker", "starter",
    "web",
)  # fmt: skip


class ForeignPackage(Trouble):
    """A package of ours resolves elsewhere; the message names it, where it was found, and the mend."""


def check(packages: Iterable[str] = PACKAGES, root: Path = ROOT) -> None:
    """Call first thing in every process."""
    for name in packages:
        found = importlib.util.find_spec(name)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin is None or not origin.is_relative_to(root):
            raise ForeignPackage(
                f"package {name} is not this checkout's but {f'that of {origin}' if origin else 'missing'}; "
                "run from the checkout, in its own .venv, and uninstall what owns the same name"
            )
