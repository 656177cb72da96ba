"""What patients say about plans in words that leave no doubt: PLAN, a part at once, or a change of one in force."""

from __future__ import annotations

import re
from collections.abc import Collection

from receivables.asked import asked_in
from receivables.case import Case
from receivables.folding.replies import PLAN_INTENTS, WEIGHTIER
from receivables.plans.terms import PlanWish, Slots
from receivables.ports import ReadReplyAnswer
from receivables.reading.normal import spoken, words_of

A_DAY = (
    r"(next |this )?(monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next week|lunes|martes|"
    r"miercoles|jueves|viernes|sabado|domingo|manana|\d{1,2}(st|nd|rd|th))"
)
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
    "change_card": (
        r"\b(new|different|another|change|update|replace) (my |the )?card\b", r"\b(otra|nueva) tarjeta\b",
        r"\b(cambiar|actualizar|cambio) (mi|la|de|el) tarjeta\b", r"\btarjeta (nueva|vencida|vencio)\b",
    ),
    "pay_off": (r"\bpay (it |the (rest|plan|whole thing) )?(all )?off\b", r"\bpay(ing)? early\b"),
    "skip": (
        r"^(please )?skip\b", r"\bskip (this|the|my|next|one|a)\b", r"^saltar\b",
        r"\b(saltar|brincar)(me)? (este|el|un)\b",
        (r"\b(can not|cant|will not be able to|wont be able to|unable to) (make|pay|do|cover|afford) "
        r"(it |the |my |this )*(payment |one |installment )?(this|for this) (month|time)\b"),
        (r"\b(can not|cant|will not be able to|unable to) (make|pay|do|cover) (this|my|the) (months? )?"
        r"(payment|one|installment)\b"),
        r"\bno (puedo|podre|voy a poder) (pagar|hacer|cubrir|con) (el pago )?(de )?est[ea] (mes|pago|vez)\b",
        r"\best[ea] (mes|vez|pago) no (puedo|podre|voy a poder)\b",
    ),
    "smaller": (r"^(please )?smaller\b", r"\bsmaller (payment|amount|one)", r"^menos$", r"\bpago mas (bajo|pequeno)\b"),
    "move": (
        r"^(please )?(move|postpone|delay)\b", r"\b(move|push|postpone|delay) (it|this|the|my|next)\b",
        r"^mover\b", r"\b(mover|aplazar|pasar|pasen|muevan|cambien|cambiar) (el|mi|este|la fecha)\b", r"\bmuevanlo\b",
        rf"\b(make|change|switch|do|take|set) (it|that|this|mine|the (payment|date)) (to |on |for )?(the )?{A_DAY}\b",
        rf"\b{A_DAY} instead\b", rf"\b(hagalo|pongalo|cambielo|que sea|mejor) (para )?(el )?(proximo )?{A_DAY}\b",
    ),
    "see_plan": (
        r"\b(when|what day|how much|whats?) (is |are |does )?(my |the )?(next|last|first) (payment|installment|one)\b",
        r"\bwhen (do|will|am) i (pay|owe|charged)\b",
        r"\bhow much (is left|do i (still )?owe|more|is my balance|left)\b",
        r"\bhow many (payments|installments|months) (are |do i have )?(left|to go|remain)",
        r"\bwhat do i (still )?owe\b",
        r"\b(cuando|cuanto) (es|seria|toca|sera|me toca) (mi|el) (proximo|siguiente|ultimo) pago\b",
        r"\bcuando (me toca|tengo que|debo) pagar\b", r"\bcuantos? (pagos|meses|cuotas|abonos) (me )?(quedan|faltan)\b",
        r"\bcuanto (debo|me (falta|queda)|queda|falta)\b",
    ),
}  # fmt: skip
"""The first that fits counts: stopping goes before anything milder."""
IN_PARTS = re.compile(
    r"^(please |por favor |un |el |the |a )*plan( please| por favor| de pagos?)*$"
    r"|^(please |hi |hello |hola |yes |si )*(can i|could i|may i|i want to|id like to|i would like to"
    r"|puedo|quiero|quisiera|podria) (pay|pagar)(lo)?( it| this| that| the bill| la cuenta| esto)?"
    r" (in|en) (parts|payments|installments|partes|pagos|cuotas|abonos)( please| por favor)*$"
    r"|^(quiero|quisiera|necesito|i want|i need|id like|i would like) (un|a|the) (payment )?plan( de pagos?)?$"
)
"""Every message of ours says "Reply PLAN": that word alone is never in doubt."""
TERMS = {"propose_terms", "accept_plan", "promise_to_pay", "pay_now"}
"""Intents whose amounts and days are acted on."""
FOREIGN = re.compile(
    r"[€£¥₱₹]|\b\d[\d.,]*\s*(euros?|pounds?|quid|yen|pesos?|quetzal(es)?|lempiras?|rupees?|libras?|cad|eur|gbp|mxn)\b"
    r"|\b(canadian|mexican|australian) (dollars?|pesos?)\b|\bdolares? canadienses?\b", re.IGNORECASE,
)  # fmt: skip
"""An amount in other money than dollars; pesos may mean dollars, which nobody but a person can ask."""
MONTHS = (
    "jan(?:uary)?|ene(?:ro)?", "feb(?:ruary|rero)?", "mar(?:ch|zo)?", "apr(?:il)?|abr(?:il)?", "may(?:o)?",
    "june?|junio", "july?|julio", "aug(?:ust)?|ago(?:sto)?", "sept?(?:ember|iembre)?",
    "oct(?:ober|ubre)?", "nov(?:ember|iembre)?", "dec(?:ember)?|dic(?:iembre)?",
)  # fmt: skip
LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BEGINS = re.compile(
    r"\b(start|starts|starting|begin|begins|beginning|first (one|payment)|empezar|empiece|empezando|comenzar|comience|"
    r"a partir de|(el )?primer(o)? pago)\b|^(yes|yeah|yep|sure|ok|okay|si|claro|bueno)\b"
)
"""With nothing but a day these words say when the plan on offer is to begin, not that all is paid on that day."""
ALL_OF_IT = re.compile(r"\b(all of it|it all|everything|whole|full|in one|rest|todo|completo|el resto|una vez)\b")
PART_NOW = re.compile(r"\b(half|part|some|\d+) (of it )?(now|today)\b|\b(mitad|parte) (ahora|hoy)\b")


