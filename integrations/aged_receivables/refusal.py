"""How a spreadsheet file is refused: every problem with its line, column and mend; never the contents of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_PROBLEMS = 50
"""After that many the rest is not worth listing: the file has one cause that spoils every line."""
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the line in the file (from 1), the column as the file calls it, and how to mend it."""

    line: int
    column: str
    reason: str
    mend: str

    def __str__(self) -> str:
        """The problem as one sentence for the person who prepares the file."""
        where = f'line {self.line}, column "{self.column}"' if self.column else f"line {self.line}"
        return f"{where}: {self.reason}; {self.mend}"


class FileRefused(ValueError):
    """A file was refused whole; `problems` says what to mend, in the order of the file."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        more = len(problems) - _SHOWN
        shown = [str(problem) for problem in problems[:_SHOWN]] + ([f"and {more} more"] if more > 0 else [])
        super().__init__(f"{name}: nothing was taken in. " + " / ".join(shown))
        self.problems = list(problems)


class BadHeaderMap(ValueError):
    """A practice's header map cannot be used; the message names the file, the field and the mend."""


class Problems(list[Problem]):
    """Problems as they are found; reading goes on to find them all, up to a limit."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def found(self, line: int, column: str, reason: str, mend: str) -> None:
        """Remember one; too many end the reading."""
        self.append(Problem(line, column, reason, mend))
        if len(self) >= MOST_PROBLEMS:
            self.settle()

    def settle(self) -> None:
        """FileRefused when anything was found."""
        if self:
            raise FileRefused(self.name, self)
