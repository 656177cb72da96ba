"""What a template may be made of, and how hard its words are to read."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from integrations.templates.checks import check_messages
from integrations.templates.reading_grade import grade
from integrations.templates.writer import TemplateWriter
from receivables.case import Case
from receivables.money import Cents
from receivables.people import Channel, Guarantor, PaymentHistory
from receivables.steps import SendMessage
from runtime.policy_files import PolicyFiles

ROOT = Path(__file__).parents[3] / "practices"
LINK = "https://pay.example.com/p/7hQ2mXbR4tLcZ9sKdW1vNy"
OPENING = "{{ practice }}: Hi {{ first_name }}, "
CLOSING = " {{ link }} From our automated assistant. Reply STOP to opt out."
ATTACKS = [
    ("{{ ''.__class__ }}", "line 1: a message cannot reach behind a word"),
    ("{{ practice.__init__.__globals__ }}", "line 1: a message cannot reach behind a word"),
    ("{{ practice['__class__'] }}", "line 1: a message cannot reach behind a word"),
    ("\n\n{% for one in dues %}{{ one.amount }}{% endfor %}", "line 3: a loop may not stand in a message"),
    ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "a loop may not stand"),
    ("{{ range(9) }}", "only a macro imported from _shared/ can be called"),
    ("{% include 'first_notice/sms.en.txt' %}", "an include may not stand"),
    ("{% extends 'first_notice/sms.en.txt' %}", "builds on files of _shared/ only"),
    ("{{ practice | safe }}", "a filter may not stand"),
    ("{% set x = 1 %}", "an assignment may not stand"),
    ("{% if amount %}", "Unexpected end of template"),
    ("\n{{ amuont }}", "line 2: there is no word `amuont`; the words are about, amount"),
    ("{% if neutral and not neutral %}{{ never_shown }}{% endif %}", "there is no word `never_shown`"),
    (json.loads('"half \\ud83d of it"'), "line 1: half of a character stands alone"),
    ("a long story " * 400, "parts of a text; shorten it to 3"),
    ("x" * 30_000, "characters; a message has at most 20000"),
    ("{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "nested too deeply"),
]


def judged(text: str, message: str = "follow_up", file: str = "sms.en.txt") -> list[str]:
    return check_messages(ROOT, ["lakeside"], [message], {"lakeside": {f"{message}/{file}": text}})


@pytest.mark.parametrize(("attack", "said"), ATTACKS, ids=[str(number) for number in range(len(ATTACKS))])
def test_a_draft_that_must_not_leave_is_refused_with_its_place_and_mend(attack: str, said: str) -> None:
    began = time.monotonic()
    faults = judged(attack if "extends" in attack else OPENING + attack + CLOSING)
    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith("messages/follow_up/") for fault in faults)
    assert time.monotonic() - began < 20, "nothing of it is run before it is read"


def test_a_file_with_half_a_character_is_named_with_its_line(tmp_path: Path) -> None:
    root = shutil.copytree(ROOT, tmp_path / "practices")
    file = root / "_default" / "messages" / "follow_up" / "sms.en.txt"
    file.write_bytes(b"{# new #}\n" + b"\xed\xa0\xbd" + file.read_bytes())
    (fault,) = check_messages(root, ["lakeside"], ["follow_up"])
    assert fault.startswith("messages/follow_up/sms.en.txt, line 2: half of a character stands alone")


def test_a_row_that_shortens_texts_is_what_wordings_are_judged_by(tmp_path: Path) -> None:
    root = shutil.copytree(ROOT, tmp_path / "practices")
    row = root / "_rules" / "carrier_limits.yaml"
    row.write_text(row.read_text().replace("most_parts: 3", "most_parts: 1"))
    assert check_messages(ROOT, ["lakeside"], ["follow_up"]) == []
    faults = check_messages(root, ["lakeside"], ["follow_up"])
    assert any("parts of a text; shorten it to 1." in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("We guarantee that", "a promise"), ("your surgery", "clinical"), ("we go to court", "a threat")],
)
def test_the_checker_says_what_is_wrong_with_a_word(words: str, wrong: str) -> None:
    assert any(f"({wrong}); say it another way" in fault for fault in judged(OPENING + words + CLOSING))


def test_a_file_that_no_message_has_is_refused() -> None:
    assert any("nothing reads this file" in fault for fault in judged("{% macro x() %}{% endmacro %}", "_shared", "words.en.txt"))


# --- how hard it is to read --------------------------------------------------------------------------------------


def test_plain_words_read_at_a_low_grade_and_an_offices_words_do_not() -> None:
    plain = "Your balance is $47. You can pay it here. Reply PLAN to pay in parts."
    heavy = (
        "Pursuant to the aforementioned correspondence regarding outstanding patient responsibility, remittance of "
        "the applicable consideration is respectfully requested at your earliest convenience."
    )
    assert grade(plain, "en") < 3
    assert grade(heavy, "en") > 12
    sencillo = "Su saldo es de $47. Puede pagar en este enlace. Gracias."
    pesado = (
        "De conformidad con la correspondencia anteriormente mencionada relativa a las responsabilidades pendientes "
        "del paciente, solicitamos respetuosamente la correspondiente remuneración a la mayor brevedad posible."
    )
    assert grade(sencillo, "es") < 4
    assert grade(pesado, "es") > 6


def test_the_english_grade_is_flesch_kincaids_own_figure() -> None:
    """Counted by hand: 8 words and 9 syllables in one sentence give 0.39 * 8 + 11.8 * 9 / 8 - 15.59."""
    assert grade("The cat sat on the mat by Susan.", "en") == pytest.approx(0.39 * 8 + 11.8 * 9 / 8 - 15.59)


def test_the_spanish_grade_is_crawfords_own_figure() -> None:
    """Counted by hand: five words and nine syllables in one sentence, per hundred words 20 and 180."""
    assert grade("Mi casa tiene dos ventanas.", "es") == pytest.approx(-0.205 * 20 + 0.049 * 180 - 3.407)


def test_names_addresses_and_amounts_are_not_held_against_a_text() -> None:
    alone = grade("Hi Ann, your bill is ten.", "en")
    named = grade("Hi Maximiliana Konstantinopoulos, your bill is $1,234.56.", "en", ["Maximiliana Konstantinopoulos"])
    assert named == pytest.approx(alone)
    assert grade("", "en") == 0


def test_a_message_above_grade_six_is_refused_which_no_shipped_one_is() -> None:
    """That no shipped one is so, `test_messages` asks of all of them at once."""
    hard = (
        "regarding the outstanding patient responsibility arising from your visit, kindly remit consideration via "
        "the aforementioned secure facility at your convenience: "
    )
    faults = judged(OPENING + hard + CLOSING)
    assert any("it reads at grade" in fault and "shorter words" in fault for fault in faults)


def test_each_segment_reads_words_of_its_own() -> None:
    def first(cents: int, days: list[int], language: str = "en", channel: str = "sms") -> str:
        root = ROOT
        policies = PolicyFiles(root)
        guarantor = Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Kim", "language": language})
        case = Case(
            practice_id="lakeside", balance_id="b1", guarantor=guarantor, history=PaymentHistory(days_to_pay=days),
            patient_responsibility_cents=Cents(cents),
        )  # fmt: skip
        step = SendMessage(touch_id="b1.first_notice.1", message="first_notice", channel=Channel(channel))
        return TemplateWriter(root, policies).write(case, step, policies.practice("lakeside"), LINK, "kim@example.org").text

    four = {first(cents, days).replace("$47", "$").replace("$247", "$") for cents in (47_00, 247_00) for days in ([20], [])}
    assert len(four) == 4
    assert "no login" in first(47_00, [])
    assert "no login" not in first(47_00, [20])
    assert "a part" in first(247_00, [20], channel="email")
    assert "sin clave" in first(47_00, [], "es")
