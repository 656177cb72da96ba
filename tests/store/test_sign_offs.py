"""What a practice drafts and signs: the latest signed draft holds, open cases hear of a policy, claims look at it."""

from __future__ import annotations

import asyncpg
import pytest

from receivables.case import Case, Stage
from receivables.policy import Policy
from receivables.ports import Claimed, Skipped
from receivables.sign_offs import Overtaken
from receivables.steps import Close
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool
from store.sign_offs import SignOffs
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, send
from tests.store.told import NOON, after, decision, karen, posted

VALUES = {"ladder": {"email_day": 9}}


async def test_the_latest_signed_draft_holds_and_a_draft_alone_does_not(pool: Pool) -> None:
    book = SignOffs(pool)
    first = await book.draft("p1", "message", "follow_up", {"sms.en.txt": "one"}, "MK", "Shorter.", NOON)
    second = await book.draft("p1", "message", "follow_up", {"sms.en.txt": "two"}, "MK", "Shorter still.", NOON)
    assert await book.in_force() == []
    drafts = {draft.draft_id: draft for draft in await book.drafts("p1")}
    assert await book.sign(drafts[second], "owner", "v2", NOON) is not None
    assert await book.sign(drafts[second], "owner", "v2", NOON) is None, "signed once"
    assert await book.sign(drafts[first], "owner", "v1", after(hours=1)) is not None
    (held,) = await book.in_force()
    assert (held.content, held.signed_by, held.sign_off_id) == ({"sms.en.txt": "one"}, "owner", await book.newest())
    assert await book.newest_of("p2") == 0


async def test_what_was_signed_stays_on_record(pool: Pool) -> None:
    book = SignOffs(pool)
    await book.publish("p1", VALUES, "v1", 0, "owner", "Calmer.", NOON)
    for statement in ("UPDATE drafts SET content = '{}'", "DELETE FROM sign_offs"):
        with pytest.raises(asyncpg.RaiseError, match="stays on record"):
            await pool.execute(statement)


async def test_open_cases_hear_of_a_policy_in_the_transaction_that_signs_it_and_closed_ones_do_not(pool: Pool) -> None:
    facts, cases, book = FactBook(pool), PostgresCaseBook(pool), SignOffs(pool)
    await facts.keep([posted("b1"), posted("b2", guarantor=karen("g2")), posted("b3", guarantor=karen("g3"))], NOON)
    ended = decision(Close(reason="paid"), stage=Stage.closed)
    for number, taken in (("b1", decision()), ("b2", decision()), ("b3", ended)):
        await cases.record(Case(practice_id="p1", balance_id=number), taken)
    published = await book.publish("p1", VALUES, "v1", 0, "owner", "Calmer.", NOON)
    assert not isinstance(published, Overtaken)
    assert published[1] == 2
    news = {number: await cases.news("p1", number, []) for number in ("b1", "b3")}
    told = [fact for fact in news["b1"] if fact.kind == "policy_changed"]
    assert [(fact.version, fact.because) for fact in told] == [("v1", "Calmer.")]
    assert not [fact for fact in news["b3"] if fact.kind == "policy_changed"]


async def test_whoever_publishes_on_an_old_preview_is_told_and_nothing_changes(pool: Pool) -> None:
    book = SignOffs(pool)
    first = await book.publish("p1", VALUES, "v1", 0, "owner", "Calmer.", NOON)
    assert not isinstance(first, Overtaken)
    assert await book.publish("p1", {}, "v2", 0, "owner", "On an old look.", NOON) == Overtaken(newest=first[0])
    assert [held.version for held in await book.in_force()] == ["v1"]


async def test_a_decision_is_answered_with_the_latest_sign_off(pool: Pool) -> None:
    await FactBook(pool).keep([posted()], NOON)
    cases, case = PostgresCaseBook(pool), Case(practice_id="p1", balance_id="b1")
    assert await cases.record(case, decision()) == 0
    published = await SignOffs(pool).publish("p1", VALUES, "v1", 0, "owner", "Calmer.", NOON)
    assert not isinstance(published, Overtaken)
    assert await cases.record(case, decision()) == published[0]


async def test_a_touch_decided_on_an_older_policy_is_not_claimed(pool: Pool) -> None:
    await FactBook(pool).keep([posted()], NOON)
    touches, book = PostgresTouchBook(pool, Policies()), SignOffs(pool)
    published = await book.publish("p1", VALUES, "v1", 0, "owner", "Calmer.", NOON)
    assert not isinstance(published, Overtaken)
    request = send()
    refused = await touches.claim(request)
    assert isinstance(refused, Skipped)
    assert refused.news
    assert "decided anew" in refused.because
    read = request.model_copy(update={"policy": Policy().read_after(published[0])})
    news = [fact.fact_id for fact in await PostgresCaseBook(pool).news("p1", "b1", [])]
    heard = request.case.model_copy(update={"handled": news})
    assert isinstance(await touches.claim(read.model_copy(update={"case": heard})), Claimed)
