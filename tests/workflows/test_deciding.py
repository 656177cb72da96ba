"""A decision is kept only under the policy that holds: also when another case had the new one taken in meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime

from living import posting
from small_world import SmallWorld

from activities.deciding import Deciding
from receivables.case import Case
from receivables.fold import open_case
from receivables.policy import Policy
from receivables.steps import Decision

MORNING = datetime(2026, 3, 2, 15, tzinfo=UTC)
STRICT = Policy.model_validate({"min_balance_to_contact": "50"})
KIND = Policy.model_validate({"min_balance_to_contact": "10"}).read_after(7)


@dataclass
class Published(SmallWorld):
    """The practice published while a decision was being kept."""

    by_another: bool = False
    """Another case's decision has had it taken in already, before this one hears of it."""

    async def record(self, case: Case, decision: Decision) -> int:
        await super().record(case, decision)
        if self.by_another:
            self.current = KIND
        return KIND.signed

    async def renew(self) -> int:
        if self.current is KIND:
            return 0
        self.current = KIND
        return KIND.signed

    async def keep(self) -> None:
        raise NotImplementedError


async def test_a_decision_on_the_policy_before_is_taken_anew_whoever_had_the_new_one_taken_in() -> None:
    for by_another in (False, True):
        world = Published(moment=MORNING, current=STRICT, by_another=by_another)
        turn = await Deciding(world, world, world, world).decide(open_case(posting(30_00, MORNING)))
        assert turn.decision.step.kind == "send_message", turn.decision
        assert [decision.step.kind for decision in world.decisions] == ["wait", "send_message"]


async def test_a_decision_on_the_policy_that_holds_is_taken_once() -> None:
    world = Published(moment=MORNING, current=KIND)
    await Deciding(world, world, world, world).decide(open_case(posting(30_00, MORNING)))
    assert len(world.decisions) == 1
