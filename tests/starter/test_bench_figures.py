"""Where a figure of the bench could be wrong unseen: its arithmetic is recomputed here by hand."""

import subprocess
import sys
import time

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent, MarkerRecordedEventAttributes
from temporalio.client import WorkflowHistory

from starter.bench.burst import Drained
from starter.bench.figures import Spread, alone, beside, percentile
from starter.bench.latency import Times, _all_seen
from starter.bench.lives import counted
from starter.bench.processor_time import Stopwatch


def test_a_ratio_is_of_each_round_and_not_of_medians() -> None:
    figure = beside("x", "ms", [10, 20, 90], [10, 5, 30], floor_is="y")
    assert figure.ratio == Spread(median=3, least=1, most=4)
    assert figure.value == Spread(median=20, least=10, most=90)
    assert figure.floor == Spread(median=10, least=5, most=30)


def test_rounds_without_their_floor_are_no_figure() -> None:
    with pytest.raises(ValueError, match="zip"):
        beside("x", "ms", [1, 2, 3], [1, 2], floor_is="y")


@pytest.mark.parametrize(
    ("values", "target", "at_most", "verdict"),
    [
        ([1, 2, 9], 2, True, "met"), ([1, 2.1, 9], 2, True, "missed"), ([0.1, 0.5, 9], 0.5, False, "met"),
        ([0.1, 0.4, 9], 0.5, False, "missed"), ([1, 2, 3], None, True, ""),
    ],
)  # fmt: skip
def test_the_median_is_held_against_the_target(values, target, at_most, verdict) -> None:  # type: ignore[no-untyped-def]
    assert alone("x", "", values, target, at_most=at_most).verdict == verdict


def test_where_there_is_a_floor_the_ratio_is_judged_and_not_the_value() -> None:
    assert beside("x", "ms", [100], [90], floor_is="y", target=2).verdict == "met"
    assert beside("x", "1/s", [100], [500], floor_is="y", target=0.25, at_most=False).verdict == "missed"


def test_percentiles_are_values_that_were_seen() -> None:
    hundred = list(range(100, 0, -1))
    assert (percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1.0)) == (50, 99, 100)
    assert percentile([7.0], 0.99) == 7.0
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_processor_time_counts_a_child_that_works_and_not_one_that_sleeps() -> None:
    burn = (
        "import sys,time\nsys.stdin.read(1)\nend=time.process_time()+0.35\nwhile time.process_time()<end: pass\n"
        "print(flush=True)\nsys.stdin.read(1)"
    )
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        watch = Stopwatch({"child": child.pid, "never started": None})
        child.stdin.write(b"x")
        child.stdin.flush()
        child.stdout.read(1)  # It has burnt what it should.
        spent = watch.spent()
        assert 300 <= spent.cpu_ms["child"] < 600
        assert set(spent.cpu_ms) == {"us", "child"}
        assert spent.total_ms == pytest.approx(sum(spent.cpu_ms.values()))
        rested = Stopwatch({"child": child.pid})
        time.sleep(0.1)
        assert rested.spent().cpu_ms["child"] < 20


def history(*kinds: str, markers: tuple[int, ...] = ()) -> WorkflowHistory:
    events = [HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{kind}")) for kind in kinds]
    events += [
        HistoryEvent(
            event_type=EventType.EVENT_TYPE_MARKER_RECORDED,
            marker_recorded_event_attributes=MarkerRecordedEventAttributes(workflow_task_completed_event_id=task),
        )
        for task in markers
    ]
    return WorkflowHistory("x", list(History(events=events).events))


def test_a_nudge_with_the_timer_it_overtakes_counts_as_a_timer_that_fires() -> None:
    rest = ("WORKFLOW_EXECUTION_STARTED", "TIMER_STARTED", "WORKFLOW_EXECUTION_SIGNALED", "TIMER_CANCELED")
    found = counted(history(*rest), nudges=1)
    assert (found.events, found.actions) == (3, 2)
    assert counted(history(*rest), nudges=0).actions == 3


def test_markers_of_one_workflow_task_cost_one_action() -> None:
    assert counted(history("WORKFLOW_EXECUTION_STARTED", markers=(4, 4, 9)), nudges=0).actions == 3
    assert counted(history("WORKFLOW_EXECUTION_STARTED", markers=(4, 4, 9)), nudges=0).events == 4


def test_what_is_seen_twice_took_the_time_of_the_first() -> None:
    times = Times()
    times.begin("posting", "b1")
    times.seen("posting", "b1")
    first = times.took_ms["posting"][0]
    time.sleep(0.02)
    times.seen("posting", "b1")
    times.seen("posting", "nobody began this")
    assert times.took_ms == {"posting": [first]}


async def test_what_is_never_seen_is_no_gap_in_the_figure_but_its_worst_value(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("starter.bench.latency.LEFT_OVER_S", 0.2)
    times = Times()
    times.begin("payment", "b1")
    await _all_seen(times)
    assert times.took_ms["payment"][0] >= 200


def test_a_drain_counts_from_the_hour_and_lateness_from_the_own_moment() -> None:
    drained = Drained(since_hour=[-0.01, 0.2, 1.9, 2.0], late=[])
    assert drained.by_second() == {0: 2, 1: 1, 2: 1}
