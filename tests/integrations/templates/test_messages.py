"""What patients read: the shipped messages in every channel and language, and the checker that guards them."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from integrations.templates.checks import check_messages
from integrations.templates.samples import LINK as SAMPLE_LINK
from integrations.templates.samples import samples
from integrations.templates.writer import TemplateWriter
from receivables.case import Case, Offer
from receivables.errors import BadPolicy
from receivables.money import Cents
from receivables.people import Channel, Guarantor
from receivables.ports import Message
from receivables.steps import SendMessage
from receivables.text_parts import parts_of
from runtime.policy_files import PolicyFiles

ROOT = Path(__file__).parents[3] / "practices"
LINK = "https://pay.example.com/p/7hQ2mXbR4tLcZ9sKdW1vNy"
NAMES = ("first_notice", "plan_offer", "follow_up", "second_follow_up", "firm_follow_up")


def offer_of(cents: int, parts: int) -> Offer:
    return Offer(installments=parts, each_cents=Cents(cents).split(parts), offered_at=datetime(2026, 3, 2, tzinfo=UTC))


def written(
    name: str, channel: str = "sms", language: str = "en", cents: int = 47_00, who: str = "Sarah",
    practice: str = "lakeside", root: Path = ROOT, **step: object,
) -> Message:  # fmt: skip
    policies = PolicyFiles(root)
    guarantor = Guarantor.model_validate({"guarantor_id": "g1", "first_name": who, "language": language})
    case = Case(
        practice_id=practice, balance_id="b1", service_date=date(2026, 2, 24), guarantor=guarantor,
        patient_responsibility_cents=Cents(cents),
    )  # fmt: skip
    wish = SendMessage.model_validate({"touch_id": f"b1.{name}.1", "message": name, "channel": channel} | step)
    to = "+13125550142" if channel == "sms" else "sarah@example.org"
    return TemplateWriter(root, policies).write(case, wish, policies.practice(practice), LINK, to)


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_every_shipped_message_may_leave_in_every_channel_and_language() -> None:
    assert check_messages(ROOT) == []


def test_sarah_owes_47_dollars_and_reads_m1() -> None:
    text = written("first_notice", covered_most=True, mention_plan=True).text
    assert in_order(
        text, "Lakeside Family Care: Hi Sarah", "insurance covered most of your visit", "$47", f"Pay here: {LINK} ",
        "Reply PLAN", "Thank you for trusting us with your care", "Reply STOP to opt out",
    )  # fmt: skip


def test_karen_owes_215_dollars_and_reads_m4() -> None:
    text = written("first_notice", cents=215_00, who="Karen", covered_most=True, mention_plan=True).text
    assert in_order(text, "Hi Karen", "insurance covered most", "$215", LINK, "Reply PLAN", "Thank you for trusting us")


def test_tom_owes_320_dollars_and_is_offered_a_plan_as_in_m2() -> None:
    text = written("plan_offer", cents=320_00, who="Tom", offer=offer_of(320_00, 4)).text
    assert in_order(
        text, "Hi Tom", "$320", "4 monthly payments of $80", "Reply YES by Mar 31 to accept", "call us", "another plan"
    )


def test_on_day_7_the_same_offer_comes_by_e_mail_under_another_subject_as_in_m3() -> None:
    first = written("plan_offer", "email", cents=320_00, who="Tom", offer=offer_of(320_00, 4))
    later = written("follow_up", "email", cents=320_00, who="Tom", offer=offer_of(320_00, 4))
    for part in ("$320", "4 monthly payments of $80", "Reply YES by March 31 to accept"):
        assert part in first.text
        assert part in first.html
        assert part in later.text
        assert part in later.html
    assert first.subject != later.subject


def test_when_insurance_did_not_cover_most_nobody_says_so() -> None:
    for channel in ("sms", "email"):
        assert "nsurance" not in written("first_notice", channel, covered_most=False).text
        assert "seguro" not in written("first_notice", channel, "es", covered_most=False).text


def test_installments_that_differ_by_a_cent_are_all_named() -> None:
    text = written("plan_offer", cents=107_67, offer=offer_of(107_67, 4)).text
    assert "4 monthly payments (3 of $26.92, then 1 of $26.91)" in text


def test_maria_reads_spanish_that_costs_no_more_than_english() -> None:
    text = written("first_notice", language="es", who="María", covered_most=True, mention_plan=True).text
    assert in_order(text, "Hola Maria", "su seguro ha pagado la mayor parte", "24 feb", "$47", LINK, "PLAN", "STOP")
    assert parts_of(text).outside == ""
    mail = written("first_notice", "email", "es", who="María", covered_most=True)
    assert "Hola María:" in mail.text
    assert "24 de febrero" in mail.text
    assert '<html lang="es">' in mail.html


def test_a_practice_that_keeps_amounts_out_sends_neither_amount_nor_visit(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "lakeside" / "policy.yaml").write_text("sms_detail_level: neutral\n")
    for name in NAMES:
        for channel in ("sms", "email"):
            message = written(name, channel, root=root, covered_most=True, mention_plan=True, offer=offer_of(47_00, 2))
            for body in (message.text, message.subject):
                assert "$" not in body
                assert "visit" not in body
                assert "nsurance" not in body
            assert LINK in message.text


def test_an_e_mail_says_who_writes_where_the_practice_is_and_how_to_stop() -> None:
    message = written("second_follow_up", "email")
    for body in (message.text, message.html):
        assert "an automated assistant for Lakeside Family Care" in body
        assert "200 Lakeside Drive, Chicago, IL 60601" in body
        assert f"{LINK}/stop-emails" in body
        assert "To talk with a person" in body
    assert message.unsubscribe_url == f"{LINK}/stop-emails"


def test_a_name_cannot_smuggle_markup_into_a_page_or_code_into_a_template() -> None:
    message = written("first_notice", "email", who="<b>{{ 7*7 }}</b>")
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in message.html
    assert "<b>" not in message.html


def test_veterinary_practices_thank_for_the_pet(tmp_path: Path) -> None:
    root = copied(tmp_path)
    practice = root / "lakeside" / "practice.yaml"
    practice.write_text(practice.read_text().replace("kind: medical", "kind: veterinary"))
    assert "trusting us with your pet" in written("first_notice", root=root).text


# --- the checker -----------------------------------------------------------------------------------------------


def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT, tmp_path / "practices")
    return tmp_path / "practices"


def faults_after(root: Path, file: str, old: str, new: str) -> list[str]:
    path = root / "_default" / "messages" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    name = file.partition("/")[0]
    return check_messages(root, ["lakeside"], ["follow_up" if name == "_shared" else name])


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("first_notice/sms.en.txt", "{{ amount }}", "{{ amonut }}", "first_notice/sms.en.txt, line"),
        ("first_notice/sms.en.txt", "{% endif %}", "", "Unexpected end of template"),
        ("first_notice/sms.en.txt", "Thank you", "Thank you for your treatment", "'treatment' may not stand"),
        ("firm_follow_up/email.en.html", "Pay here", "Pay or we sue", "'sue' may not stand"),
        ("firm_follow_up/email.es.txt", "Pague aquí", "Pague su deuda", "'deuda' may not stand"),
        ("follow_up/sms.es.txt", "un amable recordatorio", "un recordatorio cálido", "'á' makes every part half"),
        ("follow_up/sms.en.txt", "Pay here: {{ link }}", "Pay here: {{ link }}.", "touches other signs"),
        ("follow_up/sms.en.txt", "Pay here", "Please pay here " * 12, "parts of a text; shorten"),
        ("follow_up/sms.en.txt", "{{ practice }}: Hi", "Hi", "does not begin with the practice's name"),
        ("_shared/words.en.txt", "Reply STOP to opt out", "Bye", "does not say how to opt out"),
        ("_shared/words.en.txt", "From our automated assistant", "From us", "automated assistant writes"),
        ("_shared/frame.en.html", "{{ postal_address }}", "", "html part lacks the postal address"),
        ("_shared/frame.en.txt", "{{ unsubscribe_url }}", "", "text part lacks the link to stop e-mails"),
        ("_shared/frame.es.html", 'lang="es"', 'lang="en"', "does not name its language"),
        ("plan_offer/sms.en.txt", "Reply YES", "Reply OK", "without the word YES"),
        ("plan_offer/sms.es.txt", "Responda SI", "Responda OK", "without the word SI"),
        ("first_notice/email.en.txt", "Reply PLAN", "Reply PARTS", "lacks the word PLAN"),
        ("second_follow_up/email.en.txt", "{{ link }}", "soon", "lacks the link"),
        ("second_follow_up/email.en.html", "{{ amount }}", "it", "html part lacks the amount"),
        ("plan_offer/email.en.subject", "A payment plan", "A payment plan that suits you and your family well and that you will like", "the subject has"),
    ],
)  # fmt: skip
def test_the_checker_names_the_file_and_the_mend(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    faults = faults_after(copied(tmp_path), file, old, new)
    assert any(said in fault for fault in faults), faults
    assert all("messages/" in fault for fault in faults)


def test_the_checker_finds_a_missing_language_and_a_file_nothing_reads(tmp_path: Path) -> None:
    root = copied(tmp_path)
    folder = root / "_default" / "messages" / "follow_up"
    (folder / "sms.es.txt").rename(folder / "sms.sp.txt")
    faults = "\n".join(check_messages(root, ["lakeside"], ["follow_up"]))
    assert "messages/follow_up/sms.es.txt: there is no such file" in faults
    assert "messages/follow_up/sms.sp.txt: nothing reads this file" in faults


def test_a_practices_own_wording_is_used_before_the_default_one(tmp_path: Path) -> None:
    root = copied(tmp_path)
    own = root / "lakeside" / "messages" / "first_notice"
    own.mkdir(parents=True)
    default = (root / "_default" / "messages" / "first_notice" / "sms.en.txt").read_text()
    (own / "sms.en.txt").write_text(default.replace("Pay here", "You can pay here"))
    assert "You can pay here" in written("first_notice", root=root).text
    assert "You can pay here" not in written("first_notice", root=root, practice="harbor_dental").text


def test_an_unfilled_gap_is_an_error_and_names_no_patient(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "_default" / "messages" / "first_notice" / "sms.en.txt"
    path.write_text(path.read_text().replace("{{ link }}", "{{ lnik }}"))
    with pytest.raises(BadPolicy, match=r"first_notice/sms.en.txt, line \d+: .*lnik") as fault:
        written("first_notice", root=root)
    assert "Sarah" not in str(fault.value)


def test_a_template_cannot_reach_into_the_program(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "_default" / "messages" / "first_notice" / "sms.en.txt"
    path.write_text("{{ practice.__class__.__mro__ }}")
    with pytest.raises(BadPolicy, match=r"SecurityError|unsafe"):
        written("first_notice", root=root)


def test_edited_messages_are_used_after_a_reload_only(tmp_path: Path) -> None:
    root = copied(tmp_path)
    policies = PolicyFiles(root)
    writer = TemplateWriter(root, policies)
    guarantor = Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Sarah"})
    case = Case(practice_id="lakeside", balance_id="b1", guarantor=guarantor, patient_responsibility_cents=Cents(47_00))
    step = SendMessage(touch_id="b1.first_notice.1", message="first_notice", channel=Channel.sms)
    before = writer.write(case, step, policies.practice("lakeside"), LINK, "+13125550142").text
    assert "your balance for your visit is $47." in before
    path = root / "_default" / "messages" / "first_notice" / "sms.en.txt"
    path.write_text(path.read_text().replace("Pay here", "You can pay here"))
    assert writer.write(case, step, policies.practice("lakeside"), LINK, "+13125550142").text == before
    writer.reload()
    assert "You can pay here" in writer.write(case, step, policies.practice("lakeside"), LINK, "+13125550142").text


def test_a_message_names_the_words_it_was_made_from(tmp_path: Path) -> None:
    shutil.copytree(ROOT, tmp_path / "practices")
    root = tmp_path / "practices"
    policies = PolicyFiles(root)
    writer = TemplateWriter(root, policies)

    def version(message: str = "first_notice", channel: Channel = Channel.sms) -> str:
        sample = next(samples("lakeside", message, channel, "en"))
        return writer.write(sample.case, sample.step, policies.practice("lakeside"), SAMPLE_LINK, "pat@example.org").template

    first = version()
    assert first.startswith("first_notice/sms.en ")
    assert version() == first
    assert version("follow_up") != first != version(channel=Channel.email)
    shared = root / "_default" / "messages" / "_shared" / "words.en.txt"
    shared.write_text(shared.read_text().replace("opt out.", "opt out now."))
    assert version() == first, "what was read is kept until it is read anew"
    writer.reload()
    assert version() != first, "a change in what all share is another version"
