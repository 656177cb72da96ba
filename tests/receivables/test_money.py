"""Money in awkward orders: early, late, twice, in part, over, taken back, re-priced."""

from datetime import timedelta

import pytest
from stories import KAREN, STEADY, Story, fact

from receivables.case import Case
from receivables.fold import fold, open_case
from receivables.money import Cents
from receivables.steps import AskStaff, Close, PostToPractice, SendMessage, Wait


def test_a_case_opens_with_its_posting() -> None:
    story = Story().posted(47_00)
    posted = fact(
        "balance_posted", story.now, "p1", patient_responsibility_cents=47_00, service_date="2026-02-10",
        guarantor={"guarantor_id": "g1", "first_name": "Sarah"},
    )  # fmt: skip
    case = open_case(posted)  # type: ignore[arg-type]
    assert case.outstanding_cents == 47_00
    assert case.handled == ["p1"]
    assert fold(case, posted) is case


def test_a_payment_heard_before_its_balance_counts() -> None:
    story = Story().pays(47_00, in_practice_ledger=True)
    assert story.decides().because == ["The balance itself has not been reported yet."]
    story.posted(47_00)
    assert story.decides().step == Close(reason="paid")


def test_a_payment_is_posted_once_to_the_practice_and_not_when_it_came_from_there() -> None:
    story = Story().posted(60_00).pays(20_00, "stripe.pi_1").pays(10_00, in_practice_ledger=True)
    step = story.decides().step
    assert isinstance(step, PostToPractice)
    assert (step.payment_fact_id, step.amount_cents) == ("stripe.pi_1", 20_00)
    story.hears("payment_posted", payment_fact_id="stripe.pi_1")
    assert story.decides().step.kind != "post_to_practice"


def test_a_posting_heard_before_the_payment_is_not_repeated() -> None:
    story = Story().posted(60_00)
    story.hears("payment_posted", payment_fact_id="pay").hears("posting_handed_over", payment_fact_id="pay", because="x")
    story.hears("posting_handed_over", payment_fact_id="back", because="refused")
    story.pays(20_00, "pay").hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=20_00)
    assert story.case.posted_early == {}
    assert (story.case.payments[0].posting, story.case.reversals[0].posting) == ("posted", "handed_over")


def test_seen_in_the_ledger_is_stronger_than_handed_over() -> None:
    story = Story().posted(60_00).pays(20_00, "pay")
    story.hears("payment_posted", payment_fact_id="pay").hears("posting_handed_over", payment_fact_id="pay", because="x")
    assert story.case.payments[0].posting == "posted"
    story.hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=5_00)
    story.hears("payment_posted", payment_fact_id="back")
    assert story.case.reversals[0].posting == "posted"
    assert story.case.payments[0].reversed_cents == 5_00


def test_a_reversal_is_posted_as_a_negative_amount_after_its_payment() -> None:
    story = Story().posted(60_00).hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=20_00)
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.rule == "reversal_without_payment"
    story.pays(60_00, "pay")
    amounts = []
    for _ in range(2):
        step = story.decides().step
        assert isinstance(step, PostToPractice)
        amounts.append(int(step.amount_cents))
        story.hears("payment_posted", payment_fact_id=step.payment_fact_id)
    assert amounts == [60_00, -20_00]
    assert story.decides().outstanding_cents == 20_00


def test_a_reversal_whose_payment_never_comes_does_not_silence_the_case_for_good() -> None:
    story = Story().posted(60_00).hears("payment_reversed", payment_fact_id="never", amount_cents=20_00)
    story.until(8, "20:00")
    assert len(story.messages) == 1


def test_the_same_payment_under_another_envelope_counts_once() -> None:
    story = Story().posted(60_00).pays(20_00, "pay")
    forgotten = story.case.model_copy(update={"handled": []})
    again = fold(forgotten, fact("payment_recorded", story.now, "pay", amount_cents=20_00, paid_at=story.now))
    assert again.outstanding_cents == 40_00
    story.hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=5_00)
    forgotten = story.case.model_copy(update={"handled": []})
    again = fold(forgotten, fact("payment_reversed", story.now, "back", payment_fact_id="pay", amount_cents=5_00))
    assert again.outstanding_cents == 45_00


def test_a_chargeback_is_never_dunned() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").pays(60_00, "pay").until(1, "9:00")
    story.hears("payment_reversed", payment_fact_id="pay", amount_cents=60_00, why="chargeback").until(60, "12:00")
    assert story.asked == ["chargeback"]
    assert len(story.messages) == 1


