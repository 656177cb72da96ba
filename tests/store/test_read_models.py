"""People see where each balance stands and its whole story in plain sentences, and patients' words in one place only."""

from __future__ import annotations

import logging

import pytest

from receivables.case import CloseReason, Stage
from receivables.facts import ANY_FACT, StaffNote
from receivables.money import Cents
from receivables.ports import Posting
from receivables.steps import AskStaff, Close, SendMessage, Step
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.read_models import ReadModels
from store.sentences import FACTS, POSTINGS, STEPS, TOUCHES, fact_sentence
from store.task_book import PostgresTaskBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, claimed, send
from tests.store.told import NOON, PHONE, after, case_of, decision, paid, posted, wrote

TEXT = SendMessage(touch_id="p1.b1.first_notice.1", message="first_notice", channel="sms")


@pytest.fixture
async def shown(pool: Pool) -> ReadModels:
    await FactBook(pool).keep([posted()], NOON)
    return ReadModels(pool)


async def test_a_balance_nobody_has_decided_about_is_being_evaluated(shown):
    case = await shown.case("p1", "b1")
    assert (case["case_id"], case["stage"], case["outstanding_cents"], case["next_step"], case["because"]) == (
        "p1:b1", "evaluating", 215_00, None, [],
    )  # fmt: skip
    assert await shown.case("p1", "nobody") is None


async def test_a_case_shows_its_next_step_with_reasons_and_what_is_owed_at_this_moment(shown, pool):
    planned = decision(TEXT, act_at=after(hours=2), stage=Stage.waiting, because="Texts leave at 14:00.")
    await PostgresCaseBook(pool).record(case_of("b1", posted()), planned)
    await FactBook(pool).keep([paid(cents=15_00)], NOON)
    case = await shown.case("p1", "b1")
    assert case["next_step"] == {
        "kind": "send_message", "touch_id": "p1.b1.first_notice.1", "message": "first_notice", "channel": "sms",
    }  # fmt: skip
    assert (case["next_step_at"], case["because"], case["stage"], case["outstanding_cents"]) == (
        after(hours=2), ["Texts leave at 14:00."], "waiting", 200_00,
    )  # fmt: skip


async def test_cases_are_listed_page_by_page_and_by_stage_and_practice(shown, pool):
    await FactBook(pool).keep([posted(f"b{n}") for n in range(2, 8)] + [posted("b1", practice_id="p2")], NOON)
    await PostgresCaseBook(pool).record(case_of("b3"), decision(stage=Stage.held))
    first = await shown.cases(limit=3)
    assert [case["case_id"] for case in first] == ["p1:b1", "p1:b2", "p1:b3"]
    rest = await shown.cases(limit=10, after="p1:b3")
    assert [case["case_id"] for case in rest] == ["p1:b4", "p1:b5", "p1:b6", "p1:b7", "p2:b1"]
    assert [case["case_id"] for case in await shown.cases("p1", "held")] == ["p1:b3"]
    assert [case["case_id"] for case in await shown.cases("p2", "evaluating")] == ["p2:b1"]


async def test_the_story_of_a_balance_is_told_in_order_with_reasons(shown, pool, caplog):
    caplog.set_level(logging.DEBUG)
    cases, touches = PostgresCaseBook(pool), PostgresTouchBook(pool, Policies())
    case = case_of("b1", posted())
    await cases.record(case, decision(TEXT, at=after(seconds=4), act_at=after(hours=1), because="Texts come first."))
    await touches.claim(send(now=after(hours=1)))
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(hours=1, seconds=1), "hash")
    await FactBook(pool).keep([wrote("I lost my job", at=after(hours=3))], after(hours=3))
    ask = AskStaff(task_id="b1.reply.1", task_kind="reply", summary="The patient wrote back.", reply_fact_id="reply1")
    await PostgresTaskBook(pool).open(case, ask, after(hours=4))
    await FactBook(pool).keep([paid(cents=100_00, at=after(hours=5))], after(hours=5))
    posting = Posting(
        practice_id="p1", balance_id="b1", external_id="pay1", amount_cents=Cents(100_00), paid_at=NOON, where="page"
    )
    await PostgresPostingBook(pool).begin(posting, after(hours=6))
    story = await shown.timeline("p1", "b1")
    assert [(entry["kind"], entry["sentence"]) for entry in story] == [
        ("balance_posted", "A balance of $215 was posted."),
        ("decision", "A text is planned: first notice."),
        ("touch", "A text was sent: first notice."),
        ("reply_received", "The patient wrote back (text)."),
        ("task", "A person was asked: reply."),
        ("payment_recorded", "The patient paid $100 (page)."),
        ("posting", "$100 is being posted to the practice's ledger."),
    ]
    assert story[1]["because"] == ["Texts come first."]
    assert story[2]["because"] == ["It is two o'clock."]
    assert story[2]["proof"]["provider_id"] == "SM1"
    assert story[3]["text"] == "I lost my job"
    assert [entry["at"] for entry in story] == sorted(entry["at"] for entry in story)
    for entry in story:
        rest = {name: value for name, value in entry.items() if name != "text"}
        assert "lost my job" not in repr(rest)
        assert PHONE not in repr(rest)
    assert "lost my job" not in caplog.text
    assert await shown.timeline("p1", "nobody") == []


