"""What holds for every soup of facts: folding and deciding never fail, order does not matter, sums are right."""

from datetime import datetime, timedelta
from random import Random

from any_facts import ANYTHING, MOMENTS, MONEY, STOPS, with_own_ids
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import PRACTICE

from integrations.reply_reader.reader import TrainedReader
from receivables import holds
from receivables.case import Case
from receivables.decide import decide
from receivables.facts import AnyFact, BalanceAdjusted, BalancePosted, PaymentRecorded, PaymentReversed
from receivables.fold import fold
from receivables.people import Channel
from receivables.policy import Policy
from receivables.steps import AskStaff, Close, SendMessage, Wait
from receivables.windows import next_permitted

QUICK = settings(max_examples=250, deadline=None, derandomize=True, database=None)
POLICY = Policy()
READER = TrainedReader(lambda practice_id: PRACTICE.time_zone)


def folded(soup: list[AnyFact]) -> Case:
    case = Case(practice_id="p7", balance_id="b1")
    for fact in soup:
        case = fold(case, fact)
    return case


@QUICK
@given(st.lists(ANYTHING, max_size=25), MOMENTS)
def test_every_soup_of_facts_leads_to_one_decision_with_reasons(soup: list[AnyFact], now: datetime) -> None:
    case = folded(soup)
    decision = decide(case, POLICY, PRACTICE, now)
    assert decision.because
    assert all(decision.because)
    assert decision.rule
    assert decision.outstanding_cents == case.patient_responsibility_cents - case.paid_cents
    assert (decision.stage == "closed") == isinstance(decision.step, Close)
    if isinstance(decision.step, Wait) and decision.act_at is not None:
        assert decision.act_at > now
    if isinstance(decision.step, SendMessage):
        assert decision.outstanding_cents >= POLICY.min_balance_to_contact
        assert case.hold("deceased", "bankruptcy", "attorney", "cease", "dispute", "already_paid", "insurance") is None
        assert case.hold(*holds.PROTECTED) is None
        assert decision.step.channel not in case.stopped_channels
    if isinstance(decision.step, AskStaff):
        assert decision.needs_staff
        assert decision.step.summary


@QUICK
@given(st.lists(ANYTHING, max_size=25), MOMENTS)
def test_asked_again_when_the_moment_has_come_the_rules_give_the_same_step(soup: list[AnyFact], now: datetime) -> None:
    case = folded(soup)
    first = decide(case, POLICY, PRACTICE, now)
    assert decide(case, POLICY, PRACTICE, now) == first
    if isinstance(first.step, SendMessage) and first.act_at is not None and first.act_at > now:
        then = decide(case, POLICY, PRACTICE, first.act_at)
        if isinstance(then.step, SendMessage) and then.step.message == first.step.message:
            assert then.step.touch_id == first.step.touch_id
            assert then.due(first.act_at)


@QUICK
@given(st.lists(ANYTHING, max_size=25), st.randoms(use_true_random=False))
def test_facts_heard_again_change_nothing(soup: list[AnyFact], random: Random) -> None:
    case = folded(soup)
    for fact in random.sample(soup, len(soup)):
        assert fold(case, fact) is case


@QUICK
@given(st.lists(ANYTHING, max_size=15))
def test_folding_never_touches_the_case_it_was_given(soup: list[AnyFact]) -> None:
    case = folded(soup[:-1])
    before = case.model_dump_json()
    if soup:
        fold(case, soup[-1])
    assert case.model_dump_json() == before


@QUICK
@given(st.lists(MONEY | STOPS, max_size=12), st.randoms(use_true_random=False))
def test_money_and_stops_give_the_same_case_in_every_order(soup: list[AnyFact], random: Random) -> None:
    told = with_own_ids(soup)
    shuffled = random.sample(told, len(told))
    first, second = (folded(order).model_copy(update={"handled": []}) for order in (told, shuffled))
    assert second == first


@QUICK
@given(st.lists(MONEY, max_size=20))
def test_what_is_owed_is_the_latest_share_less_what_was_paid(soup: list[AnyFact]) -> None:
    told = with_own_ids(soup)
    prices = [fact for fact in told if isinstance(fact, (BalancePosted, BalanceAdjusted))]
    latest = max(prices, key=lambda fact: (fact.at, fact.fact_id), default=None)
    share = int(latest.patient_responsibility_cents) if latest else 0
    paid = sum(int(fact.amount_cents) for fact in told if isinstance(fact, PaymentRecorded))
    back = sum(int(fact.amount_cents) for fact in told if isinstance(fact, PaymentReversed))
    assert folded(told).outstanding_cents == share - paid + back


@QUICK
@given(st.lists(ANYTHING, max_size=20))
def test_a_case_is_the_same_after_being_written_down_and_read(soup: list[AnyFact]) -> None:
    case = folded(soup)
    assert Case.model_validate_json(case.model_dump_json(exclude_defaults=True)) == case


@QUICK
@given(MOMENTS, st.lists(st.sampled_from(["America/New_York", "Pacific/Honolulu", "Pacific/Guam"]), min_size=1))
def test_a_permitted_moment_is_permitted_everywhere_and_never_earlier(moment: datetime, zones: list[str]) -> None:
    found = next_permitted(moment, zones, POLICY.contact)
    assert found >= moment
    if found - moment < timedelta(days=30):
        assert next_permitted(found, zones, POLICY.contact) == found


@QUICK
@given(st.text(max_size=300), st.sampled_from(list(Channel)))
def test_every_text_can_be_read_and_none_is_accepted_without_an_offer(text: str, channel: Channel) -> None:
    answer = READER.read(text, channel, Case(practice_id="p7", balance_id="b1"))
    assert answer.intent in answer.intents
    assert answer.action != "confirm_plan"
