"""Counts and durations in Prometheus' text format; labels are route templates and never anything a person chose."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What this process has answered since it started."""

    def __init__(self, gauges: Mapping[str, Callable[[], int]] | None = None) -> None:
        """`gauges` are looked at when the page is read: names as they are written, and what each stands at."""
        self._gauges = gauges or {}
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_S) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._events: Counter[tuple[str, str]] = Counter()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests[method, route, status] += 1
        self._buckets[route][bisect_left(BOUNDS_S, seconds)] += 1
        self._seconds[route] += seconds

    def happened(self, what: str, kind: str, count: int = 1) -> None:
        """Something worth counting: `collect_web_<what>_total{kind="…"}`."""
        self._events[what, kind] += count

    def text(self) -> str:
        """The page a Prometheus server reads."""
        lines = (self._request_lines(), self._duration_lines(), self._event_lines(), self._gauge_lines())
        return "\n".join([*(line for part in lines for line in part), ""])

    def _request_lines(self) -> list[str]:
        lines = ["# HELP collect_web_requests_total Requests answered.", "# TYPE collect_web_requests_total counter"]
        for (method, route, status), count in sorted(self._requests.items()):
            lines.append(
                f'collect_web_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
            )
        return lines

    def _duration_lines(self) -> list[str]:
        name = "collect_web_request_seconds"
        lines = [f"# HELP {name} Time to the end of the answer.", f"# TYPE {name} histogram"]
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*BOUNDS_S, "+Inf"), buckets, strict=True):
                total += count
                lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'{name}_count{{route="{route}"}} {total}')
        return lines

    def _gauge_lines(self) -> list[str]:
        return [line for name, look in self._gauges.items() for line in (f"# TYPE {name} gauge", f"{name} {look()}")]

    def _event_lines(self) -> list[str]:
        lines = []
        for what in sorted({what for what, _ in self._events}):
            lines.append(f"# TYPE collect_web_{what}_total counter")
            lines.extend(
                f'collect_web_{what}_total{{kind="{kind}"}} {count}'
                for (event, kind), count in sorted(self._events.items())
                if event == what
            )
        return lines
