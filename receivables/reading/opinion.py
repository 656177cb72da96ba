"""A second reader's opinion: what it is shown of a reply, and the little it may add where the first one abstained.

It can only make us more careful: its words count as a sign of safety, or as a wish for a person, that the first reader
did not see, and as nothing else. It confirms no plan, lifts no hold and ends no stop, whatever it says or fails to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from receivables.plans.terms import Slots
from receivables.ports import ReadReplyAnswer
from receivables.reading.intents import ACTIONS, SAFETY, ranked
from receivables.reading.lexicon import words_known
from receivables.reading.normal import letters, words_of
from receivables.reply_ports import Opinion

MAY_ADD = SAFETY | {"complaint_legal", "talk_to_human"}
"""Each of these stops or pauses asking for money, or has a person look; none asks, promises, confirms or resumes."""
LONGEST_SHOWN = 1_000
"""Letters; more is not sent away."""

_SHOWN_AS = (
    ("[LINK]", re.compile(r"(?i)\bhttps?://\S+|\bwww\.\S+")),
    ("[EMAIL]", re.compile(r"\S+@\S+\.\w+")),
    ("[AMOUNT]", re.compile(r"(?i)[$€£]\s?\d[\d.,]*\d?|\b\d[\d.,]*\s?(?:dollars?|bucks|usd|d[oó]lares|pesos)\b")),
    ("[NUMBER]", re.compile(r"\+?\d(?:[\d\s().,:/-]*\d)?(?:st|nd|rd|th)?\b")),
    (
        r"\1[NAME]",
        re.compile(
            r"((?i:\b(?:my name is|name is|this is|i am|i'm|me llamo|mi nombre es|soy|habla|mrs?\.?|ms\.?|dr\.?|doctor|"
            r"miss|se[nñ]or(?:a|ita)?|don|do[nñ]a|sincerely,?|regards,?|thanks,?|gracias,?|atentamente,?))\s+)"
            r"[A-ZÁÉÍÓÚÑ][\w'-]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'-]+){0,2}"
        ),
    ),
)
"""What is replaced, in this order, before the words in capitals that the phrase lists do not know."""
_CAPITAL = re.compile(r"\b[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+\b(?:'s)?")
_NAMES_IN_PHRASES = frozenset(
    ("tom", "toms", "karen", "karens", "sarah", "sarahs", "john", "smith", "jones", "hale", "moss", "sean", "nina",
     "angel", "rich", "jan", "jun", "mar")
)  # fmt: skip


def shown(text: str, names: Collection[str] = ()) -> str:
    """The reply as somebody outside may see it: no number, amount, address or link, and none of `names` in any case."""
    parts = {part for name in names for part in name.split() if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?i)\b{re.escape(part)}(?:'s)?\b", "[NAME]", text)
    for placeholder, pattern in _SHOWN_AS:
        text = pattern.sub(placeholder, text)
    return _CAPITAL.sub(_unless_known, text)[:LONGEST_SHOWN]


def _unless_known(found: re.Match[str]) -> str:
    """A word with a capital that is in no phrase list may be a name; its loss costs less than one that is shown."""
    plain = words_of(letters(found[0].removesuffix("'s")))
    return found[0] if plain in words_known() and plain not in _NAMES_IN_PHRASES else "[NAME]"


def with_opinion(answer: ReadReplyAnswer, opinion: Opinion) -> ReadReplyAnswer:
    """The reading with what the opinion may add to it; the same one when it did not abstain or nothing may be added.

    What is added takes its place in the order of urgency and its action follows; everything else stays as it was read.
    """
    if not answer.abstain or opinion.outcome != "answered":
        return answer
    added = [intent for intent in opinion.intents if intent in MAY_ADD and intent not in answer.intents]
    if not added:
        return answer
    intents = ranked([*answer.intents, *added], added)
    kept = [intent for intent in intents if intent in MAY_ADD]
    return answer.model_copy(
        update={
            "intent": kept[0], "intents": kept, "action": ACTIONS[kept[0]], "abstain": False, "slots": Slots(),
            "plan_wish": "", "reader": f"{answer.reader} with {opinion.model}",
        }
    )  # fmt: skip
