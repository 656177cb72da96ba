"""The one way into this folder: the bytes of a file become checked remittances, or the file is refused whole."""

from __future__ import annotations

from hashlib import sha256

from integrations.remittances import arithmetic, envelope, segments, walker
from integrations.remittances.refusal import Damaged, RemittanceRefused
from integrations.remittances.shapes import Remittance


def read_remittances(data: bytes, name: str) -> list[Remittance]:
    """Every remittance of an X12 835 file (5010 X221A1, 4010 X091A1), each with its sums checked to the cent.

    `name` is only used in the refusal. RemittanceRefused names the segment, its place, the reason and the mend.
    """
    try:
        return _read(data)
    except Damaged as damage:
        place = segments.place(data, damage.segment_number)
        raise RemittanceRefused(
            damage.segment_number,
            place.segment_id,
            damage.reason,
            damage.mend,
            name=name,
            line=place.line,
            byte=place.byte,
        ) from None


def _read(data: bytes) -> list[Remittance]:
    found = segments.cut(data)
    file_sha256 = sha256(data).hexdigest()
    remittances = []
    for transaction in envelope.transactions(found.rows):
        remittance = walker.read_transaction(found.rows, transaction, found.separators.component, file_sha256)
        arithmetic.check(remittance)
        remittances.append(remittance)
    return remittances
