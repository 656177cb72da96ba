"""Draws confidence against what was right as an SVG picture, with nothing but text; what is measured is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from starter.reading.judging import Judged

EDGES = (0.0, 0.4, 0.55, 0.65, 0.72, 0.8, 0.88, 0.94, 1.01)
"""Bins of confidence; finer where most replies are."""
SIZE, MARGIN = 360, 50
FONT = 'font-family="sans-serif" font-size="12"'
COLOURS = ("#1f6f8b", "#b5532b", "#5b7d3a")


def shares_by_confidence(results: Sequence[Judged]) -> list[tuple[float, float, int]]:
    """Per bin the mean confidence, the share whose primary action was right, abstaining or not, and how many."""
    found = []
    for low, high in pairwise(EDGES):
        group = [one for one in results if low <= one.reading.confidence < high]
        if group:
            mean = sum(one.reading.confidence for one in group) / len(group)
            found.append((mean, sum(one.would_be_right for one in group) / len(group), len(group)))
    return found


def calibration_picture(results: Mapping[str, Sequence[Judged]]) -> str:
    """An SVG: the closer the points lie to the diagonal, the more a confidence means what it says."""
    end = MARGIN + SIZE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{end + 30}" height="{end + 60}" {FONT}>',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<rect x="{MARGIN}" y="20" width="{SIZE}" height="{SIZE}" fill="none" stroke="#999"/>',
        f'<line x1="{MARGIN}" y1="{20 + SIZE}" x2="{end}" y2="20" stroke="#bbb" stroke-dasharray="4"/>',
        f'<text x="{MARGIN + SIZE / 2}" y="{end + 10}" text-anchor="middle">confidence</text>',
        '<text x="14" y="200" text-anchor="middle" transform="rotate(-90 14 200)">share that was right</text>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        across, down = _place(tick, tick)
        parts.append(f'<text x="{across:.0f}" y="{20 + SIZE + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{MARGIN - 8}" y="{down + 4:.0f}" text-anchor="end">{tick:g}</text>')
    for colour, (number, (name, read)) in zip(COLOURS, enumerate(results.items()), strict=False):
        points = shares_by_confidence(read)
        line = " ".join("{:.1f},{:.1f}".format(*_place(mean, share)) for mean, share, _ in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for mean, share, count in points:
            across, down = _place(mean, share)
            parts.append(
                f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{2 + min(count, 2000) ** 0.5 / 8:.1f}" fill="{colour}" '
                f'fill-opacity="0.6"><title>{name}: {share:.1%} of {count} at {mean:.2f}</title></circle>'
            )
        parts.append(
            f'<text x="{MARGIN + 10}" y="{40 + 16 * number}" fill="{colour}">{name}, {len(read)} replies</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _place(across: float, up: float) -> tuple[float, float]:
    return MARGIN + SIZE * across, 20 + SIZE * (1 - up)
