"""Who is left to the practice's own way, to measure the difference, and who was written to before it began."""

from __future__ import annotations

from receivables.cohorts import place_of
from receivables.contact import Agent, Wish
from receivables.policy import Policy
from receivables.ports import Claimed
from store.fact_book import FactBook
from store.pool import Pool
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, reason, send, sent
from tests.store.told import NOON, after, case_of, karen, posted, texts


async def test_a_person_the_agent_wrote_to_before_the_holdout_began_may_be_called_back(touches: PostgresTouchBook, pool: Pool) -> None:
    class Measured(Policies):
        def policy(self, practice_id: str) -> Policy:
            return Policy.model_validate({"holdout": {"share": 0.1, "starts": "2026-01-01"}})

    held = next(f"h{n}" for n in range(1_000) if place_of("p1", f"h{n}", "holdout") < 0.1)
    person, later = karen(held, texts("+13125550190")), PostgresTouchBook(pool, Measured())
    await FactBook(pool).keep([posted("b9", guarantor=person)], NOON)
    voice = Wish(
        touch_id="p1.voice.1", practice_id="p1", guarantor_id=held, agent=Agent.voice, message="voice_callback",
        channel="sms", because=["A call was missed."],
    )  # fmt: skip
    assert "to measure the difference" in reason(await later.ask(voice, NOON))
    await sent(touches, send("b9", to="+13125550190", case=case_of("b9", posted("b9", guarantor=person))))
    assert isinstance(await later.ask(voice, after(days=4)), Claimed)