def with_plan_speech(answer: ReadReplyAnswer, text: str, case: Case) -> ReadReplyAnswer:
    """What a reader found, with what it left open about plans; weightier words in the same reply are never touched."""
    found = {answer.intent, *answer.intents}
    if found & (WEIGHTIER - {"talk_to_human"}):
        return answer
    words = words_of(spoken(text))
    acted_on = found & TERMS or wish_in(words) == "move"
    if acted_on and (FOREIGN.search(text) or names_no_day(text)):
        return answer.model_copy(update={"abstain": True, "slots": Slots()})
    wish = answer.plan_wish or wish_in(words)
    if case.running_plan is not None and wish not in {"", "part_now"}:
        return _read_as(answer, "manage_plan", "human_callback", wish)
    if case.running_plan is None and _asks_about_the_offer(answer, text, case):
        return _read_as(answer, "bill_question", "answer_question", "", instead_of=PLAN_INTENTS)
    if case.running_plan is None and IN_PARTS.search(words):
        return _read_as(answer, "request_plan", "offer_or_create_plan", "")
    return _with_what_terms_left_open(answer, words, case) if "propose_terms" in found else answer


def _with_what_terms_left_open(answer: ReadReplyAnswer, words: str, case: Case) -> ReadReplyAnswer:
    if _begins_the_offer(answer, words, case):
        return _from_the_offer(answer, case)
    return answer.model_copy(update={"plan_wish": "part_now"}) if PART_NOW.search(words) else answer


def names_no_day(text: str) -> bool:
    """True when a day is named that no calendar has, such as February 31: only the patient knows what is meant."""
    low = text.lower()
    for month, longest in zip(MONTHS, LONGEST, strict=True):
        after = rf"\b(?:{month})\.? (?:the )?(\d{{1,2}})(?!\d|[:,.]\d)"
        named = rf"{after}|\b(\d{{1,2}})(?:(?:st|nd|rd|th)(?: of)?| of| de) (?:{month})\b"
        for found in re.finditer(named, low):
            if not 1 <= int(found[1] or found[2]) <= longest:
                return True
    return False


def wish_in(words: str) -> PlanWish:
    """The change of a plan that plain words ask for."""
    return next((wish for wish, patterns in WISHES.items() if any(re.search(one, words) for one in patterns)), "")


def _begins_the_offer(answer: ReadReplyAnswer, words: str, case: Case) -> bool:
    """A day alone, said of the offer that is open: "yes but can it start in April"."""
    slots = answer.slots
    day_alone = slots.date is not None and slots.amount_cents is None and slots.installments is None
    return _stands(case) and day_alone and bool(BEGINS.search(words)) and not ALL_OF_IT.search(words)


def _asks_about_the_offer(answer: ReadReplyAnswer, text: str, case: Case) -> bool:
    """Until when the offer stands, or what it costs; with terms of their own, or a yes, it is about more than that."""
    own_terms = answer.slots.amount_cents is not None or answer.slots.installments is not None
    accepts = answer.action == "confirm_plan" and not answer.abstain
    return _stands(case) and asked_in(text) in {"offer", "cost"} and not own_terms and not accepts


def _stands(case: Case) -> bool:
    offer = case.offer
    return offer is not None and offer.accepted_at is None and offer.declined_at is None


def _from_the_offer(answer: ReadReplyAnswer, case: Case) -> ReadReplyAnswer:
    parts = case.offer.installments if case.offer is not None else None
    return answer.model_copy(update={"slots": answer.slots.model_copy(update={"installments": parts})})


def _read_as(
    answer: ReadReplyAnswer, intent: str, action: str, wish: PlanWish, instead_of: Collection[str] = ()
) -> ReadReplyAnswer:
    others = [one for one in answer.intents if one not in {"unclear", "decline_offer", intent, *instead_of}]
    return answer.model_copy(
        update={
            "intent": intent, "intents": [intent, *others], "action": action, "abstain": False, "plan_wish": wish,
        }
    )  # fmt: skip
