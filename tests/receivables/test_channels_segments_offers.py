"""Who is written to how, sorted into which segment, and offered what."""

import pytest
from stories import KAREN, MAIL, PHONE, PROMPT, SLOW, STEADY, Story, guarantor

from receivables.case import Case
from receivables.channels import choose, other_than, reachable
from receivables.money import Cents
from receivables.offers import offer_mode, open_offer, plan_offer, situation_of
from receivables.people import Channel, Guarantor, PaymentHistory
from receivables.policy import Policy
from receivables.segments import clean, high_risk, low_risk, p90, payer_class, segment

POLICY = Policy()
UNKNOWN_MAIL = MAIL | {"consent": "unknown"}


def case(**fields: object) -> Case:
    return Case(practice_id="p7", balance_id="b1", guarantor=Guarantor.model_validate(guarantor(**fields)))


@pytest.mark.parametrize(
    ("dollars", "channel"), [(47, "sms"), (149, "sms"), (150, "sms"), (300, "sms"), (301, "email"), (500, "email")]
)
def test_without_anything_else_to_go_by_the_balance_decides(dollars: int, channel: str) -> None:
    choice = choose(case(), POLICY, Cents(dollars * 100))
    assert choice.channel == channel


def test_the_wish_comes_before_consent_answers_and_balance() -> None:
    choice = choose(case(preferred_channel="sms", answers_by="email"), POLICY, Cents(500_00))
    assert (choice.channel, choice.because) == ("sms", "The patient prefers text.")


def test_explicit_consent_comes_before_answers() -> None:
    choice = choose(case(contact_points=[PHONE, UNKNOWN_MAIL], answers_by="email"), POLICY, Cents(500_00))
    assert (choice.channel, choice.because) == ("sms", "Consent is on file for text only.")


def test_earlier_answers_come_before_the_balance() -> None:
    choice = choose(case(answers_by="sms"), POLICY, Cents(500_00))
    assert choice.channel == "sms"
    story = Story().posted(47_00).hears("reply_received", channel="email")
    learned = choose(story.case, POLICY, Cents(47_00))
    assert learned.because == "The patient has answered by e-mail before."


def test_a_wish_that_cannot_be_met_falls_to_what_is_reachable() -> None:
    choice = choose(case(preferred_channel="sms", contact_points=[MAIL]), POLICY, Cents(47_00))
    assert choice.channel == "email"


def test_a_policy_may_weigh_nothing_at_all() -> None:
    blind = POLICY.model_copy(update={"channel": POLICY.channel.model_copy(update={"precedence": ["past_response"]})})
    choice = choose(case(), blind, Cents(500_00))
    assert choice.channel == "sms"


def test_nobody_reachable_means_no_channel() -> None:
    assert reachable(case(contact_points=[])) == []
    assert reachable(Case(practice_id="p7", balance_id="b1")) == []


def test_a_follow_up_takes_the_other_channel_when_there_is_one() -> None:
    assert other_than(case(), Channel.sms).channel == "email"
    assert other_than(case(contact_points=[PHONE]), Channel.sms).channel == "sms"


