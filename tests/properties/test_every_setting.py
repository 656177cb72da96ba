"""Every setting of a policy is tried at its wildest: it is refused, or the hard limits stand as they did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError
from stories import STEADY, Story

from receivables.policy import Policy
from receivables.steps import SendMessage
from receivables.windows import ANY_DAY, answerable_at, next_permitted

WILD: tuple[Any, ...] = (
    -1, 0, 1, 2, 5, 6, 60, 1_000_000, -0.5, 0.0, 1.0, 99.5, True, False, "", "00:00-23:59", "06:00-22:00", "8:00", [], {},
    ["sms"], "email", None,
)  # fmt: skip
ZONE = ZoneInfo("America/Chicago")


def leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from leaves(kind, (*path, name))
        else:
            yield (*path, name)


SETTINGS = [path for path in leaves(Policy) if path[0] not in {"version", "rules"}]


def with_setting(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    words: Any = value
    for name in reversed(path):
        words = {name: words}
    return dict(words)


def judge(policy: Policy) -> None:
    """Limits that nothing may loosen (rules.md section 3)."""
    contact = policy.contact
    assert contact.max_per_day == 1
    assert contact.min_gap_h >= 24
    assert contact.silence_after_reply_h >= 2
    assert policy.plan.max_installments <= 4
    assert policy.conversation.safety_any_hour_minutes <= 5
    assert policy.channel.use_age is False
    assert ANY_DAY.window_local == "08:00-21:00"
    for hour in range(0, 24 * 8, 5):
        moment = datetime(2026, 3, 6, tzinfo=UTC) + timedelta(hours=hour)
        found = next_permitted(moment, ["America/Chicago"], contact).astimezone(ZONE)
        if found - moment < timedelta(days=29):
            assert time(8) <= found.time() < time(21)
        assert time(8) <= answerable_at(moment, ["America/Chicago"]).astimezone(ZONE).time() < time(21)


def test_the_settings_are_all_here() -> None:
    assert len(SETTINGS) > 60


@pytest.mark.parametrize("path", SETTINGS, ids=".".join)
def test_no_value_of_any_setting_loosens_a_hard_limit(path: tuple[str, ...]) -> None:
    taken = 0
    for value in WILD:
        try:
            policy = Policy.model_validate(with_setting(path, value))
        except (ValidationError, ValueError):
            continue
        taken += 1
        judge(policy)
        for stop in ("guarantor_deceased", "contact_stopped", "bankruptcy_filed"):
            stopped = Story(policy=policy).posted(215_00, history=STEADY).hears(stop).decides()
            assert not isinstance(stopped.step, SendMessage)
    assert taken < len(WILD), "a setting that takes everything is no setting"
