"""The people of the world at work: they hear messages, act on them later, pay alone, and answer calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from simulator.clock import Clock
from simulator.moments import write_moment
from simulator.patients.behavior import Deed, Situation, asleep_until, on_email, on_text, pay_link
from simulator.patients.browser import Browser
from simulator.patients.people import Debt, Person
from simulator.patients.traits import CROWDED_DAYS, GIVES_CARD, HANDSET_OFF, PLAN_PART, STOPS_CARD, STOPS_WITHIN_DAYS
from simulator.practice.system import PracticeSystem
from simulator.sendgrid.inbound import Letter, reply_by_email
from simulator.sendgrid.mails import Mail, Mails
from simulator.twilio.outcomes import HANDSET_OFF as OFF
from simulator.twilio.outcomes import LANDLINE, UNKNOWN_NUMBER
from simulator.twilio.texts import Text, Texts

PLAN_WORDS = ("YES", "PLAN")


class Crowd:
    """Everyone with a personality, by phone and by address; people addressed by hand need none."""

    def __init__(
        self, clock: Clock, texts: Texts, mails: Mails, practice: PracticeSystem, browser: Browser, seed: int
    ) -> None:
        self.people: dict[str, Person] = {}
        self.calls: list[dict[str, Any]] = []
        self.deeds: list[dict[str, Any]] = []
        self.zone = ZoneInfo("America/Chicago")
        self._heard: dict[str, list[tuple[datetime, str]]] = {}
        self.planned: set[str] = set()
        """Guarantors who have accepted a plan."""
        self._carded: set[str] = set()
        """Those whose card is charged for their plan."""
        self._stopped: set[str] = set()
        """Those who stopped that, and pay by themselves."""
        self._spoken: set[str] = set()
        self._links: dict[str, str] = {}
        self._clock = clock
        self._texts = texts
        self._mails = mails
        self._practice = practice
        self._browser = browser
        self._seed = seed
        texts.heard, mails.heard = self._hear_text, self._hear_mail
        texts.numbers.by_person, mails.outcome_of = self._line_outcome, self._inbox_outcome

    def join(self, person: Person) -> None:
        """A new person; their phone and address reach them from now on."""
        self.people[person.phone] = self.people[person.email] = person

    def find(self, who: str) -> Person:
        """The person with this phone number or address, or LookupError."""
        person = self.people.get(who) or self.people.get(who.lower())
        if person is None:
            raise LookupError("there is no simulated person with this phone number or address")
        return person

    def owed_cents(self, person: Person) -> int:
        """What the person owes in the practice's books now, over all balances."""
        return sum(max(0, cents) for cents in self._open_amounts(person))

    def _open_amounts(self, person: Person) -> list[int]:
        books = self._practice.ledger.balances
        return [books[debt.balance_id].outstanding_cents for debt in person.debts if debt.balance_id in books]

    def last_link(self, who: str) -> str | None:
        """The pay link in the latest message to this phone number or address."""
        return self._links.get(who.lower())

    def write(self, who: str, text: str, to: str | None = None, letter: Letter | None = None) -> str:
        """Somebody writes by text or e-mail, to a number of their choice or back; gives the vendor's id of it."""
        if "@" in who:
            return reply_by_email(self._mails, self._clock, who.lower(), letter or Letter(text))
        return self._texts.arrive(who, text, to).sid

    def pays_alone(self, person: Person, place: int, posted_at: datetime) -> None:
        """Plans the day on which the person pays one balance unasked, if nothing else happens before."""
        debt = person.debts[place]
        if debt.alone_after_days is None:
            return
        due = asleep_until((posted_at + timedelta(days=debt.alone_after_days)).astimezone(self.zone))
        self._clock.agenda.at(due, "a patient pays alone", partial(self._pay_alone, person, debt))

    async def _pay_alone(self, person: Person, debt: Debt) -> None:
        left = self._practice.ledger.balances[debt.balance_id].outstanding_cents
        if left > 0:
            self._practice.take_payment(debt.balance_id, left, debt.alone_where)
            self._note(person, "paid_alone", left)

    def later(self, person: Person, minutes: float, label: str, act: Callable[[], Awaitable[None]]) -> None:
        """Plans an act of a person, in waking hours."""
        due = asleep_until((self._clock.now + timedelta(minutes=round(minutes))).astimezone(self.zone))
        self._clock.agenda.at(due, label, act)

    async def pay(self, person: Person, link: str, share: float, *, as_asked: bool = False) -> None:
        """Pays everything the page asks for, or a share of the smallest open balance in whole dollars."""
        amounts = [cents for cents in self._open_amounts(person) if cents > 0]
        if not amounts:
            await self._browser.look(link)
            return
        cents = None if share >= 1 else max(500, int(min(amounts) * share) // 500 * 500)
        visit = await self._browser.pay(link, cents, as_asked=as_asked)
        self._clock.touched = True
        self._note(person, f"page_{visit.outcome}", cents or sum(amounts))

    def dice(self, person: Person, occasion: str) -> Random:
        """The chances of one occasion, the same in every run of the same seed."""
        return Random(f"{self._seed} {person.guarantor_id} {occasion}")

    def _hear_text(self, text: Text) -> None:
        self._hear(text.to, text.body, "sms")

    def _hear_mail(self, mail: Mail) -> None:
        self._hear(mail.to, mail.text or mail.html, "email")

    def _hear(self, who: str, body: str, channel: str) -> None:
        if link := pay_link(body):
            self._links[who] = link
        person = self.people.get(who)
        if person is None:
            return
        earlier = self._heard.setdefault(who, [])
        dice = self.dice(person, f"{channel} {len(earlier)}")
        decide = on_text if channel == "sms" else on_email
        deeds = decide(person, body, self._situation(person, who, earlier), dice)
        earlier.append((self._clock.now, body))
        for deed in deeds:
            self._plan(person, who, deed)

    def _situation(self, person: Person, who: str, earlier: list[tuple[datetime, str]]) -> Situation:
        since = self._clock.now - timedelta(days=CROWDED_DAYS)
        recent = sum(1 for at, _ in earlier if at >= since) + 1
        planned, carded, spoken = (person.guarantor_id in said for said in (self.planned, self._carded, self._spoken))
        return Situation(self.owed_cents(person), len(earlier), recent, planned, carded, spoken)

    def _plan(self, person: Person, who: str, deed: Deed) -> None:
        self.later(person, deed.minutes, f"a patient's {deed.kind}", partial(self._do, person, who, deed))

    async def _do(self, person: Person, who: str, deed: Deed) -> None:
        if deed.kind == "reply":
            self._spoken.add(person.guarantor_id)
            if deed.text in PLAN_WORDS:
                self.planned.add(person.guarantor_id)
            self._note(person, "reply", 0)
            self.write(who, deed.text)
        elif deed.kind == "look":
            await self._browser.look(deed.link)
            self._clock.touched = True
        elif deed.kind == "plan":
            await self._take_plan(person, who, deed.link)
        elif deed.kind == "card":
            if person.guarantor_id in self._stopped:
                await self.pay(person, deed.link, PLAN_PART, as_asked=True)
            elif deed.again or person.guarantor_id not in self._carded:
                await self._give_card(person, who, deed.link)
        elif deed.kind == "stop_card":
            await self._stop_card(person, deed.link)
        else:
            await self.pay(person, deed.link, deed.share, as_asked=deed.as_asked)

    async def _take_plan(self, person: Person, who: str, link: str) -> None:
        """Chooses the first plan on the page; some give their card a few minutes later, others pay with each link."""
        visit = await self._browser.agree(link)
        self._clock.touched = True
        self._note(person, f"plan_{visit.outcome}", 0)
        if visit.outcome != "agreed":
            return
        self.planned.add(person.guarantor_id)
        if self.dice(person, "card after plan").random() < GIVES_CARD:
            self._plan(person, who, Deed("card", 3, link=link))

    async def _give_card(self, person: Person, who: str, link: str) -> None:
        visit = await self._browser.give_card(link)
        self._clock.touched = True
        self._note(person, f"card_{visit.outcome}", 0)
        if visit.outcome != "kept":
            return
        self._carded.add(person.guarantor_id)
        dice = self.dice(person, "stops the card")
        if dice.random() < STOPS_CARD:
            self._plan(person, who, Deed("stop_card", dice.uniform(1, STOPS_WITHIN_DAYS) * 1440, link=link))

    async def _stop_card(self, person: Person, link: str) -> None:
        visit = await self._browser.stop_card(link)
        self._clock.touched = True
        self._note(person, f"autopay_{visit.outcome}", 0)
        if visit.outcome == "stopped":
            self._carded.discard(person.guarantor_id)
            self._stopped.add(person.guarantor_id)

    def _line_outcome(self, number: str, sid: str) -> int | None:
        person = self.people.get(number)
        if person is None:
            return None
        if person.bad_line is not None:
            return LANDLINE if person.bad_line == "landline" else UNKNOWN_NUMBER
        off = sid and self.dice(person, f"line {len(self._heard.get(number, []))}").random() < HANDSET_OFF
        return OFF if off else None

    def _inbox_outcome(self, address: str) -> str:
        person = self.people.get(address)
        return "bounce" if person is not None and person.bad_address else "delivered"

    def _note(self, person: Person, deed: str, cents: int) -> None:
        self.deeds.append({
            "at": write_moment(self._clock.now), "guarantor_id": person.guarantor_id, "deed": deed,
            "amount_cents": cents,
        })  # fmt: skip