def test_a_banks_inquiry_moves_no_money_and_still_silences_the_ladder() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").pays(20_00, "pay").until(1, "9:00")
    story.hears(
        "dispute_raised", about="inquiry", payment_fact_id="pay", disputed_cents=20_00, reason="product_not_received",
        answer_by=(story.now + timedelta(days=9)).isoformat(),
    )  # fmt: skip
    story.until(60, "12:00")
    assert story.asked == ["inquiry"]
    assert story.case.outstanding_cents == 40_00
    assert len(story.messages) == 1
    [words] = [one.step.summary for one in story.done if isinstance(one.step, AskStaff)]
    assert "No money has moved yet." in words
    assert "The bank's question is about $20 (product not received); evidence is due on Thu Mar 12 at 9:00." in words


def test_a_banks_inquiry_about_a_bill_that_is_paid_reaches_a_person_all_the_same() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").pays(60_00, "pay").until(1, "9:00")
    assert story.decides().step == Close(reason="paid")
    story.hears("dispute_raised", about="inquiry", payment_fact_id="pay", disputed_cents=60_00).until(3, "9:00")
    assert story.asked == ["inquiry"]
    assert story.decides().step == Close(reason="paid"), "the task stands by itself"


def test_an_inquiry_that_becomes_a_chargeback_asks_again_because_money_has_moved() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").pays(60_00, "pay").until(1, "9:00")
    story.hears("dispute_raised", about="inquiry", payment_fact_id="pay", disputed_cents=60_00).until(2, "9:00")
    story.hears("task_resolved", task_id="b1.inquiry.1", outcome="keep_paused").until(3, "9:00")
    story.hears("payment_reversed", payment_fact_id="pay", amount_cents=60_00, why="chargeback").until(60, "12:00")
    assert story.asked == ["inquiry", "chargeback"]
    assert len(story.messages) == 1


def test_overpaying_asks_a_person_once_and_closes() -> None:
    story = Story().posted(70_00).pays(70_00, in_practice_ledger=True).pays(20_00, in_practice_ledger=True)
    story.until(1, "12:00")
    assert story.asked == ["credit"]
    assert "The credit is $20." in story.done[0].step.summary  # type: ignore[union-attr]
    assert story.decides().step == Close(reason="paid")
    story.hears("task_resolved", task_id="b1.credit.1", outcome="done").pays(5_00, in_practice_ledger=True)
    story.until(2, "12:00")
    assert story.asked == ["credit", "credit"]
    assert story.done[-1].step.task_id == "b1.credit.2"  # type: ignore[union-attr]


def test_readjudicated_to_zero_an_hour_before_its_text_ends_without_a_word() -> None:
    story = Story().posted(80_00, history=STEADY).until(0, "13:00")
    story.hears("balance_adjusted", patient_responsibility_cents=0)
    assert story.decides().step == Close(reason="insurance_responsible")


def test_the_name_of_an_end_without_payment_follows_its_reason() -> None:
    for reason, end in (
        ("write_off", "written_off"), ("readjudicated", "insurance_responsible"), ("restated", "insurance_responsible"),
        ("corrected", "withdrawn"),
    ):  # fmt: skip
        story = Story().posted(80_00).hears("balance_adjusted", patient_responsibility_cents=0, reason=reason)
        assert story.decides().step == Close(reason=end)  # type: ignore[arg-type]
    assert Story().posted(0).decides().step == Close(reason="insurance_responsible")


def test_paid_in_part_and_the_rest_written_off_is_written_off() -> None:
    story = Story().posted(80_00).pays(50_00, in_practice_ledger=True).until(1, "12:00")
    story.hears("balance_adjusted", patient_responsibility_cents=50_00, reason="write_off")
    assert story.decides().step == Close(reason="written_off")
    story = Story().posted(80_00).hears("balance_adjusted", patient_responsibility_cents=50_00, reason="write_off")
    story.until(1, "12:00").pays(50_00, in_practice_ledger=True)
    assert story.decides().step == Close(reason="paid")


