"""Understands one reply: rules first, the classifier beside them; cases and what follows from it are elsewhere."""

from __future__ import annotations

from integrations.letters import own_words
from integrations.reply_reader.classifier import Classifier
from receivables.reading.evidence import gather
from receivables.reading.judgement import Reading, judge
from receivables.reading.situation import Situation

LONGEST = 4_000
"""Letters of one reply that are read: nobody writes more, and looking through more takes its time."""


def understand(text: str, situation: Situation, classifier: Classifier) -> Reading:
    """The reading of one reply; of an e-mail only the writer's own words count."""
    own = own_words(text) if situation.means == "email" else text
    evidence = gather(own[:LONGEST], situation.means)
    return judge(evidence, situation, classifier.probabilities(evidence, situation), classifier.calibration)
