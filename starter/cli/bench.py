"""`collect bench`: what things cost, as ratios against a stated floor, measured in alternation on this machine."""

from __future__ import annotations


def bench() -> None:
    """Measure."""
