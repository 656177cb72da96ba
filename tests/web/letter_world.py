"""A ten-line fake of the tray of letters; no tests live here."""

from __future__ import annotations

from typing import Any

from store.letters import Batch, LetterKept, LetterReady, UnknownLetterError

READY: dict[str, Any] = {
    "touch_id": "lakeside.b1.letter.1", "practice_id": "lakeside", "balance_id": "b1",
    "written_at": "2026-03-02T15:00:00+00:00", "recipient": ["Karen Hill", "Chicago, IL 60614"],
    "paragraphs": ["Dear Karen,"], "link": "https://pay.example.org/p/abc", "language": "en",
}  # fmt: skip


class FakeTray:
    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    async def waiting(self, practice_id):
        return [LetterReady.model_validate(READY)]

    async def collect(self, practice_id, now):
        kept = LetterKept(touch_id="t2", practice_id=practice_id, balance_id="b2", because="The balance is closed.")
        return Batch([LetterReady.model_validate(READY)], [kept], [])

    async def printed(self, touch_ids, who, now):
        self.done.append((touch_ids, who))
        return touch_ids

    async def recipient_of(self, touch_id):
        if touch_id != READY["touch_id"]:
            raise UnknownLetterError("no letter of this touch was printed")
        return "lakeside", "b1", "Karen Hill\nChicago, IL 60614"