async def test_a_closed_case_and_a_note_are_told_too(shown, pool):
    note = StaffNote(fact_id="n", at=after(hours=1), practice_id="p1", balance_id="b1", text="called her sister")
    await FactBook(pool).keep([note], NOON)
    case = case_of().model_copy(update={"close_reason": CloseReason.withdrawn})
    await PostgresCaseBook(pool).record(
        case, decision(Close(reason=CloseReason.withdrawn), stage=Stage.closed, at=after(hours=2))
    )
    _, told, closing = await shown.timeline("p1", "b1")
    assert (told["sentence"], told["text"]) == ("The staff left a note.", "called her sister")
    assert closing["sentence"] == "The case is to be closed: withdrawn."


async def test_what_we_held_back_ourselves_is_not_laid_at_the_providers_door(shown, pool):
    touches = PostgresTouchBook(pool, Policies())
    for number, held_back in ((1, True), (2, False)):
        await claimed(touches, send(n=number))
        await touches.refused(send(n=number).step.touch_id, "Said why.", held_back=held_back)
    told = [(entry["sentence"], entry["because"]) for entry in await shown.timeline("p1", "b1") if entry["kind"] == "touch"]
    assert told == [
        ("A text was held back at the last look before sending: first notice.", ["Said why."]),
        ("A text was not taken by the provider: first notice.", ["Said why."]),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_debit_that_came_to_nothing_is_told_once_with_the_banks_code_and_is_nobodys_note(shown, pool, order):
    told = [{"text": "Nothing was received."}, {"text": "It came back (R01).", "return_code": "R01"}]
    notes = [
        StaffNote(fact_id=f"n{place}", at=after(hours=order.index(place)), practice_id="p1", balance_id="b1",
                  failed_payment="pi_1", **told[place])
        for place in order
    ]  # fmt: skip
    other = notes[0].model_copy(update={"fact_id": "n9", "at": after(hours=3), "failed_payment": "pi_2", "text": "Nothing."})
    await FactBook(pool).keep([*notes, other], NOON)
    _, *story = await shown.timeline("p1", "b1")
    sentence = "A payment begun on the page did not come through."
    assert [(entry["sentence"], entry["text"]) for entry in story] == [(sentence, "It came back (R01)."), (sentence, "Nothing.")]


def test_a_payment_by_the_card_on_file_is_told_as_a_charge_of_its_installment():
    charge = {"amount_cents": 85_25, "plan_id": "b1.plan.1", "installment": 2, "attempt": 1}
    by_card = "Installment 2 was charged to the card on file: $85.25."
    assert fact_sentence("payment_recorded", charge) == by_card
    assert fact_sentence("payment_recorded", charge | {"attempt": None}) == "The patient paid $85.25 (other)."


def test_every_word_of_the_domain_has_its_sentence():
    from typing import get_args

    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(ANY_FACT._type)[0])}
    assert set(FACTS) == kinds
    assert set(STEPS) == {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Step)[0])}
    assert set(TOUCHES) == {"claimed", "accepted", "refused", "held_back"}
    assert set(POSTINGS) == {"pending", "sending", "unknown", "accepted", "confirmed", "failed", "needs_human"}


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_sentence_can_be_told_of_the_leanest_fact(kind):
    required = {
        "message": "first_notice", "intent": "will_pay", "task_kind": "call", "outcome": "done", "wish": "move",
                "change": "move"}  # fmt: skip
    sentence = fact_sentence(kind, required | {"amount_cents": 100})
    assert sentence
    assert "{" not in sentence
