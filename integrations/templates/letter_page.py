"""A letter as a PDF to print: fonts embedded, the address where a window envelope shows it, a code to the page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import reportlab
import segno
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import inch
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from receivables.people import LEAST_LINES, MOST_LINES

PLAIN, BOLD = "Vera", "VeraBd"
SIZE, LEADING = 11.5, 16.5
LEFT, RIGHT = 0.9 * inch, 0.9 * inch
WINDOW_LEFT, WINDOW_TOP = 0.95 * inch, 2.15 * inch
"""Of the address in a number 10 envelope with a window at the left, when the sheet is folded in three; the window is an
inch and an eighth high, which four lines fill."""
CODE = 1.35 * inch
QUIET = 4
"""Modules of white around a code, as its standard asks."""


class Letter(NamedTuple):
    """What is printed; all words are approved ones, filled."""

    sender: Sequence[str]
    to: Sequence[str]
    day: str
    paragraphs: Sequence[str]
    link: str
    """Of the patient's page; empty for a letter that asks for nothing."""
    language: str
    title: str


def printed(*letters: Letter) -> bytes:
    """One page for each. ValueError with the mend when an address or the words do not fit."""
    fonts = Path(reportlab.__file__).parent / "fonts"
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    sheets, first = io.BytesIO(), letters[0]
    canvas = Canvas(sheets, pagesize=LETTER, lang=first.language, invariant=1, initialFontName=PLAIN)
    canvas.setTitle(first.title)
    for letter in letters:
        _page(canvas, letter)
        canvas.showPage()
    canvas.save()
    return sheets.getvalue()


def _page(canvas: Canvas, letter: Letter) -> None:
    if not LEAST_LINES <= len(letter.to) <= MOST_LINES:
        raise ValueError(f"an address in the window has {LEAST_LINES} to {MOST_LINES} lines; write it so")
    width, height = LETTER
    _lines(canvas, letter.sender, LEFT, height - 0.7 * inch, first=BOLD)
    _lines(canvas, letter.to, WINDOW_LEFT, height - WINDOW_TOP)
    canvas.setFont(PLAIN, SIZE)
    canvas.drawRightString(width - RIGHT, height - 3.5 * inch, letter.day)
    y = height - 4.0 * inch
    for paragraph in letter.paragraphs:
        for line in simpleSplit(paragraph, PLAIN, SIZE, width - LEFT - RIGHT):
            canvas.drawString(LEFT, y, line)
            y -= LEADING
        y -= LEADING / 2
    if y - (CODE if letter.link else 0) < 0.6 * inch:
        raise ValueError("the letter does not fit on one page; shorten its words")
    if letter.link:
        _address(canvas, letter.link, y)


def _address(canvas: Canvas, link: str, y: float) -> None:
    """The page's address in words, beside its code."""
    _code(canvas, link, LEFT, y - CODE)
    beside = y - CODE / 2
    for number, line in enumerate(_broken(link)):
        canvas.setFont(BOLD, 10)
        canvas.drawString(LEFT + CODE + 0.3 * inch, beside - 14 * number, line)


def _broken(link: str) -> list[str]:
    """The address over two lines, so that its long last part can be read and typed."""
    before, slash, last = link.rpartition("/")
    return [before + slash, last]


def _lines(canvas: Canvas, lines: Sequence[str], x: float, y: float, first: str = PLAIN) -> None:
    for number, line in enumerate(lines):
        canvas.setFont(PLAIN if number else first, SIZE)
        canvas.drawString(x, y - number * 15, line)


def _code(canvas: Canvas, link: str, x: float, y: float) -> None:
    """Squares, so that it stays sharp in print."""
    rows = [list(row) for row in segno.make(link, error="m", micro=False).matrix]
    side = CODE / (len(rows) + 2 * QUIET)
    for number, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                left, bottom = x + (place + QUIET) * side, y + CODE - (number + QUIET + 1) * side
                canvas.rect(left, bottom, side * 1.01, side * 1.01, stroke=0, fill=1)
