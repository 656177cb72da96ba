"""What kind of line a number is, is remembered, and asked again after sixty days."""

from __future__ import annotations

from activities.lines import Lines
from receivables.people import PointStatus
from store.line_book import PostgresLineBook
from tests.store.told import NOON, PHONE, after


class Lookup:
    def __init__(self, line: str) -> None:
        self.answer, self.asked = line, 0

    async def line(self, number):
        self.asked += 1
        return self.answer


async def test_a_number_is_looked_up_once_in_sixty_days(pool):
    lookup = Lookup("mobile")
    lines = Lines(PostgresLineBook(pool), lookup)
    for day in (0, 1, 59, 60, 61, 100):
        assert await lines.fault(PHONE, after(days=day)) is None
    assert lookup.asked == 2
    lookup.answer = "landline"
    assert await lines.fault(PHONE, after(days=122)) is PointStatus.landline
    lookup.answer = "invalid"
    assert await lines.fault("+13125550143", NOON) is PointStatus.dead


async def test_an_earlier_look_never_replaces_a_later_one(pool):
    book = PostgresLineBook(pool)
    await book.keep(PHONE, "landline", after(days=1))
    await book.keep(PHONE, "mobile", NOON)
    assert await book.known(PHONE, NOON) == "landline"
    assert await book.known(PHONE, after(days=2)) is None
