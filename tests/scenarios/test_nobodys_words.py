"""Words and money that fit no balance: a person hears of each once, and a wish to stop holds for what comes later."""

from typing import Any

from calendar_desk import Calendar
from test_fixtures import STEADY

LINE = "+13125550101"
"""Where the practice's patients write to."""


def notices(calendar: Calendar, practice_id: str, status: str = "open") -> list[dict[str, Any]]:
    wanted = {"practice_id": practice_id, "status": status, "limit": 1000}
    tasks = calendar.web.get("/v1/tasks", params=wanted).json()["tasks"]
    return [task for task in tasks if task["balance_id"] is None]


def test_a_number_that_said_stop_before_its_balance_posts_is_never_texted(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ivo")
    calendar.reply(who, "please stop texting me", to=LINE)
    [task] = [one for one in notices(calendar, "lakeside") if one["kind"] == "stray_message"]
    assert who.phone not in str(task)
    calendar.posted(who, 90_00, history=STEADY)
    calendar.day(40, "20:00")
    assert [message["channel"] for message in calendar.messages(who) if message["channel"] == "sms"] == []
    assert calendar.messages(who), "the address said nothing, so e-mail may be used"


def test_a_strangers_words_are_one_task_that_is_finished_by_a_person(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ola")
    before = {task["id"] for task in notices(calendar, "lakeside")}
    calendar.reply(who, "Who is this?", to=LINE)
    [task] = [one for one in notices(calendar, "lakeside") if one["id"] not in before]
    answer = calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "write_off"})
    assert answer.status_code == 422
    answer = calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "done"})
    assert answer.json() == {"fact_id": None, "outcome": "done"}
    assert task["id"] not in {one["id"] for one in notices(calendar, "lakeside")}
