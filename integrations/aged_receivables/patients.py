"""The practice's patient file: who owes for each account and how they may be reached, read whole or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import phonenumbers
from pydantic import ValidationError

from integrations.aged_receivables import cells
from integrations.aged_receivables.cells import WrongCellError
from integrations.aged_receivables.refusal import FileRefused, Problem, Problems
from integrations.aged_receivables.table import Line, Table, read_table
from receivables.people import Channel, Consent, ContactPoint, Guarantor, Patient, PaymentHistory

Value = TypeVar("Value")

NEEDED: Final = ("account", "guarantor_id", "first_name")
OPTIONAL: Final = (
    "last_name", "phone", "email", "consent_sms", "consent_email", "language", "time_zone", "postal_code", "state",
    "preferred_channel", "patient_id", "patient_first_name", "days_to_pay", "missed_installments", "mailing_address",
)  # fmt: skip
"""`account` is the number remittances carry in CLP01. `last_name` is allowed and never read: no message needs it."""


@dataclass(frozen=True, slots=True)
class Household:
    """Who owes for an account, who was treated, and how the guarantor has paid so far."""

    guarantor: Guarantor
    patient: Patient | None
    history: PaymentHistory


def read_patients(data: bytes, name: str, *, delimiter: str = ",") -> dict[str, Household]:
    """Households by account. FileRefused lists every problem with line, column and mend; then nothing is taken in."""
    problems = Problems(name)
    table = read_table(data, name, delimiter, lambda header: set(NEEDED) <= set(header))
    if table is None:
        reason = "no line names the columns " + ", ".join(NEEDED)
        raise FileRefused(name, [Problem(1, "", reason, "write the column names in the first line")])
    reader = _PatientReader(table, problems)
    found: dict[str, Household] = {}
    accounts: dict[str, int] = {}
    guarantors: dict[str, tuple[int, Guarantor]] = {}
    for line in table.lines:
        read = reader.household(line)
        if read is None:
            continue
        account, household = read
        if account in accounts:
            reason = f"the account of line {accounts[account]} stands here again"
            problems.found(line.number, "account", reason, "write one line an account")
        number, first = guarantors.setdefault(household.guarantor.guarantor_id, (line.number, household.guarantor))
        if first != household.guarantor:
            reason = f"this guarantor has other details than in line {number}"
            problems.found(line.number, "guarantor_id", reason, "write the same details in each line of a guarantor")
        accounts.setdefault(account, line.number)
        found[account] = household
    problems.settle()
    return found


class _PatientReader:
    """The columns of one patient file, and its lines as households."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table, self.problems = table, problems
        names = [cell.casefold() for cell in table.header.cells]
        self.places = {name: at for at, name in enumerate(names)}
        for name in names:
            if name not in NEEDED and name not in OPTIONAL:
                problems.found(
                    table.header.number, name, "no such column is known", "use: " + ", ".join(NEEDED + OPTIONAL)
                )
            elif names.count(name) > 1:
                problems.found(table.header.number, name, "this column stands here twice", "write it once")
        problems.settle()

    def household(self, line: Line) -> tuple[str, Household] | None:
        """The account and its household, or None when the line has problems (they are remembered)."""
        before = len(self.problems)
        if not self.table.check_width(line, self.problems):
            return None
        account = self._read(line, "account", _filled)
        ways = (self._phone(line), self._email(line), self._mailing_address(line))
        points = [point for point in ways if point is not None]
        guarantor = self._build(
            line,
            Guarantor,
            {
                "guarantor_id": self._text(line, "guarantor_id"),
                "first_name": self._text(line, "first_name"),
                "language": (self._text(line, "language") or "en").casefold(),
                "time_zone": self._text(line, "time_zone") or None,
                "postal_code": self._text(line, "postal_code") or None,
                "state": self._text(line, "state").upper() or None,
                "preferred_channel": self._text(line, "preferred_channel").casefold() or None,
            },
        )
        patient = self._patient(line)
        history = PaymentHistory(
            days_to_pay=self._read(line, "days_to_pay", _days) or [],
            missed_installments=self._read(line, "missed_installments", cells.whole_number) or 0,
        )
        if len(self.problems) > before or guarantor is None or account is None:
            return None
        reachable = guarantor.model_copy(update={"contact_points": points})
        return account, Household(reachable, patient, history)

    def _patient(self, line: Line) -> Patient | None:
        if not self._text(line, "patient_id"):
            return None
        given = {"patient_id": self._text(line, "patient_id"), "first_name": self._text(line, "patient_first_name")}
        return self._build(line, Patient, given, {"first_name": "patient_first_name"})

    def _phone(self, line: Line) -> ContactPoint | None:
        value = self._read(line, "phone", phone_number)
        consent = self._read(line, "consent_sms", _consent)
        return ContactPoint(channel=Channel.sms, value=value, consent=consent or Consent.unknown) if value else None

    def _email(self, line: Line) -> ContactPoint | None:
        consent = self._read(line, "consent_email", _consent) or Consent.unknown
        value = self._text(line, "email")
        if not value:
            return None
        given = {"channel": Channel.email, "value": value, "consent": consent}
        return self._build(line, ContactPoint, given, {"": "email", "value": "email"})

    def _mailing_address(self, line: Line) -> ContactPoint | None:
        """As it stands on an envelope, its lines divided by bars: `Ben Hill | 45 Elm Street | Chicago, IL 60614`."""
        lines = [part.strip() for part in self._text(line, "mailing_address").split("|")]
        if lines == [""]:
            return None
        given = {"channel": Channel.letter, "value": "\n".join(lines)}
        return self._build(line, ContactPoint, given, {"": "mailing_address", "value": "mailing_address"})

    def _text(self, line: Line, column: str) -> str:
        place = self.places.get(column, -1)
        return line.cells[place] if 0 <= place < len(line.cells) else ""

    def _read(self, line: Line, column: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(self._text(line, column))
        except WrongCellError as wrong:
            self.problems.found(line.number, column, wrong.reason, wrong.mend)
            return None

    def _build(
        self, line: Line, kind: Callable[..., Value], given: dict[str, Any], columns: dict[str, str] | None = None
    ) -> Value | None:
        """A value of the domain; its own rules name the columns that are wrong."""
        try:
            return kind(**given)
        except ValidationError as wrong:
            for error in wrong.errors(include_input=False, include_url=False, include_context=False):
                field = str(error["loc"][0]) if error["loc"] else ""
                column = (columns or {}).get(field, field)
                self.problems.found(
                    line.number, column, "this cannot be used", error["msg"].removeprefix("Value error, ")
                )
            return None


def phone_number(text: str) -> str | None:
    """A telephone number in E.164, read as a US number unless it begins with +; None for an empty cell."""
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise WrongCellError("this is not a telephone number", "write it like (312) 555-0142 or +13125550142")
    if number.extension:
        raise WrongCellError("a number with an extension gets no texts", "write a mobile number, or leave it empty")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _filled(text: str) -> str:
    if not text:
        raise WrongCellError("the account is missing", "fill it in")
    return text


def _consent(text: str) -> Consent:
    try:
        return Consent(text.casefold() or "unknown")
    except ValueError:
        raise WrongCellError("this is no consent", "write granted, denied or unknown") from None


def _days(text: str) -> list[int]:
    """Days to pay of earlier balances, divided by blanks or semicolons: `12;30;9`."""
    return [cells.whole_number(part) for part in text.replace(";", " ").split()]