def test_the_latest_adjustment_counts_in_whatever_order_they_are_heard() -> None:
    story = Story().posted(80_00, insured=100_00)
    early = fact("balance_adjusted", story.moment(1, "9:00"), "a1", patient_responsibility_cents=60_00, insurance_paid_cents=120_00)
    late = fact("balance_adjusted", story.moment(2, "9:00"), "a2", patient_responsibility_cents=85_00, claim_status="pending")
    for order in ((early, late), (late, early)):
        case = story.case
        for told in order:
            case = fold(case, told)
        assert (case.outstanding_cents, case.insurance_paid_cents, case.claim_status) == (85_00, 120_00, "pending")


def test_a_later_posting_of_the_same_balance_prices_it_anew_and_an_older_one_does_not() -> None:
    story = Story().posted(80_00)
    older = fact(
        "balance_posted", story.moment(-3, "9:00"), "old", patient_responsibility_cents=10_00, service_date="2026-01-01",
        guarantor={"guarantor_id": "g9", "first_name": "Old"}, visit_kind="old visit",
    )  # fmt: skip
    case = fold(story.case, older)
    assert case.outstanding_cents == 80_00
    assert case.guarantor is not None
    assert (case.guarantor.first_name, case.visit_kind) == ("Sarah", "visit")
    assert case.posted_at == older.at
    story.now = story.moment(1, "9:00")
    story.posted(90_00)
    assert story.case.outstanding_cents == 90_00
    assert story.case.posted_at == story.moment(0, "9:00")


def test_a_raised_balance_is_asked_for_at_its_new_amount() -> None:
    story = Story().posted(60_00, history=KAREN).hears("balance_adjusted", patient_responsibility_cents=85_00)
    decision = story.decides()
    assert isinstance(decision.step, SendMessage)
    assert decision.outstanding_cents == 85_00
    assert "The balance of $85" in decision.because[0]


def test_the_smallest_sums_are_written_off_only_where_the_practice_says_so() -> None:
    story = Story().posted(9_00)
    assert story.decides().step.kind == "wait"
    story.policy = story.policy.model_copy(update={"small_balance_writeoff_max": Cents(9_00)})
    assert story.decides().step == Close(reason="written_off")


def test_only_the_newest_two_hundred_fact_ids_are_remembered() -> None:
    case = Case(practice_id="p7", balance_id="b1")
    story = Story()
    for number in range(250):
        case = fold(case, fact("time_passed", story.now, f"t{number}"))
    assert len(case.handled) == 200
    assert (case.handled[0], case.handled[-1]) == ("t50", "t249")
    assert case.model_copy(update={"handled": []}) == Case(practice_id="p7", balance_id="b1")


def gone(story: Story, reason: str = "readjudicated", share: int = 0) -> Story:
    return story.hears("balance_adjusted", patient_responsibility_cents=share, reason=reason)


def test_whoever_was_written_to_hears_once_that_nothing_is_owed_any_more_inside_the_hours() -> None:
    story = gone(Story().posted(80_00).until(4, "22:30")).until(9, "12:00")
    assert [message for message, *_ in story.messages][1:] == ["nothing_left"]
    sent = story.case.touches[-1]
    assert sent.channel == story.case.touches[0].channel
    assert sent.at.astimezone(story.zone).hour >= 9
    assert story.decides().step == Close(reason="insurance_responsible")


def test_a_share_that_falls_below_what_was_paid_is_told_with_the_credit() -> None:
    story = Story().posted(80_00).until(4, "10:00").pays(50_00).until(5, "10:00")
    gone(story, share=20_00).until(9, "12:00")
    assert [message for message, *_ in story.messages][1:] == ["nothing_left"]
    assert story.asked == ["credit"]


@pytest.mark.parametrize(
    "hears",
    [
        lambda story: gone(story, "write_off"), lambda story: story.pays(80_00),
        lambda story: gone(story.hears("dispute_raised", about="amount")),
        lambda story: gone(story.hears("contact_stopped")),
        lambda story: story.hears("balance_adjusted", patient_responsibility_cents=0, claim_status="pending"),
    ],
)
def test_who_paid_who_contests_and_who_wants_silence_is_not_told_of_nothing(hears) -> None:
    story = Story().posted(80_00).until(4, "10:00")
    before = len(story.messages)
    hears(story).until(20, "12:00")
    assert len(story.messages) == before


def test_old_news_is_not_told() -> None:
    story = gone(Story().posted(80_00).until(4, "10:00"))
    story.now = story.moment(15, "10:00")
    assert story.decides().step == Close(reason="insurance_responsible")
