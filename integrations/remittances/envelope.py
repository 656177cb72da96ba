"""The envelopes of a file (ISA, GS, ST and their ends): every count and control number agrees, or nothing is read."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.remittances.refusal import RESEND, Damaged

_ENVELOPE = frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Transaction:
    """One ST to SE: `rows[first]` is its ST and `rows[last]` its SE."""

    first: int
    last: int
    control: str
    interchange_control: str = ""
    group_control: str = ""
    version: str = ""
    oddity: str = ""
    """Something a person should hear of although the remittance can be trusted."""


def transactions(rows: Rows) -> list[Transaction]:
    """Every remittance of the file in its order; Damaged when an envelope is incomplete or does not add up.

    A file without envelopes is a plain run of ST to SE. Then nothing tells whether a whole ST to SE is missing, and
    SE01 may be off by one: tools that strip envelopes drop a segment without counting anew. The sums still guard the
    money, and the remittance carries the oddity.
    """
    found: list[Transaction] = []
    at = 0
    while at < len(rows):
        if rows[0][0] == "ISA":
            at = _interchange(rows, at, found)
        else:
            at = _transaction(rows, at, found, Transaction(0, 0, ""))
    if not found:
        raise Damaged(1, "the file holds no remittance (no ST segment)")
    return found


def _interchange(rows: Rows, at: int, found: list[Transaction]) -> int:
    header = _expect(rows, at, "ISA", length=17)
    control = header[13].strip()
    groups, at = 0, at + 1
    while _id(rows, at) == "TA1":
        at += 1
    while _id(rows, at) == "GS":
        at = _group(rows, at, found, control)
        groups += 1
    trailer = _expect(rows, at, "IEA", length=3)
    _agree(at, "IEA01", trailer[1], groups, "groups")
    _same(at, "IEA02", trailer[2], "ISA13", control)
    return at + 1


def _group(rows: Rows, at: int, found: list[Transaction], interchange_control: str) -> int:
    header = _expect(rows, at, "GS", length=9)
    outer = Transaction(0, 0, "", interchange_control, header[6], header[8])
    before, at = len(found), at + 1
    while _id(rows, at) == "ST":
        at = _transaction(rows, at, found, outer)
    trailer = _expect(rows, at, "GE", length=3)
    _agree(at, "GE01", trailer[1], len(found) - before, "transactions")
    _same(at, "GE02", trailer[2], "GS06", header[6])
    return at + 1


def _transaction(rows: Rows, at: int, found: list[Transaction], outer: Transaction) -> int:
    header = _expect(rows, at, "ST", length=3)
    if header[1] != "835":
        raise Damaged(at + 1, "this transaction is not a remittance (ST01 is not 835)", "Give remittance files only.")
    first, at = at, at + 1
    while at < len(rows) and rows[at][0] not in _ENVELOPE:
        at += 1
    trailer = _expect(rows, at, "SE", length=3)
    oddity = "" if outer.interchange_control else _off_by_one(trailer[1], at - first + 1)
    if not oddity:
        _agree(at, "SE01", trailer[1], at - first + 1, "segments")
    _same(at, "SE02", trailer[2], "ST02", header[2])
    found.append(
        Transaction(first, at, header[2], outer.interchange_control, outer.group_control, outer.version, oddity)
    )
    return at + 1


def _off_by_one(text: str, counted: int) -> str:
    if text in {str(counted - 1), str(counted + 1)}:
        return f"SE01 counts {text} segments, {counted} are here; the file has no envelope and all its sums hold"
    return ""


def _id(rows: Rows, at: int) -> str:
    return rows[at][0] if at < len(rows) else ""


def _expect(rows: Rows, at: int, segment_id: str, length: int) -> list[str]:
    if at >= len(rows):
        raise Damaged(len(rows), f"the file ends here, before {segment_id}")
    if rows[at][0] != segment_id:
        raise Damaged(at + 1, f"{segment_id} should stand here")
    if len(rows[at]) < length:
        raise Damaged(at + 1, f"{segment_id} is incomplete")
    return rows[at]


def _agree(at: int, element: str, text: str, counted: int, of_what: str) -> None:
    if not (text.isascii() and text.isdigit()) or int(text) != counted:
        raise Damaged(at + 1, f"{element} does not agree with the {counted} {of_what} that are here", RESEND)


def _same(at: int, element: str, text: str, other: str, control: str) -> None:
    """Control numbers are compared without their leading zeros: senders pad one end and not the other."""
    if text.strip().lstrip("0") != control.lstrip("0") or not text.strip():
        raise Damaged(at + 1, f"{element} differs from {other}, so beginning and end do not belong together")
