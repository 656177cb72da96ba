"""Hands payments to a practice as a file a day with control totals; what stands in the file is in lines.py."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from integrations.practice_systems.posting_file.lines import DamagedFile, Line, read_lines, write_lines
from receivables.errors import Refused, TryLater
from receivables.money import Cents
from receivables.ports import Clock, LedgerReading, Note, PolicyBook, Posting
from receivables.proof import LedgerEntry

Worker = Callable[[Path, Posting, str | None], str | None]


class PostingFileLedger:
    """The ledger (ports.PracticeLedger) of practices without an interface: `postings/<practice>/<day>.csv`.

    A day is the practice's own calendar day of writing, so that a file is never changed after its day is over and the
    practice can take it in from midnight on. Each file is written whole to the side and renamed into place.
    """

    reads_balances = False

    def __init__(self, data_dir: Path, policies: PolicyBook, clock: Clock) -> None:
        self._root = data_dir / "postings"
        self._policies = policies
        self._clock = clock

    async def read_balance(self, practice_id: str, balance_id: str, now: datetime) -> LedgerReading | None:  # noqa: ARG002
        """None: a file cannot be asked."""
        return None

    async def find_posting(self, posting: Posting) -> str | None:
        """The line's reference when this posting stands in any file of the practice."""
        return await asyncio.to_thread(self._safely, self._find, posting, None)

    async def post(self, posting: Posting) -> str:
        """The line's reference. A posting that stands in a file already is not written again.

        Refused when a file was changed by hand, or the same external id stands there with another amount.
        """
        zone = ZoneInfo(self._policies.practice(posting.practice_id).time_zone)
        day = (await self._clock.now()).astimezone(zone).date().isoformat()
        reference = await asyncio.to_thread(self._safely, self._post, posting, day)
        assert reference is not None
        return reference

    async def balances_of(self, practice_id: str, now: datetime) -> list[LedgerReading] | None:  # noqa: ARG002
        """None: a file shows no balances."""
        return None

    async def entries_of(self, practice_id: str, since: datetime) -> list[LedgerEntry] | None:
        """Every line of the files from that day on; Refused when one was changed by hand."""
        day = since.astimezone(ZoneInfo(self._policies.practice(practice_id).time_zone)).date().isoformat()
        return await asyncio.to_thread(self._entries, practice_id, day)

    async def closed_until(self, practice_id: str) -> date | None:  # noqa: ARG002
        """None: a file says nothing of closed books; whoever takes it in books it on an open day."""
        return None

    def _entries(self, practice_id: str, day: str) -> list[LedgerEntry]:
        try:
            with self._alone(practice_id) as folder:
                lines = [line for path in sorted(folder.glob("*.csv")) if path.stem >= day for line in read_lines(path)]
        except DamagedFile as damage:
            raise Refused(str(damage)) from None
        except OSError:
            raise TryLater("The posting files cannot be read just now; look at the disk and the rights.") from None
        return [LedgerEntry(external_id=line.external_id, amount_cents=Cents(line.amount_cents)) for line in lines]

    async def note(self, note: Note) -> None:
        """Nothing: a file of payments has no place for notes."""

    def _safely(self, work: Worker, posting: Posting, day: str | None) -> str | None:
        try:
            with self._alone(posting.practice_id) as folder:
                return work(folder, posting, day)
        except DamagedFile as damage:
            raise Refused(f"{damage} Restore the file as it was written, or post this payment by hand.") from None
        except OSError:
            raise TryLater("The posting file cannot be written just now; look at the disk and the rights.") from None

    def _find(self, folder: Path, posting: Posting, day: str | None = None) -> str | None:  # noqa: ARG002
        for path in sorted(folder.glob("*.csv"), reverse=True):
            for line in read_lines(path):
                if line.external_id == posting.external_id:
                    if (line.balance_id, line.amount_cents) != (posting.balance_id, int(posting.amount_cents)):
                        raise Refused("This payment stands in the posting file with another balance or amount.")
                    return line.reference
        return None

    def _post(self, folder: Path, posting: Posting, day: str | None) -> str:
        found = self._find(folder, posting)
        if found is not None:
            return found
        path = folder / f"{day}.csv"
        lines = read_lines(path) if path.exists() else []
        line = Line(
            reference=f"{day}-{len(lines) + 1:05d}", external_id=posting.external_id, balance_id=posting.balance_id,
            amount_cents=int(posting.amount_cents), paid_at=posting.paid_at.isoformat(), where=posting.where,
        )  # fmt: skip
        write_lines(path, posting.practice_id, [*lines, line])
        return line.reference

    @contextmanager
    def _alone(self, practice_id: str) -> Iterator[Path]:
        """The practice's folder, for one writer at a time over all processes of this machine."""
        folder = self._root / practice_id
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(handle)
