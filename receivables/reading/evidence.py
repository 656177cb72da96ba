"""What the words of a reply show by themselves, as a set of named signs; weighing them is done elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from receivables.reading import machines, silence
from receivables.reading.lexicon import Lexicon
from receivables.reading.normal import clauses, spoken, words_of
from receivables.reading.situation import Means

_SIGNS = {
    name: Lexicon(name)
    for name in (
        "emergency", "violence", "deceased", "bankruptcy", "attorney_represented", "wrong_person", "already_paid",
        "insurance_issue", "dispute_charge", "financial_hardship", "part_possible", "complaint_legal", "talk_to_human",
        "opt_in", "auto_reply", "affirms", "declines",
    )
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """A reply in its spellings, and the signs in it."""

    marked: str
    """Full words with punctuation."""
    words: str
    """Clauses of words only, joined by ` , `."""
    signs: frozenset[str]
    decoys: frozenset[str] = frozenset()
    """Intents of which a phrase is there that only looks like it; a model alone is believed less of these."""

    @property
    def plain(self) -> str:
        """Words only."""
        return words_of(self.marked)


def gather(own_text: str, means: Means) -> Evidence:
    """Reads the signs; `own_text` is what the patient wrote, without quotes and signature."""
    marked = spoken(own_text, voice=means == "voice")
    words = " , ".join(clauses(marked))
    heard = {name: phrases.heard_in(words) for name, phrases in _SIGNS.items()}
    signs = {name for name, (says, _) in heard.items() if says}
    decoys = {name for name, (_, looks) in heard.items() if looks}
    if silence.wants_silence(words, calls=means == "voice"):
        signs.add("opt_out")
    if silence.looks_like_silence(words):
        decoys.add("opt_out")
    if machines.addresses_software(marked, words):
        signs.add("prompt_injection")
    return Evidence(marked, words, frozenset(signs), frozenset(decoys))
