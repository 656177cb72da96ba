"""Families, cards, pictures, languages and wishes in a reply, and the lists that must agree."""


from conversations import later, texted, wrote

from receivables.conversation import ANSWER_OF, ANSWERS, STOP_CONFIRMED
from receivables.folding.replies import ANSWERED, FOR_PEOPLE, HOLD_OF_INTENT
from receivables.rules.answers import SAID
from receivables.steps import SendMessage


def test_nothing_is_owed_any_more_is_good_news_in_answer_to_a_payment_question() -> None:
    story = texted().pays(145_00, in_practice_ledger=True)
    wrote(story, "already_paid", action="stop_dunning_and_human_review").until(0, "15:01")
    assert [one for one, _, _ in story.answers] == ["answer_nothing_owed"]
    assert story.asked == []


def test_words_about_another_balance_of_the_family_are_answered_there_and_silence_this_one_too() -> None:
    story = texted()
    story.hears("reply_received", "r1", channel="sms", about_balance_id="b2")
    read = {"reply_fact_id": "r1", "channel": "sms", "intent": "accept_plan", "action": "confirm_plan"}
    story.hears("reply_understood", **read, intents=["accept_plan", "already_paid", "talk_to_human"])
    assert story.case.hold("already_paid")
    assert not story.case.hold("plan_to_set_up", "reply_needs_person")
    assert story.until(3, "12:00").answers == []


def test_a_card_number_is_answered_with_how_to_pay_safely_even_when_the_rest_is_not_understood() -> None:
    story = wrote(texted(), "unclear", abstain=True, held_a_number=True).until(0, "15:01")
    assert [one for one, _, _ in story.answers] == ["answer_number_removed"]
    assert story.asked == ["reply"]


def test_a_card_number_beside_a_question_is_a_remark_in_its_answer() -> None:
    story = wrote(texted(), "pay_now", action="send_link", held_a_number=True)
    later(story, seconds=20)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert (step.message, step.held_a_number, step.files_refused) == ("answer_pay_link", True, False)


def test_pictures_are_refused_politely() -> None:
    story = texted()
    story.hears("reply_received", "r1", channel="email", files=2)
    head = {"reply_fact_id": "r1", "channel": "email", "intent": "unclear", "action": "answer_question"}
    story.hears("reply_understood", **head, abstain=True).until(0, "15:01")
    assert [one for one, _, _ in story.answers] == ["answer_files"]
    assert story.asked == ["reply"]


def test_the_answer_speaks_the_language_that_was_written_last() -> None:
    story = wrote(texted(), "verify_identity", language="es")
    wrote(later(story, seconds=5), "help", language="")
    later(story, seconds=20)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert step.language == "es"


def test_a_wish_that_was_clear_is_granted_and_said_in_the_language_now_on_file() -> None:
    story = wrote(texted(), "language_preference", action="update_contact", language="en", wants_language="es")
    later(story, seconds=20)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert (step.message, step.language) == ("answer_language", "")
    other = wrote(texted(), "contact_preference", action="update_contact", wants_channel="email").until(0, "15:01")
    assert [one for one, _, _ in other.answers] == ["answer_channel"]


def test_a_wish_that_was_not_clear_is_a_persons_and_the_patient_hears_so() -> None:
    story = wrote(texted(), "contact_preference", action="update_contact").until(1, "12:00")
    assert [one for one, _, _ in story.answers] == ["answer_contact"]
    assert story.asked == ["reply"]


def test_talk_of_a_plan_is_not_answered_here_unless_something_weightier_was_said() -> None:
    assert wrote(texted(), "request_plan", "verify_identity", action="offer_or_create_plan").until(0, "15:01").answers == []
    story = wrote(texted(), "accept_plan", "insurance_issue", action="stop_dunning_and_human_review").until(0, "15:01")
    assert [one for one, _, _ in story.answers] == ["answer_insurance"]


def test_lists_of_intents_agree() -> None:
    assert set(SAID) == ANSWERS - {STOP_CONFIRMED}
    silent_or_held = {*HOLD_OF_INTENT, *FOR_PEOPLE, "language_preference", "contact_preference"}
    assert set(ANSWER_OF) - set(ANSWERED) - silent_or_held == set()
