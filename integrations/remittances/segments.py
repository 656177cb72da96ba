"""A remittance file as segments and elements, with the place of each; what a segment means is read elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from integrations.remittances.refusal import RESEND, Damaged

_BARE = re.compile(
    r"ST(?P<element>[^A-Za-z0-9 \r\n])\d{3}(?P=element)[A-Za-z0-9]{1,9}(?P<segment>[^A-Za-z0-9 ])[\r\n]*BPR(?P=element)"
)
_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_BLANK = " \t\r\n"
"""Not what Python calls blank: X12 separators may be control characters that Python would strip."""
_AFTER_THE_END = _BLANK + "\x1a"
"""Harmless after the last segment: line ends, blanks and the end-of-file mark of older systems."""


@dataclass(frozen=True, slots=True)
class Separators:
    """The three characters that divide a file: between elements, inside an element, and after each segment."""

    element: str
    component: str
    segment: str


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments in order; `rows[n - 1]` is segment number n, its id first and its elements after it."""

    rows: list[list[str]]
    separators: Separators


@dataclass(frozen=True, slots=True)
class Place:
    """Where a segment begins: its id, and its line and byte in the file, both counted from 1."""

    segment_id: str
    line: int
    byte: int


def cut(data: bytes) -> Segments:
    """The segments of a file; Damaged when there is no beginning, no end or no separator to be found.

    Separators come from the ISA segment, or from the first segments when a file has no envelope. Line ends between
    and inside segments carry no meaning (files are often wrapped at a fixed width) and are dropped.
    """
    text, _, _ = _decode(data)
    separators = _separators(text)
    pieces = _pieces(text, separators.segment)
    return Segments([piece.split(separators.element) for piece in pieces], separators)


def place(data: bytes, number: int) -> Place:
    """The place of segment `number` (from 1), for a refusal: the work is only done when something is wrong."""
    text, encoding, mark = _decode(data)
    try:
        separators = _separators(text)
    except Damaged:
        return Place("", 1, 1)
    begin = len(text) - len(text.lstrip(_BLANK))
    for _ in range(number - 1):
        begin = text.find(separators.segment, begin) + 1
    while text[begin : begin + 1] in ("\r", "\n"):
        begin += 1
    before = text[:begin]
    width = mark + len(before.encode(encoding, errors="replace"))
    lines = before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    known = re.match(r"[A-Z][A-Z0-9]{1,2}(?![A-Za-z0-9])", text[begin : begin + 4])
    return Place(known[0] if known else "", lines + 1, width + 1)


def _decode(data: bytes) -> tuple[str, str, int]:
    """The text, its encoding, and the width in bytes of the mark before it."""
    for encoding, mark in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding, len(mark)
    try:
        return data.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", 0


def _separators(text: str) -> Separators:
    start = text.lstrip(_BLANK)
    if start.startswith("ISA"):
        return _from_envelope(start)
    bare = _BARE.match(start)
    if bare is None:
        raise Damaged(
            1, "the file begins neither with ISA nor with ST and BPR", "Check that this is an X12 835 file. " + RESEND
        )
    element, segment = bare["element"], bare["segment"]
    return Separators(element, _component(start, element, segment), segment)


def _component(start: str, element: str, segment: str) -> str:
    """The first composite, of a service (SVC01) or a provider adjustment (PLB03), shows what divides its parts."""
    mark, end = re.escape(element), re.escape(segment)
    before = rf"(?:SVC{mark}|PLB{mark}[^{mark}]*{mark}\d*{mark})[A-Z0-9]{{2}}"
    found = re.search(rf"{before}([^A-Za-z0-9 \r\n{mark}{end}])", start)
    return found[1] if found else ":"


def _from_envelope(start: str) -> Separators:
    """ISA has sixteen elements; the last is the component separator, and what follows it ends every segment."""
    parts = start[:200].split(start[3:4] or "*", 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        raise Damaged(1, "the ISA segment is incomplete")
    separators = Separators(start[3], parts[16][0], parts[16][1])
    marks = {separators.element, separators.component, separators.segment}
    if len(marks) < 3 or any(mark.isalnum() or mark == " " for mark in marks):
        raise Damaged(1, "the separators in the ISA segment cannot be right")
    return separators


def _pieces(text: str, terminator: str) -> list[str]:
    if "\x00" in text:
        raise Damaged(1, "the file contains zero bytes")
    for line_end in "\r\n":
        if line_end != terminator:
            text = text.replace(line_end, "")
    pieces = text.lstrip(_BLANK).split(terminator)
    if pieces[-1].strip(_AFTER_THE_END):
        raise Damaged(len(pieces), "the file ends in the middle of this segment")
    pieces.pop()
    if terminator in "\r\n":
        while pieces and not pieces[-1]:
            pieces.pop()
    for number, piece in enumerate(pieces, start=1):
        if not piece:
            raise Damaged(number, "there is an empty segment here")
    return pieces
