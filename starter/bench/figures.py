"""What a measurement says: a value, the floor beside it, their ratio and a target; nothing is measured here."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field, computed_field

Verdict = Literal["met", "missed", ""]


class Spread(BaseModel):
    """Several rounds of one number."""

    model_config = ConfigDict(frozen=True)

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> Spread:
        """ValueError when nothing was measured."""
        return cls(median=statistics.median(rounds), least=min(rounds), most=max(rounds))


class Figure(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    value: Spread
    floor: Spread | None = None
    floor_is: str = ""
    ratio: Spread | None = None
    """Of each round's value to the same round's floor."""
    target: float | None = None
    """Of the ratio, or of the value where there is no floor."""
    at_most: bool = True
    """False: the target is the least that will do."""
    note: str = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdict(self) -> Verdict:
        """By the median; empty when nothing was promised."""
        if self.target is None:
            return ""
        judged = (self.ratio or self.value).median
        return "met" if (judged <= self.target if self.at_most else judged >= self.target) else "missed"


class Chart(BaseModel):
    """A distribution in text, for people; each bar has its number."""

    title: str
    bars: list[tuple[str, int]] = Field(default_factory=list)


class Measured(BaseModel):
    """What one measurement found."""

    figures: list[Figure]
    charts: list[Chart] = Field(default_factory=list)


def beside(
    name: str, unit: str, values: Sequence[float], floors: Sequence[float], *, floor_is: str,
    target: float | None = None, at_most: bool = True, note: str = "",
) -> Figure:  # fmt: skip
    """A figure of alternated rounds: the first value was measured beside the first floor, and so on."""
    ratios = [value / floor for value, floor in zip(values, floors, strict=True)]
    return Figure(
        name=name, unit=unit, value=Spread.of(values), floor=Spread.of(floors), floor_is=floor_is,
        ratio=Spread.of(ratios), target=target, at_most=at_most, note=note,
    )  # fmt: skip


def alone(
    name: str, unit: str, values: Sequence[float], target: float | None = None, *, at_most: bool = True, note: str = ""
) -> Figure:
    """A figure without a floor."""
    return Figure(name=name, unit=unit, value=Spread.of(values), target=target, at_most=at_most, note=note)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed. ValueError when there are none."""
    if not values:
        raise ValueError("nothing was measured, so there is no percentile")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Machine(BaseModel):
    """Where it was measured: no figure means anything without it."""

    cores: int
    memory_gb: float
    processor: str
    load: float
    """Runnable processes, averaged over the minute before: others' work makes rates worse, ratios less so."""


def this_machine() -> Machine:
    """The machine this runs on."""
    return Machine(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 1024**3, 1),
        processor=_processor(Path("/proc/cpuinfo")), load=round(os.getloadavg()[0], 2),
    )  # fmt: skip


def _processor(listing: Path) -> str:
    try:
        lines = listing.read_text().splitlines()
    except OSError:
        return "unknown"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
