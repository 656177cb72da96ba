"""How a damaged remittance is refused: the place, the reason and the mend; never a name or a number of a patient."""

from __future__ import annotations

RESEND = "Ask the payer or clearing house to send the file again; nothing of it was taken in."


class Damaged(Exception):
    """One segment cannot be trusted; the reader turns this into a refusal of the whole file."""

    def __init__(self, segment_number: int, reason: str, mend: str = RESEND) -> None:
        super().__init__(reason)
        self.segment_number = segment_number
        self.reason = reason
        self.mend = mend


class RemittanceRefused(ValueError):
    """A remittance file was refused whole: segment and position (from 1), the reason, and how to mend it."""

    def __init__(
        self,
        segment_number: int,
        segment_id: str,
        reason: str,
        mend: str = RESEND,
        *,
        name: str = "",
        line: int = 1,
        byte: int = 1,
    ) -> None:
        where = f"segment {segment_number}" + (f" ({segment_id})" if segment_id else "") + f", line {line}, byte {byte}"
        super().__init__(f"{name + ': ' if name else ''}{where}: {reason}. {mend}")
        self.segment_number = segment_number
        self.segment_id = segment_id
        self.reason = reason
        self.mend = mend
        self.line = line
        self.byte = byte
