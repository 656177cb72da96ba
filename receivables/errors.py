"""What can go wrong in words of the trade. The adapter decides once whether trying again can help."""

from __future__ import annotations

from datetime import date, datetime


class CannotKnow(Exception):
    """The other side did not answer clearly: it may or may not have happened, so look before trying again."""


class NotReportedYet(CannotKnow):
    """Only the other side's own report tells, and it may come until a moment: asking again at once tells nothing."""

    def __init__(self, because: str, until: datetime) -> None:
        super().__init__(because)
        self.until = until


class TryLater(Exception):
    """The other side is busy or away and certainly did nothing: the same request may be made again."""


class Refused(Exception):
    """The other side refused for good: the same request will never succeed."""

    def __init__(self, because: str, code: str = "") -> None:
        super().__init__(because)
        self.because = because
        self.code = code


class BooksClosed(Refused):
    """The practice's books are closed up to a day: what is dated up to it goes on the next open one."""

    def __init__(self, until: date) -> None:
        super().__init__(f"The practice's books are closed up to {until}.", "books_closed")
        self.until = until


class BadPolicy(Exception):
    """A policy or practice file cannot be used; the message names the file, the field and the mend."""


class UnknownPractice(Exception):
    """No practice with this id is configured: add a folder for it under practices/ or correct the id."""