@pytest.mark.parametrize(
    ("days", "expected"),
    [([], None), ([5], 5), ([1, 2], 2), (list(range(1, 11)), 9), (list(range(1, 21)), 18), ([60, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1)],
)
def test_the_ninetieth_percentile_is_the_nearest_rank(days: list[int], expected: int | None) -> None:
    assert p90(days) == expected


@pytest.mark.parametrize(
    ("history", "payer", "is_clean", "is_low"),
    [
        ({"days_to_pay": [15]}, "prompt", True, True),
        ({"days_to_pay": [16]}, "steady", True, True),
        ({"days_to_pay": [45]}, "steady", True, True),
        ({"days_to_pay": [46]}, "slow", True, False),
        ({}, "none", False, False),
        ({"days_to_pay": [20], "missed_installments": 1}, "steady", False, False),
        ({"days_to_pay": [20], "oldest_unpaid_days": 61}, "steady", False, False),
        ({"days_to_pay": [20], "oldest_unpaid_days": 60}, "steady", True, True),
    ],
)
def test_payers_are_sorted_by_how_they_paid(history: dict[str, object], payer: str, is_clean: bool, is_low: bool) -> None:
    past = PaymentHistory.model_validate(history)
    assert (payer_class(past, POLICY), clean(past, POLICY), low_risk(past, POLICY)) == (payer, is_clean, is_low)


def test_there_are_four_segments() -> None:
    good, poor = PaymentHistory.model_validate(STEADY), PaymentHistory.model_validate(SLOW)
    found = [segment(Cents(owed), past, POLICY).value for owed in (99_99, 100_00) for past in (good, poor)]
    assert found == ["small_reliable", "small_unproven", "large_reliable", "large_unproven"]


def test_high_risk_takes_all_three() -> None:
    slow, steady = PaymentHistory.model_validate(SLOW), PaymentHistory.model_validate(STEADY)
    assert high_risk(Cents(400_00), 2, slow, POLICY)
    assert not high_risk(Cents(399_99), 2, slow, POLICY)
    assert not high_risk(Cents(400_00), 1, slow, POLICY)
    assert not high_risk(Cents(400_00), 2, steady, POLICY)


@pytest.mark.parametrize(
    ("dollars", "history", "unpaid_days", "mode"),
    [
        (39, STEADY, 0, "none"), (40, STEADY, 0, "mention"), (47, STEADY, 0, "mention"), (215, KAREN, 0, "mention"),
        (100, SLOW, 0, "mention"), (101, SLOW, 0, "lead"), (101, {}, 0, "lead"), (301, STEADY, 0, "lead"),
        (300, STEADY, 29, "mention"), (201, STEADY, 30, "push"), (200, STEADY, 30, "mention"), (900, PROMPT, 60, "none"),
    ],
)  # fmt: skip
def test_plans_are_mentioned_led_or_pushed(dollars: int, history: dict[str, object], unpaid_days: int, mode: str) -> None:
    one = Case(practice_id="p7", balance_id="b1", history=PaymentHistory.model_validate(history))
    assert offer_mode(one, POLICY, Cents(dollars * 100), unpaid_days) == mode


def test_an_offer_sums_to_the_cent_in_parts_the_law_and_the_practice_allow() -> None:
    story = Story()

    def offered(cents: int, **history: object) -> list[int] | None:
        one = Case(
            practice_id="p7", balance_id="b1", patient_responsibility_cents=Cents(cents),
            history=PaymentHistory.model_validate(history),
        )  # fmt: skip
        offer = plan_offer(situation_of(one, POLICY, story.now.date()), story.now)
        return [int(each) for each in offer.each_cents] if offer else None

    assert offered(320_00) == [80_00] * 4
    assert offered(250_01) == [62_51, 62_50, 62_50, 62_50]
    assert offered(120_00) == [60_00, 60_00]
    assert offered(45_00) == [22_50, 22_50]
    assert offered(39_99) is None
    partial = {"paid_on": "2025-12-01", "amount_cents": 40_00, "in_full": False}
    assert offered(120_00, last_payment=partial) == [40_00] * 3
    assert offered(200_00, days_to_pay=[20]) == [66_67, 66_67, 66_66]


def test_an_offer_stands_until_answered_or_until_the_balance_changes() -> None:
    story = Story().posted(320_00).until(0, "15:00")
    assert open_offer(story.case) is not None
    assert open_offer(story.case.model_copy(update={"offer": None})) is None
    assert open_offer(Story().posted(320_00).case) is None
    changed = Story().posted(320_00).until(0, "15:00").pays(20_00)
    assert open_offer(changed.case) is None
    assert open_offer(story.writes("decline_offer", "no_action").case) is None


def test_where_no_plan_can_be_made_none_is_led_with_or_pushed() -> None:
    large = POLICY.plan.model_copy(update={"least_installment": Cents(300_00)})
    story = Story(policy=POLICY.model_copy(update={"plan": large})).posted(450_00, history=KAREN).until(50, "12:00")
    assert [message for message, _, _ in story.messages] == ["first_notice", "follow_up"]
    late = POLICY.escalation.model_copy(update={"min_days": 45})
    story = Story(policy=POLICY.model_copy(update={"plan": large, "escalation": late})).posted(250_00, history=KAREN)
    assert len(story.until(44, "12:00").messages) == 2
