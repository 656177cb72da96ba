"""A fake of the book of corrected readings; no tests live here."""

from typing import Any

from store.opinions import Spent
from store.reply_corrections import Kept, SeveralPractices


class FakeCorrections:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str | None], Any] = {}

    async def correct(self, fact_id, practice_id, right, who, reader, now):
        if fact_id == "none":
            return None
        if fact_id == "shared" and practice_id is None:
            return SeveralPractices(["lakeside", "hillside"])
        before = self.kept.get((fact_id, practice_id))
        self.kept[fact_id, practice_id] = right
        return Kept(practice_id or "lakeside", new=before != right, replaces=before is not None and before != right)

    async def list(self, practice_id=None, after=0, limit=500):
        return []


class FakeOpinions:
    """Answers with what was spent since a moment."""

    def __init__(self) -> None:
        self.since = []

    async def spent(self, since):
        self.since.append(since)
        return [Spent(model="any:small", outcome="answered", asked=2, tokens_in=800, tokens_out=20, cost_microdollars=900)]
