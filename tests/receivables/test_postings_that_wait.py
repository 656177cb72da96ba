"""A payment the practice's system did not take yet: posted later, once, before anything ends, and nothing else waits."""

from datetime import timedelta

from stories import Story

from receivables.steps import Close, PostToPractice, ReadReply, SendMessage, Wait


def away(story: Story, payment: str = "pay", **span: float) -> Story:
    until = story.now + timedelta(**(span or {"minutes": 10}))
    return story.hears("posting_delayed", payment_fact_id=payment, because="The system is away.", not_before=until)


def test_a_paid_balance_does_not_end_before_its_payment_is_in_the_practices_ledger() -> None:
    story = away(Story().posted(60_00).pays(60_00, "pay"))
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.act_at == story.now + timedelta(minutes=10)
    assert "The system is away. A payment that is not in the practice's ledger yet is posted" in decision.because[-1]
    story.now = decision.act_at
    assert isinstance(story.decides().step, PostToPractice)
    story.hears("payment_posted", payment_fact_id="pay")
    assert story.case.delayed == {}
    assert isinstance(story.decides().step, Close)


def test_a_reply_is_read_at_once_while_a_posting_waits() -> None:
    story = away(Story().posted(60_00).pays(20_00, "pay"))
    story.hears("reply_received", "r1", channel="sms")
    assert isinstance(story.decides().step, ReadReply)


def test_no_rest_goes_past_the_moment_of_a_posting_and_a_nearer_one_stays_as_it_is() -> None:
    story = away(Story().posted(160_00).pays(20_00, "pay"), hours=1)
    until = story.now + timedelta(hours=1)
    assert (story.decides().act_at, story.decides().rule) == (until, "not_past_a_posting")
    away(story, days=30)
    decision = story.decides()
    assert isinstance(decision.step, SendMessage)
    assert decision.act_at < story.now + timedelta(days=30)


def test_each_further_try_counts_and_the_latest_moment_holds() -> None:
    story = Story().posted(60_00).pays(60_00, "pay")
    away(story, hours=3)
    away(story, hours=1)
    assert (story.case.delayed["pay"].tries, story.case.delayed["pay"].until) == (2, story.now + timedelta(hours=3))


def test_what_is_posted_or_in_a_persons_hands_does_not_wait_whatever_is_heard_late() -> None:
    story = Story().posted(60_00).pays(20_00, "pay").hears("payment_posted", payment_fact_id="pay")
    assert away(story).case.delayed == {}
    story.hears("posting_handed_over", payment_fact_id="early", because="no")
    assert away(story, "early").case.delayed == {}
    away(story.pays(5_00, "second"), "second").hears("posting_handed_over", payment_fact_id="second", because="no")
    assert story.case.delayed == {}


def test_money_taken_back_is_posted_after_its_payment_and_waits_for_it() -> None:
    story = away(Story().posted(60_00).pays(20_00, "pay"))
    story.hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=20_00)
    assert not isinstance(story.decides().step, PostToPractice)
    story.now += timedelta(minutes=10)
    steps = []
    for _ in range(2):
        step = story.decides().step
        assert isinstance(step, PostToPractice)
        steps.append(int(step.amount_cents))
        story.hears("payment_posted", payment_fact_id=step.payment_fact_id)
    assert steps == [20_00, -20_00]


def test_a_reversal_can_wait_too() -> None:
    story = Story().posted(60_00).pays(20_00, "pay").hears("payment_posted", payment_fact_id="pay")
    story.hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=20_00)
    away(story, "back")
    assert not isinstance(story.decides().step, PostToPractice)
