"""Reviewed words that are a stop by themselves, whatever a reader makes of them; more words than these are read as one."""

from pathlib import Path

import pytest

from receivables.ports import ReadReplyAnswer
from receivables.reading.certain import is_certain_stop, with_certain_stop
from runtime.rule_files import read_rules

BOOK = read_rules(Path(__file__).resolve().parents[2] / "practices")
WORDS = BOOK.stop_words(BOOK.opt_out_words[0].reviewed_on)
ASIDE = ReadReplyAnswer(intent="unclear", intents=["unclear"], action="answer_question", abstain=True)


@pytest.mark.parametrize(
    "text", ["STOP", "No mas", "no más", "¡NO MÁS!", "Please leave me alone.", "Déjenme en paz", "opt out", "cancelar"]
)
def test_they_stop_even_when_the_reader_heard_something_else(text: str) -> None:
    answer = with_certain_stop(ASIDE, text, WORDS)
    assert (answer.intent, answer.intents, answer.action) == ("opt_out", ["opt_out", "unclear"], "opt_out")
    assert not answer.abstain


@pytest.mark.parametrize("text", ["", "stop by tomorrow", "I want to cancel my visit", "no mas dinero hasta el viernes", "end"[:2]])
def test_words_about_something_else_are_left_to_the_reader(text: str) -> None:
    assert with_certain_stop(ASIDE, text, WORDS) is ASIDE


def test_what_was_read_as_a_stop_stays_as_it_was_read() -> None:
    read = ReadReplyAnswer(intent="opt_out", intents=["opt_out"], action="opt_out", confidence=0.8)
    assert with_certain_stop(read, "stop", WORDS) is read
    assert not is_certain_stop("stop", frozenset())
