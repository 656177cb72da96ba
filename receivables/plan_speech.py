"""What patients say about plans in words that leave no doubt: change one in force, or name plain terms for one."""

from __future__ import annotations

import re
from datetime import date, timedelta

from receivables.case import Case
from receivables.fold_replies import WEIGHTIER
from receivables.money import Cents
from receivables.plan_calendar import months_later
from receivables.plan_terms import Frequency, PlanWish, Slots
from receivables.ports import ReadReplyAnswer
from receivables.reading.normal import spoken, words_of

WISHES: dict[PlanWish, tuple[str, ...]] = {
    "cancel": (
        r"\b(cancel|stop|end|quit|drop) (my|the|this|our) (payment )?plan\b", r"\bplan cancel",
        r"\b(cancelar?|cancelen|terminar?|parar?) (mi|el|este) plan\b",
    ),
    "stop_autopay": (
        r"\b(stop|cancel|end|turn off|no more|revoke) (my |the |all )?(auto ?pay\w*|automatic (payment|charge)s?)\b",
        r"\b(do not|dont) charge my card\b", r"\bpagos? automaticos?\b.*\b(no|parar?|cancelar?|detener)\b",
        r"\b(parar?|cancelar?|detener) (los |mis )?pagos? automaticos?\b",
    ),
    "change_card": (r"\b(new|different|another|change|update|replace) (my |the )?card\b", r"\b(otra|nueva) tarjeta\b"),
    "pay_off": (r"\bpay (it |the (rest|plan|whole thing) )?(all )?off\b", r"\bpay(ing)? early\b"),
    "skip": (r"^(please )?skip\b", r"\bskip (this|the|my|next|one|a)\b", r"^saltar\b", r"\bsaltar (este|el|un)\b"),
    "smaller": (r"^(please )?smaller\b", r"\bsmaller (payment|amount|one)", r"^menos$", r"\bpago mas (bajo|pequeno)\b"),
    "move": (
        r"^(please )?(move|postpone|delay)\b", r"\b(move|push|postpone|delay) (it|this|the|my|next)\b",
        r"^mover\b", r"\b(mover|aplazar) (el|mi|este)\b",
    ),
}  # fmt: skip
"""The first that fits counts: stopping goes before anything milder."""
PART_NOW = re.compile(r"\b(half|part|some|\d+) (of it )?(now|today)\b|\b(mitad|parte) (ahora|hoy)\b")
HALF = re.compile(r"\b(half|mitad)\b")
NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
}  # fmt: skip
EACH = re.compile(r"(?<!\d )\b(\d{1,5})( dollars| dolares)? (a|per|each|every|al|por|cada) (week|month|mes|semana)\b")
COUNT = re.compile(r"\b(\d{1,2}|" + "|".join(NUMBERS) + r") (monthly )?(months|payments|meses|pagos)\b")
REST = re.compile(r"\b(rest|remaind\w+|balance|resto)\b")
NEXT_MONTH = re.compile(r"\bnext month\b|\b(mes que viene|proximo mes)\b")
ON_THE = re.compile(r"\b(?:on )?the (\d{1,2})(?:st|nd|rd|th)\b|\bel (?:dia )?(\d{1,2})\b")
RHYTHMS: dict[str, Frequency] = {"week": "weekly", "semana": "weekly", "month": "monthly", "mes": "monthly"}


def with_plan_speech(answer: ReadReplyAnswer, text: str, case: Case, today: date) -> ReadReplyAnswer:
    """What a reader found, with what it left open about plans; weightier words in the same reply are never touched."""
    found = {answer.intent, *answer.intents}
    if found & (WEIGHTIER - {"talk_to_human"}):
        return answer
    words = words_of(spoken(text))
    wish = answer.plan_wish or wish_in(words)
    if case.running_plan is not None and wish not in {"", "part_now"}:
        return _read_as(answer, "manage_plan", "human_callback", wish, slots=_moved_to(answer.slots, words, today))
    part: PlanWish = "part_now" if PART_NOW.search(words) else ""
    if "propose_terms" in found:
        return answer.model_copy(update={"plan_wish": part})
    slots = terms_in(words, today, case.outstanding_cents)
    if found <= {"unclear"} and not (slots.empty and not part):
        return _read_as(answer, "propose_terms", "offer_or_create_plan", part, slots=slots)
    return answer


def wish_in(words: str) -> PlanWish:
    """The change of a plan that plain words ask for."""
    return next((wish for wish, patterns in WISHES.items() if any(re.search(one, words) for one in patterns)), "")


def terms_in(words: str, today: date, owed: Cents) -> Slots:
    """Terms in plain words; empty when there are none."""
    each, count, day = EACH.search(words), COUNT.search(words), _day_in(words, today)
    if each is None and count is None and not (day is not None and (REST.search(words) or HALF.search(words))):
        return Slots()
    amount = Cents(int(each[1]) * 100) if each else None
    if amount is None and HALF.search(words) and owed > 0:
        amount = owed.split(2)[0]
    number = count[1] if count else ""
    return Slots(
        amount_cents=amount, installments=int(NUMBERS.get(number, number or 0)) or None,
        frequency=RHYTHMS[each[4]] if each else None, date=day,
    )  # fmt: skip


def _day_in(words: str, today: date) -> date | None:
    named = ON_THE.search(words)
    if named:
        number = int(named[1] or named[2])
        days = (today + timedelta(days=ahead) for ahead in range(1, 62))
        return next((day for day in days if day.day == number), None)
    return months_later(today, 1) if NEXT_MONTH.search(words) else None


def _moved_to(slots: Slots, words: str, today: date) -> Slots:
    return slots if slots.date is not None else Slots(date=_day_in(words, today))


def _read_as(answer: ReadReplyAnswer, intent: str, action: str, wish: PlanWish, *, slots: Slots) -> ReadReplyAnswer:
    others = [one for one in answer.intents if one not in {"unclear", intent}]
    return answer.model_copy(
        update={
            "intent": intent, "intents": [intent, *others], "action": action, "abstain": False, "slots": slots,
            "plan_wish": wish,
        }
    )  # fmt: skip
