"""Reads replies by whole-message keywords and safe phrases; whatever it does not know for sure goes to a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from receivables.case import Case
from receivables.offers import open_offer
from receivables.people import Channel
from receivables.ports import ReadReplyAnswer

ACTIONS = {
    "emergency": "emergency_human",
    "opt_out": "opt_out",
    "deceased": "stop_dunning_and_human_review",
    "attorney_represented": "stop_dunning_and_human_review",
    "bankruptcy": "stop_dunning_and_human_review",
    "wrong_person": "stop_dunning_and_human_review",
    "already_paid": "stop_dunning_and_human_review",
    "insurance_issue": "stop_dunning_and_human_review",
    "dispute_charge": "stop_dunning_and_human_review",
    "financial_hardship": "pause_and_send_assistance_application",
    "talk_to_human": "human_callback",
    "opt_in": "update_contact",
    "accept_plan": "confirm_plan",
    "request_plan": "offer_or_create_plan",
    "help": "answer_question",
    "ack_thanks": "no_action",
    "unclear": "answer_question",
}
"""Each intent this reader knows with its action, the most urgent first: the first one present is the primary one."""

WHOLE = {
    "opt_out": "stop stopall unsubscribe end quit revoke optout cancel alto parar pare baja cancelar basta",
    "opt_in": "start unstop",
    "request_plan": "plan",
    "help": "help info ayuda",
    "ack_thanks": "thanks thx ty ok okay gracias vale",
}
"""A message of this one word."""
SHORT = 6
"""A wish for silence in more words than these may hold another wish: it is honored, and a person reads it too."""
YES = {"yes", "y", "si", "yes please", "si por favor", "yes i accept", "i accept", "acepto", "si acepto"}
THANKS = {"thank you", "ok thanks", "ok thank you", "okay thanks", "thanks a lot", "muchas gracias", "ok gracias"}

SENDING = r"(texts?|texting|messages?|messaging|e?mails?|emailing|contact(ing)?|calls?|calling|spam(ming)?|sending)\b"
WRITING = r"(texts?|messages?|e?mails?|call|contact|write)( to)?( me| us)?( (anymore|again|ever))?$"

PHRASES: dict[str, tuple[str, ...]] = {
    "emergency": (
        r"\b(kill|hurt|harm) (myself|me)\b", r"\bsuicid", r"\bwant to die\b", r"\bend my life\b", r"\boverdos",
        r"\bchest pain", r"\b(cant|cannot|trouble|difficulty) breath", r"\b911\b", r"\bquiero morir", r"\bmatarme\b",
        r"\bdolor (de|en el) pecho", r"\bno puedo respirar", r"\bsobredosis",
        r"\bnot breathing\b", r"\bheart attack\b", r"\b(dont|do not) want to (live|be alive)\b", r"\bcollapsed\b",
        r"\bbleeding (wont|will not|doesnt|does not) stop", r"\ballergic reaction\b",
        r"\b(ate|drank|swallowed) .*poison",
        r"\bpoisoned\b", r"\b(is|having a) (seizing|seizure)\b", r"\bno respira\b", r"\bswelling\b",
    ),
    "opt_out": (
        r"^(please |pls |plz )?(stop|unsub|cancel|quit|end|halt|cease|alto|basta)( please| pls| plz| now| all| it)?$",
        r"^stop+\b(?! (the|by|my|payment|autopay))",
        r"(?<!wont )(?<!not )(?<!doesnt )\bstop+( it| this| now| please)?$",
        r"\bunsub(scribe)?\b", r"\bopt(ing)? ?out\b",
        r"\b(stop|quit|halt|cease|end|cancel)( sending)?( me)?( all)?( of)?( your| the| these| this| my)? " + SENDING,
        r"\b(calls|texts|messages|emails) to (stop|end)\b", r"\bleave (me|us) alone\b", r"\bdo not call list\b",
        r"\b(remove|take|delete|erase) (me|my \w+|this (number|phone|email)) (from|off)\b(?! the schedule)",
        r"\b(remove|delete|erase) my (number|email|address|phone)\b",
        r"\b(do not|dont|never) (want (to )?(get|receive|any|more|these|your) ?(more |any |your )?)?" + WRITING,
        r"\b(do not|dont|never) (text|message|email|write)( to)? (me|us)\b",
        r"\bno more (texts|messages|emails|mails|calls)\b",
        r"^no mas$", r"\bno mas (mensajes|textos|correos|llamadas)",
        r"\bno (me|nos) (escriban?|manden?|envien?|contacten?|molesten?|llamen?)\b",
        r"\bno quiero (recibir |mas )+(sus |mas )?(mensajes|textos|correos|llamadas)",
        r"\bdejen? de (mandar|enviar|escribir|contactar|molestar|llamar)", r"\bdejen?me en paz", r"\bquitenme\b",
        r"\bdarme de baja\b",
    ),
    "deceased": (
        r"\b(passed away|is deceased|has died|is dead)\b",
        r"\b(she|he|husband|wife|mother|father|mom|dad|son|daughter|patient) (just )?died\b", r"\bfallecio\b",
        r"\bha muerto\b",
    ),
    "attorney_represented": (
        r"\b(my|our) (lawyer|attorney)\b", r"\brepresented by (counsel|an attorney|a lawyer)\b",
        r"\bmi abogad[oa]\b",
    ),
    "bankruptcy": (
        r"\bbankruptcy\b", r"\bchapter (7|13|11|seven|thirteen)\b", r"\bbancarrota\b",
    ),
    "wrong_person": (
        r"\bwrong (number|person|email)\b", r"\bnumero equivocado\b", r"\bpersona equivocada\b",
        r"\byou have the wrong\b",
    ),
    "already_paid": (
        r"\b(already|just) (paid|payed|sent (the )?payment)\b",
        r"\bi paid (this|that|it|you|the|my|in full|last|yesterday)\b", r"\bpaid (this|it|in full|already)\b",
        r"\bya (lo |la )?(pague|page|pagado)\b", r"\bya esta pagad[oa]\b",
    ),
    "insurance_issue": (
        r"\binsurance\b.*\b(should|cover|covers|covered|pay|pays|paid|billed|pending|claim)\b",
        r"\b(bill|billed|send (it|this) to) my insurance\b", r"\b(seguro|aseguranza)\b",
    ),
    "dispute_charge": (
        r"\bdisput", r"\b(wrong|incorrect) (amount|charge|bill)\b",
        r"\b(bill|charge|amount|balance) is (wrong|incorrect)\b", r"\b(i do not|i dont) owe\b",
        r"\bnot my (bill|charge|balance)\b", r"\bno debo\b", r"\bovercharged\b",
    ),
    "financial_hardship": (
        r"\b(lost my job|unemployed|laid off)\b", r"\b(cant|cannot|can not) afford\b",
        r"\bfinancial (assistance|aid|help|hardship)\b", r"\bno tengo (dinero|trabajo)\b", r"\bperdi mi trabajo\b",
        r"\bayuda financiera\b",
    ),
    "talk_to_human": (
        r"\b(call me|speak (to|with)|talk (to|with)) (a |some)?(person|human|someone|somebody|back|representative)",
        r"\bllamenme\b", r"\bhablar con (alguien|una persona)\b",
    ),
}  # fmt: skip
"""Phrases that mean this in any sentence. A needless stop harms less than a missed one."""

NEGATED = re.compile(
    r"\b(not|never|havent|hasnt|didnt|wasnt|no he|no la he|aun no|todavia no) (yet )?(been )?"
    r"((already|just) )?(paid|payed|pagado)\b"
)
QUOTED = re.compile(r"(?i)^(>.*|on .{5,200} wrote:.*|el .{5,200} escribi[oó]:.*|-{2,} ?original message.*|from: .*)$")
SIGNATURE = re.compile(r"(?i)^(--\s*|sent from my .*|enviado desde mi .*)$")


class KeywordReader:
    """`ports.ReplyReader` without any model: the same text always gets the same answer."""

    def read(self, text: str, channel: Channel, case: Case) -> ReadReplyAnswer:
        """Every intent found, the most urgent as the primary one; unclear with `abstain` when none was."""
        words = plain(own_words(text) if channel is Channel.email else text)
        found = _whole(words, channel, case)
        if not found or found == ["ack_thanks"]:
            found = [*_phrases(words), *found]
        if not found:
            return ReadReplyAnswer(intent="unclear", intents=["unclear"], action=ACTIONS["unclear"], abstain=True)
        ranked = sorted(dict.fromkeys(found), key=list(ACTIONS).index)
        more_to_it = ranked == ["opt_out"] and len(words.split()) > SHORT
        return ReadReplyAnswer(intent=ranked[0], intents=ranked, action=ACTIONS[ranked[0]], abstain=more_to_it)


def asks_to_stop(text: str) -> bool:
    """True when these words revoke consent, whoever wrote them (R-6); a needless stop harms less than a missed one."""
    words = plain(text)
    return words in WHOLE["opt_out"].split() or any(re.search(pattern, words) for pattern in PHRASES["opt_out"])


def own_words(body: str) -> str:
    """An e-mail without what was quoted below it and without its signature."""
    kept: list[str] = []
    for line in body.splitlines():
        if QUOTED.match(line.strip()) or SIGNATURE.match(line.strip()):
            break
        kept.append(line)
    return "\n".join(kept)


def plain(text: str) -> str:
    """Lower case, without accents, apostrophes and punctuation, single spaces."""
    letters = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    letters = re.sub(r"['’`]", "", letters)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def _whole(words: str, channel: Channel, case: Case) -> list[str]:
    if words in YES:
        return _yes(channel, case)
    if words in THANKS:
        return ["ack_thanks"]
    return [intent for intent, keywords in WHOLE.items() if words in keywords.split()]


def _yes(channel: Channel, case: Case) -> list[str]:
    """With an opt-out on file a YES asks for messages again and accepts nothing; with no offer it says too little."""
    if channel in case.stopped_channels or case.hold("cease"):
        return ["opt_in"]
    return ["accept_plan"] if open_offer(case) else []


def _phrases(words: str) -> Iterable[str]:
    for intent, patterns in PHRASES.items():
        if any(re.search(pattern, words) for pattern in patterns):
            if intent == "already_paid" and NEGATED.search(words):
                continue
            yield intent
