"""`POST /v1/facts`: checks what is reported and hands it to the case desk; the answer means that it is durable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from receivables.errors import UnknownPractice
from receivables.facts import REPORTED, ReportedFact
from receivables.ports import PolicyBook
from starter.bad_input import Problem, problems_in
from starter.case_desk import Receipt
from web.access import Gate
from web.bodies import FACTS_BYTES, need_type, read
from web.doorway import Door
from web.parts import WebParts
from web.problems import UnacceptableError, refuse

A_YEAR = timedelta(days=366)
AT_MOST = 5_000
"""Facts in one list: one transaction stays short."""
MONEY = frozenset({"balance_adjusted", "payment_recorded", "payment_reversed"})
REPORTED_LIST: TypeAdapter[list[ReportedFact]] = TypeAdapter(
    Annotated[list[ReportedFact], Field(min_length=1, max_length=AT_MOST)]
)


def kinds() -> tuple[str, ...]:
    """Every kind that may be reported."""
    schema: dict[str, Any] = REPORTED.json_schema()
    return tuple(schema["discriminator"]["mapping"])


KINDS = kinds()


def facts_route(parts: WebParts, gate: Gate) -> Door:
    """A plain route, since this door is the busiest: one parse of the body and no machinery around it."""

    async def take(request: Request) -> Response:
        gate.check(request.headers.get("authorization"))
        need_type(request, "application/json")
        report = understood(await read(request, FACTS_BYTES))
        objections = addressed(report) or yet_to_come(report, await parts.clock.now())
        if objections:
            raise UnacceptableError(422, *objections)
        try:
            receipts = await parts.desk.report(report.facts)
        except UnknownPractice:
            raise UnacceptableError(422, *strangers(report, parts.policies)) from None
        parts.metrics.happened("facts", "new", sum(receipt.new for receipt in receipts))
        parts.metrics.happened("facts", "again", sum(not receipt.new for receipt in receipts))
        return JSONResponse({"facts": [shown(receipt) for receipt in receipts]}, 202)

    return Door("/v1/facts", take, methods=["POST"])


class Report(NamedTuple):
    """What was sent."""

    facts: list[ReportedFact]
    listed: bool
    """Whether it came as a list, which the paths of fields then show."""

    def problem(self, place: int, field: str, problem: str, mend: str) -> Problem:
        """Something about one of the facts."""
        if not self.listed:
            return Problem(field=field, problem=problem, mend=mend)
        return Problem(field=f"[{place}].{field}", index=place, problem=problem, mend=mend)


def understood(body: bytes) -> Report:
    """One fact or a list, taken whole or not at all. UnacceptableError (422) names every field that is wrong."""
    listed = body.lstrip()[:1] == b"["
    try:
        return Report(REPORTED_LIST.validate_json(body) if listed else [REPORTED.validate_json(body)], listed)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        raise UnacceptableError(422, *problems_in(errors, skip=KINDS)) from None


def addressed(report: Report) -> list[Problem]:
    """What is missing for a fact to reach anyone: money names its balance, everything else a balance or a person."""
    problems = []
    for place, fact in enumerate(report.facts):
        if fact.balance_id is not None or (fact.guarantor_id is not None and fact.kind not in MONEY):
            continue
        if fact.kind == "contact_updated":  # It describes its person.
            continue
        problem = "money belongs to a balance, and none is named" if fact.kind in MONEY else "nobody is named"
        mend = "add balance_id" if fact.kind in MONEY else "add balance_id, or guarantor_id to reach all their balances"
        problems.append(report.problem(place, "balance_id", problem, mend))
    return problems


def yet_to_come(report: Report, now: datetime) -> list[Problem]:
    """A mistyped year, which would leave a balance in silence until then. Clocks may differ; a year they do not."""
    mend = "a fact tells what has happened: correct the year"
    return [
        report.problem(place, "at", "this moment lies more than a year ahead", mend)
        for place, fact in enumerate(report.facts)
        if fact.at - now > A_YEAR
    ]


def strangers(report: Report, policies: PolicyBook) -> list[Problem]:
    """Which facts name a practice that is not configured."""
    problems = []
    for place, fact in enumerate(report.facts):
        try:
            policies.practice(fact.practice_id)
        except UnknownPractice:
            mend = "correct the id, or add a folder for the practice under practices/"
            problems.append(report.problem(place, "practice_id", "there is no such practice", mend))
    return problems or list(refuse(422, "there is no such practice", "correct the id", field="practice_id").problems)


def shown(receipt: Receipt) -> dict[str, object]:
    """What became of one fact. `case_id` is the first case, which is the only one for a fact about a balance."""
    first = receipt.case_ids[0] if receipt.case_ids else None
    return {"fact_id": receipt.fact_id, "case_id": first, "case_ids": receipt.case_ids, "new": receipt.new}
