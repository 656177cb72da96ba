"""What it costs to write a message: the real writer beside a bare template engine that is handed its words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jinja2 import Environment, FileSystemLoader

from integrations.templates.wording import words
from integrations.templates.writer import TemplateWriter
from receivables.case import Case
from receivables.people import ELECTRONIC, Channel
from receivables.steps import SendMessage
from runtime.policy_files import PolicyFiles
from starter.bench.figures import Figure, beside
from starter.bench.people import PRACTICE
from starter.bench.real_practice import PRACTICES
from starter.bench.scale import Scale

LINK = "https://pay.example.com/p/7hQ2mXbR4tLcZ9sKdW1vNy"
STEPS = [
    SendMessage(touch_id="bench", message="first_notice", channel=channel, mention_plan=True) for channel in ELECTRONIC
]
FLOOR = "the same files filled by a bare Jinja environment with words made once: no amounts, dates, names or proof"


def written_words(writer: TemplateWriter, policies: PolicyFiles, cases: Sequence[Case], scale: Scale) -> Figure:
    """Texts and e-mails in equal parts, written and merely filled in alternation."""
    practice = policies.practice(PRACTICE)

    def write(number: int) -> None:
        writer.write(cases[number % len(cases)], STEPS[number % 2], practice, LINK, "pat@example.com")

    fill = _bare(policies, cases[0])
    rounds = [(_rate(write, scale.rendered), _rate(fill, scale.rendered)) for _ in range(scale.rounds)]
    return beside(
        "contact: messages written", "1/s", *zip(*rounds, strict=True), floor_is=FLOOR, target=0.25, at_most=False,
        note=f"{scale.rendered} a round, half of them e-mails with text and HTML",
    )


def _bare(policies: PolicyFiles, case: Case) -> Callable[[int], None]:
    """Fills the files of each step's message; nothing is escaped, looked up or checked."""
    engine = Environment(loader=FileSystemLoader(PRACTICES / "_default" / "messages"))  # noqa: S701 - the floor
    practice, policy = policies.practice(PRACTICE), policies.policy(PRACTICE)
    made = []
    for step in STEPS:
        named = words(case, step, practice, policy, link=LINK, unsubscribe_url=LINK) | {"notes": ""}
        folder = f"{step.message}/{step.channel.value}.en"
        parts = ("txt",) if step.channel is Channel.sms else ("subject", "txt", "html")
        made.append(([engine.get_template(f"{folder}.{part}") for part in parts], named))

    def fill(number: int) -> None:
        templates, named = made[number % len(made)]
        for template in templates:
            template.render(named)

    return fill


def _rate(do: Callable[[int], None], count: int) -> float:
    began = time.perf_counter()
    for number in range(count):
        do(number)
    return count / (time.perf_counter() - began)
