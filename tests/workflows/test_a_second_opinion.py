"""Where the reader abstains a second one may be asked: once a reply, shown no name or number, and only to be careful."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from living import posting
from small_world import SmallWorld
from temporalio.testing import ActivityEnvironment

from activities.contract import Errand
from activities.deciding import Deciding
from activities.replies import Replies
from receivables.case import Case
from receivables.facts import ReplyReceived, ReplyUnderstood
from receivables.fold import open_case
from receivables.people import Channel
from receivables.ports import ReadReplyAnswer
from receivables.reply_ports import Opinion, SecondReading

MUMBLE = "Karen said Judy did the thing 4471 for $320"


@dataclass
class Second:
    """Both ports: says what it is told to say, and keeps it."""

    says: Opinion
    shown: list[str] = field(default_factory=list)
    kept: dict[str, Opinion] = field(default_factory=dict)

    async def opinion(self, shown: str, channel: Channel) -> Opinion:
        self.shown.append(shown)
        return self.says

    async def opinion_of(self, practice_id: str, reply_fact_id: str) -> Opinion | None:
        return self.kept.get(reply_fact_id)

    async def keep_opinion(self, practice_id: str, reply_fact_id: str, opinion: Opinion, now: datetime) -> None:
        self.kept[reply_fact_id] = opinion


class First:
    """Sure of what it was told to be sure of, and of nothing else."""

    def read(self, text: str, channel: Channel, case: Case) -> ReadReplyAnswer:
        if text == MUMBLE:
            return ReadReplyAnswer(intent="unclear", intents=["unclear"], action="human_callback", abstain=True, reader="v1")
        return ReadReplyAnswer(intent="promise_to_pay", intents=["promise_to_pay"], action="no_action", reader="v1")


def says(*intents: str, outcome: str = "answered") -> Second:
    return Second(Opinion.model_validate({"outcome": outcome, "model": "any:small", "intents": list(intents), "tokens_in": 9}))


async def read(text: str, second: Second, *, twice: bool = False) -> ReplyUnderstood:
    world = SmallWorld()
    posted = posting(320_00, world.moment)
    reply = ReplyReceived(
        fact_id="r1", at=world.moment, source="twilio", practice_id="p7", balance_id=posted.balance_id, channel=Channel.sms
    )
    world.stored += [posted, reply]
    world.texts["r1"] = text
    deciding = Deciding(world, world, world)
    case = open_case(posted)
    decided = await deciding.decide(case)
    replies = Replies(deciding, world, world, First(), world, SecondReading(second, second))
    errand = Errand(case=case, step=decided.decision.step)
    for _ in range(2 if twice else 1):
        await ActivityEnvironment().run(replies.read_reply, errand)
    return world.readings[-1]


async def test_what_it_adds_is_acted_on_and_named_beside_the_reader() -> None:
    second = says("already_paid", "accept_plan")
    understood = await read(MUMBLE, second)
    assert (understood.intents, understood.action, understood.abstain) == (["already_paid"], "stop_dunning_and_human_review", False)
    assert understood.reader == "v1 with any:small"
    (shown,) = second.shown
    assert not any(word in shown for word in ("Karen", "Judy", "4471", "320"))


@pytest.mark.parametrize("second", [says("accept_plan"), says("opt_out", outcome="too_slow"), says(outcome="failed")])
async def test_a_person_is_asked_as_without_it_when_it_says_anything_else_or_nothing(second: Second) -> None:
    understood = await read(MUMBLE, second)
    assert (understood.abstain, understood.action) == (True, "human_callback")
    assert second.kept["r1"].outcome == second.says.outcome


async def test_it_is_asked_once_a_reply_however_often_the_step_is_tried() -> None:
    second = says("opt_out")
    await read(MUMBLE, second, twice=True)
    assert len(second.shown) == 1


async def test_it_is_not_asked_where_the_reader_is_sure() -> None:
    second = says("opt_out")
    assert (await read("on friday", second)).intents == ["promise_to_pay"]
    assert second.shown == []
