"""What a person does with a message: pure decisions from chances, so that the same seed gives the same life."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from simulator.patients import traits
from simulator.patients.people import Person
from simulator.patients.traits import CLIMATES, TRAITS

LINK = re.compile(r"https?://[^\s\"'<>)]+")
REFUSED = re.compile(r"did not let us charge|has not reached us", re.IGNORECASE)
"""What a message about a payment that did not come says."""
RUNS_OUT = re.compile(r"runs out before", re.IGNORECASE)
"""What a message about a card near its end says."""
WORDS = {
    "already_paid": ("I already paid this", "Already paid this at the front desk", "I paid this, please check"),
    "insurance": ("My insurance should have covered it", "Did you bill my insurance?"),
    "question": ("What is this charge for?", "Why do I owe this much?", "What is this bill about?"),
    "amount": ("This amount is wrong", "I never had this done, this is not my charge"),
    "assistance": ("I lost my job, is there financial assistance?", "Do you have a hardship program?"),
    "yes": ("YES",), "plan": ("PLAN",), "stop": ("STOP", "stop", "Stop texting me"),
    "rest_later": ("I paid some today, can I pay the rest next month?", "Can I pay the rest next month?"),
    "ask": ("Who is this?", "Can I pay by check?", "Is this from my visit last month?"),
}  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """One thing a person will do, some minutes after a message arrived. `share` is the part of the debt paid."""

    kind: Literal["reply", "look", "pay", "plan", "card", "stop_card"]
    minutes: float
    text: str = ""
    link: str = ""
    share: float = 1.0
    again: bool = False
    """Another card in place of the one that was given."""
    as_asked: bool = False
    """What the page asks for next, where it asks for one payment of a plan; else the share."""


@dataclass(frozen=True)
class Situation:
    """What matters about a person when a message arrives. `earlier` counts messages on the same channel before it."""

    owed_cents: int
    earlier: int
    texts_in_two_weeks: int
    plan_taken: bool
    """Whether this person has accepted a plan and now expects to pay in parts."""
    card_given: bool
    """Whether the card on file is charged on each day, so that nothing need be done."""
    spoken: bool
    """Whether a grievance, a request for help or a plan has been voiced already."""


def pay_link(text: str) -> str | None:
    """The pay link in a message: the one to the patient's page, else the first; None when there is none."""
    links = [link.rstrip(".,;!?") for link in LINK.findall(text)]
    return next((link for link in links if "/p/" in link), None) or next(iter(links), None)


def on_text(person: Person, body: str, situation: Situation, dice: Random) -> list[Deed]:
    """What the person does with a text that reached the handset."""
    minutes = 2 + (traits.SEEN_WITHIN_MINUTES - 2) * dice.random() ** 2
    if dice.random() > traits.SEEN:
        return []
    if (word := _leaving(person, situation, dice)) is not None:
        return [Deed("reply", minutes, word)]
    if situation.owed_cents <= 0:
        return []
    if (said := _speaking_up(person, body, situation, dice)) is not None:
        return [Deed("reply", minutes + 3, said)]
    link = pay_link(body)
    if situation.plan_taken and link is not None:
        return _on_a_plan(situation, body, link, minutes, dice)
    trait, climate = TRAITS[person.kind], CLIMATES[person.climate]
    clicks = dice.random() < trait.click * climate.click * 0.5**situation.earlier
    on_page = trait.pay_after_click
    return _on_the_page(person, situation, link, minutes + 1, on_page, dice) if link is not None and clicks else []


def on_email(person: Person, body: str, situation: Situation, dice: Random) -> list[Deed]:
    """What the person does with an e-mail in the inbox: opened within a day or two, if at all."""
    trait, climate = TRAITS[person.kind], CLIMATES[person.climate]
    opened = dice.random() < trait.opens_email * climate.click
    minutes = 20 + 2_400 * dice.random() ** 2
    link = pay_link(body)
    if not opened or link is None or situation.owed_cents <= 0:
        return []
    if (said := _speaking_up(person, "", situation, dice)) is not None and not situation.spoken:
        return [Deed("reply", minutes, said)]
    return _on_the_page(person, situation, link, minutes, traits.PAYS_AFTER_OPENING_EMAIL, dice)


def _leaving(person: Person, situation: Situation, dice: Random) -> str | None:
    crowded = situation.texts_in_two_weeks > traits.CROWDED_ABOVE
    chance = traits.OPTS_OUT_WHEN_CROWDED if crowded else traits.OPTS_OUT
    if person.kind == "refuser":
        chance = 0.35
    return dice.choice(WORDS["stop"]) if dice.random() < chance else None


def _speaking_up(person: Person, body: str, situation: Situation, dice: Random) -> str | None:
    """A grievance, a wish for help, a question, a plan: once in a life; the chances are drawn in a fixed order."""
    voiced, asked, planned = dice.random(), dice.random(), dice.random()
    takes = traits.plan_acceptance(situation.owed_cents) * TRAITS[person.kind].takes_plan
    topics = (
        (person.grievance, voiced < traits.VOICES_GRIEVANCE),
        ("assistance" if person.wants_assistance else None, voiced < traits.VOICES_GRIEVANCE),
        ("ask", asked < traits.ASKS_SOMETHING),
        ("yes", "Reply YES" in body and planned < takes),
        ("plan", "Reply PLAN" in body and planned < takes / 2),
    )
    topic = next((topic for topic, speaks in topics if topic is not None and speaks), None)
    return None if situation.spoken or topic is None else dice.choice(WORDS[topic])


def _on_a_plan(situation: Situation, body: str, link: str, minutes: float, dice: Random) -> list[Deed]:
    """A card is given once; after that only a refused card asks for anything. Others pay a part with each link."""
    keeps, gives = dice.random() < traits.KEEPS_INSTALLMENT, dice.random() < traits.GIVES_CARD
    if (not situation.card_given and gives) or (situation.card_given and RUNS_OUT.search(body)):
        return [Deed("card", minutes, link=link, again=situation.card_given)]
    if situation.card_given and not REFUSED.search(body):
        return []
    return [Deed("pay", minutes, link=link, share=traits.PLAN_PART, as_asked=True)] if keeps else []


def _on_the_page(
    person: Person, situation: Situation, link: str, minutes: float, chance: float, dice: Random
) -> list[Deed]:
    pays = dice.random() < min(1.0, chance * traits.size_factor(situation.owed_cents))
    partly = dice.random() < TRAITS[person.kind].pays_in_parts and situation.owed_cents >= 6_000
    takes = traits.plan_acceptance(situation.owed_cents) * TRAITS[person.kind].takes_plan
    if not pays:
        return [Deed("plan" if dice.random() < takes else "look", minutes, link=link)]
    if not partly:
        return [Deed("pay", minutes, link=link)]
    deeds = [Deed("pay", minutes, link=link, share=dice.uniform(0.25, 0.6))]
    if dice.random() < 0.3:
        deeds.append(Deed("reply", minutes + 4, dice.choice(WORDS["rest_later"])))
    return deeds


def asleep_until(moment: datetime) -> datetime:
    """People act between 7:00 and 23:00 local time; what falls in the night waits for the morning."""
    if moment.hour >= 23:
        return (moment + timedelta(days=1)).replace(hour=7, minute=moment.minute)
    return moment.replace(hour=7) if moment.hour < 7 else moment
