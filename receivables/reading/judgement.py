"""Weighs signs and chances into one reading: intents, the primary one, the action; nothing is sent or stored here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from receivables.plans.terms import Slots
from receivables.reading import amounts, consent, slots
from receivables.reading.evidence import Evidence
from receivables.reading.intents import ACTIONS, LAST, SAFETY, ranked, tier
from receivables.reading.numbers import in_digits
from receivables.reading.situation import Situation

ADDED_FROM = 0.5
"""A model adds an intent beside others from this probability on."""
SAFETY_ADDED_FROM: Mapping[str, float] = MappingProxyType(
    {
        "emergency": 0.16, "opt_out": 0.25, "deceased": 0.06, "attorney_represented": 0.12, "bankruptcy": 0.08,
        "wrong_person": 0.12, "already_paid": 0.18, "insurance_issue": 0.14, "dispute_charge": 0.16,
        "financial_hardship": 0.22,
    }
)  # fmt: skip
"""The same for what must not be missed, so low that about one harmless reply in two hundred is taken for each.

Lower for what is oftener missed. Measured on replies of files that the model had not seen; see docs/how-to.
"""
PLAUSIBLE_FROM = 0.5
"""From this part of that probability on a person looks first, where nothing else was known for certain."""
FAINT_BELOW = 0.1
"""With less chance than this the likeliest meaning is a guess, and a person reads the reply."""
DECOYED_FROM = 0.6
"""The same where a phrase is there that only looks like it."""
EMERGENCY_DECOYED_FROM = 0.45
"""Words of alarm in jest are common, but a missed alarm is worse than a needless one."""
OPT_OUT_DECOYED_FROM = 1.0
"""A phrase that speaks of stopping something else is stronger than any model: a false stop silences for good."""
SOFT_KEPT_FROM = 0.25
"""A sign that is no matter of safety stays when the model gives it at least this much."""
ABSTAINS_BELOW = 0.72
"""With less confidence than this a person reads the reply."""
MACHINE_FROM = 0.6
"""Without a phrase of machines the model alone tells one from this probability on."""
MACHINES_ARE_LONG = 60
"""Letters from which half of that is enough."""
_ASKS_FOR_HELP = re.compile(
    r"\b(?:assistance|charity|hardship|sliding scale|forgive\w*|financial aid|low income|discount|"
    r"reduced? the bill|write (?:it|this) off|"
    r"help (?:paying|with (?:this|the|my) bill)|any help|ayuda|asistencia|bajos (?:ingresos|recursos))\b"
)
_RUIN = re.compile(
    r"\b(?:job|laid off|income|homeless|disab\w+|unemploy\w+|out of work|not working|evict\w+|broke|no money|afford|"
    r"trabajo|no tengo dinero|ingresos|despid\w+)\b"
)
_ABOUT_THE_REST = re.compile(
    r"\b(?:can|could|may|let me|want to|like to|ok if|okay if|would|how about|what if|puedo|podria|quiero|will|is it)\b"
    r"[^.]{0,60}\b(?:rest|remaining|remainder|other half|other \d+|balance|difference|resto|lo demas|lo que falta|"
    r"otra mitad)\b"
    r"|\b(?:rest|remaining|remainder|other half|difference|resto|lo demas|lo que falta|otra mitad)\b[^.]{0,40}"
    r"\b(?:can|could|may|ok|okay|in|by|on|when|next|puedo|el)\b"
)
_ONE_PAYMENT = re.compile(
    r"\b(?:this|the|my|next|this months|one) (?:month|week|payment|installment|one|time)\b|\b(?:this|on|due) "
    r"(?:friday|monday|tuesday|wednesday|thursday|saturday|sunday)\b"
    r"|\best[ea] (?:mes|pago|semana|quincena|vez|viernes)\b"
)
_SOFT = ("complaint_legal", "talk_to_human")
_EXCLUSIVE = (
    ("accept_plan", "decline_offer", "propose_terms", "request_plan", "promise_to_pay", "pay_now", "manage_plan"),
    ("opt_out", "opt_in"),
)
"""Of these only the strongest is meant, unless the primary intent allows another beside it."""


@dataclass(frozen=True)
class Reading:
    """What a reply says; confidence is the chance that the action is right."""

    intent: str
    intents: list[str]
    action: str
    confidence: float
    abstain: bool
    slots: Slots
    by_signs: bool = False
    """Words that are known, or a matter of safety, stand behind it: it never abstains."""


def judge(
    evidence: Evidence,
    situation: Situation,
    chances: Mapping[str, float],
    calibration: Mapping[str, Sequence[Sequence[float]]] = MappingProxyType({}),
) -> Reading:
    """Signs of safety always stand; `chances` may add, and only words of consent confirm a plan.

    `calibration` has, for readings that stand on `signs` and those of the `model`, pairs of margin and chance of being
    right, as measured; without them the margin itself counts. What stands on signs never abstains.
    """
    if _by_machine(evidence, chances):
        return _reading(["auto_reply"], chances, calibration, evidence, situation, by_signs=True)
    if "prompt_injection" in evidence.signs:
        kept = evidence.signs & {"emergency"}
        intents = ranked({"prompt_injection", *kept})
        return _reading(intents, chances, calibration, evidence, situation, by_signs=True)
    found = _signs_that_stand(evidence, situation, chances)
    found |= _added(found, evidence, chances)
    heard = set(found)
    if _skips_one(evidence, situation):
        found.discard("financial_hardship")
        heard.add("financial_hardship")
    wishes = _with_terms(_requests(found, evidence, situation, chances), evidence)
    if _part_paid(evidence, wishes):
        found.discard("already_paid")
        heard.add("already_paid")
    intents = _tidied(found | wishes, evidence, chances)
    by_signs = bool(found & SAFETY) or "violence" in evidence.signs or intents[0] in found & evidence.signs
    unsettled = SAFETY - heard - evidence.signs - evidence.decoys  # What words have decided is no longer in doubt.
    plausible = any(chances[intent] >= PLAUSIBLE_FROM * SAFETY_ADDED_FROM[intent] for intent in unsettled)
    return _reading(intents, chances, calibration, evidence, situation, by_signs=by_signs, plausible=plausible)


def margin(intents: Sequence[str], chances: Mapping[str, float]) -> float:
    """How far the primary intent, the first one, stands before the likeliest that was not read beside it."""
    others = max(chance for name, chance in chances.items() if name not in intents)
    return chances[intents[0]] - others / 2


def calibrated(value: float, calibration: Sequence[Sequence[float]]) -> float:
    """The measured chance for a margin, straight lines between the points."""
    if not calibration:
        return min(max(value, 0.0), 1.0)
    below = [point for point in calibration if point[0] <= value]
    above = [point for point in calibration if point[0] > value]
    if not below or not above:
        return (below or above)[-1 if below else 0][1]
    (left, low), (right, high) = below[-1], above[0]
    return low + (high - low) * (value - left) / (right - left)


def _reading(
    intents: list[str],
    chances: Mapping[str, float],
    calibration: Mapping[str, Sequence[Sequence[float]]],
    evidence: Evidence,
    situation: Situation,
    *,
    by_signs: bool,
    plausible: bool = False,
) -> Reading:
    """`plausible` when a sign of safety is half as likely as it need be: dunning pauses until a person has looked."""
    sure = calibrated(margin(intents, chances), calibration.get("signs" if by_signs else "model", ()))
    if by_signs:
        sure = max(sure, ABSTAINS_BELOW)
    elif plausible or chances[intents[0]] < FAINT_BELOW:
        sure = min(sure, ABSTAINS_BELOW - 0.01)
    abstain = sure < ABSTAINS_BELOW
    action = ACTIONS[intents[0]]
    if "violence" in evidence.signs and "complaint_legal" in intents:
        action = "emergency_human"
    elif abstain:
        action = "human_callback"
    return Reading(
        intent=intents[0], intents=intents, action=action, confidence=round(sure, 3), abstain=abstain,
        slots=slots.slots(evidence.marked, intents, situation.today), by_signs=by_signs,
    )  # fmt: skip


def _by_machine(evidence: Evidence, chances: Mapping[str, float]) -> bool:
    """True when a machine wrote it, whatever words are in it.

    Beside a sign of safety a phrase of machines must be there too, and the model may still keep the sign by holding it
    likelier than a machine; without the phrase it takes none away.
    """
    likely, grave = chances["auto_reply"], evidence.signs & SAFETY
    if "auto_reply" not in evidence.signs:
        return not grave and likely >= MACHINE_FROM
    if not grave:
        return True
    enough = MACHINE_FROM / 2 if len(evidence.words) >= MACHINES_ARE_LONG else MACHINE_FROM
    return likely >= max(enough, *(chances[sign] for sign in grave))


def _signs_that_stand(evidence: Evidence, situation: Situation, chances: Mapping[str, float]) -> set[str]:
    found = set(evidence.signs & SAFETY)
    found |= {sign for sign in _SOFT if sign in evidence.signs and chances[sign] >= SOFT_KEPT_FROM}
    if "violence" in evidence.signs:
        found.add("complaint_legal")
    if "opt_in" in evidence.signs and "opt_out" not in found:
        found.add("opt_in")
    if "financial_hardship" in found and _still_pays(evidence, situation):
        found.discard("financial_hardship")
    return found


def _still_pays(evidence: Evidence, situation: Situation) -> bool:
    """True for who offers parts, or means one payment of a plan, and says nothing of need."""
    if _ASKS_FOR_HELP.search(evidence.words):
        return False
    offered = "part_possible" in evidence.signs or amounts.terms_named(in_digits(evidence.marked))
    return offered or (situation.active_plan is not None and not _RUIN.search(evidence.words))


def _skips_one(evidence: Evidence, situation: Situation) -> bool:
    """True for who speaks of one payment of the plan in force, and of neither ruin nor help: a payment can wait."""
    one = situation.active_plan is not None and _ONE_PAYMENT.search(evidence.words) is not None
    return one and not _RUIN.search(evidence.words) and not _ASKS_FOR_HELP.search(evidence.words)


def _added(found: Collection[str], evidence: Evidence, chances: Mapping[str, float]) -> set[str]:
    """What the model adds on its own: safety, quarrels, wishes for a person or for messages."""
    enough = {
        intent: DECOYED_FROM if intent in evidence.decoys else least for intent, least in SAFETY_ADDED_FROM.items()
    }
    if evidence.decoys & {"opt_out", "opt_in"} or "opt_in" in evidence.signs or len(evidence.plain.split()) <= 1:
        enough["opt_out"] = OPT_OUT_DECOYED_FROM
    added = {intent for intent in SAFETY if chances[intent] >= enough[intent]}
    added |= {intent for intent in ("complaint_legal", "talk_to_human", "opt_in") if chances[intent] >= ADDED_FROM}
    return added - set(found)


def _requests(
    found: Collection[str], evidence: Evidence, situation: Situation, chances: Mapping[str, float]
) -> set[str]:
    """The wishes that belong to the last tiers: the likeliest when nothing graver is there, and others beside it."""
    held = {intent for intent in found if tier(intent) <= tier("opt_in")}
    whole = evidence.plain
    if not held:
        if consent.SHORT_PLAN.match(whole) and situation.active_plan is None:
            return {"request_plan"}
        if consent.SHORT_YES.match(whole) and (short := _short_yes(whole, situation)):
            return {short}
        if consent.SHORT_NO.match(whole):
            return {"decline_offer" if situation.offer else "unclear"}
    open_to_all = {  # Whether a machine wrote it was settled before: a faint chance of one is no reason to be silent.
        intent: chance for intent, chance in chances.items() if tier(intent) > tier("opt_in") and intent != "auto_reply"
    }
    best = max(open_to_all, key=lambda intent: open_to_all[intent])
    beside = {intent for intent, chance in open_to_all.items() if chance >= ADDED_FROM and intent not in LAST}
    wishes = beside if held else {best, *beside}
    return _consented(wishes, bool(held), evidence, situation, open_to_all)


def _part_paid(evidence: Evidence, wishes: Collection[str]) -> bool:
    """True when a part was paid and something is asked about the rest: that is a proposal, not a claim to have paid.

    Words about the rest must be there; the model may keep the claim by seeing no proposal, and takes none away alone.
    """
    return bool(_ABOUT_THE_REST.search(evidence.words)) and bool({"propose_terms", "request_plan"} & set(wishes))


def _with_terms(wishes: set[str], evidence: Evidence) -> set[str]:
    """A wish for a plan that names how many payments, or how much how often, is a proposal."""
    if "request_plan" not in wishes or not amounts.terms_named(in_digits(evidence.marked)):
        return wishes
    return wishes - {"request_plan"} | {"propose_terms"}


def _short_yes(whole: str, situation: Situation) -> str:
    if situation.opted_out:
        return "opt_in"
    if situation.offer:
        return "accept_plan"
    said_yes = any(word in whole.split() for word in ("yes", "y", "si", "yess", "ya", "sip", "sii", "sure", "deal"))
    return "unclear" if said_yes else ""


def _consented(
    wishes: set[str], held: bool, evidence: Evidence, situation: Situation, chances: Mapping[str, float]
) -> set[str]:
    """Acceptance needs an open offer and words that accept it as it stands; otherwise the next likely wish is taken."""
    yes = situation.offer is not None and consent.accepts(evidence.marked, evidence.words, situation.offer)
    if "accept_plan" in wishes and not yes:
        wishes.discard("accept_plan")
        rest = {intent: chance for intent, chance in chances.items() if intent != "accept_plan"}
        if not wishes and not held:
            wishes.add(max(rest, key=lambda intent: rest[intent]))
    elif yes and chances["accept_plan"] >= 0.3:
        wishes = {"accept_plan", *(wish for wish in wishes if wish not in _EXCLUSIVE[0])}
    if "decline_offer" in wishes and situation.offer is None and not held:
        wishes = wishes - {"decline_offer"} or {"unclear"}
    return wishes


def _tidied(intents: set[str], evidence: Evidence, chances: Mapping[str, float]) -> list[str]:
    firm = evidence.signs & SAFETY
    for group in _EXCLUSIVE:
        present = [intent for intent in group if intent in intents]
        for weaker in sorted(present, key=lambda intent: (intent not in firm, -chances[intent]))[1:]:
            intents.discard(weaker)
    if len(intents) > 1:
        intents -= {"unclear", "ack_thanks", "auto_reply"} if intents - set(LAST) else {"unclear"}
    first = sorted(intents, key=lambda intent: -chances.get(intent, 0.0))[:1]
    return ranked(intents, first)
