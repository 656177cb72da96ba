"""How the web process refuses: answers of one shape that name each problem and its mend, never the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from starter.bad_input import SHOWN_AT_MOST, Problem


class Problems(BaseModel):
    """The body of every answer that is not a success."""

    errors: list[Problem]


class UnacceptableError(Exception):
    """The request cannot be taken; the answer says why."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problems[0].problem if problems else "")
        self.status = status
        self.problems = problems
        self.headers = dict(headers or {})


def refuse(status: int, problem: str, mend: str, *, field: str | None = None, **headers: str) -> UnacceptableError:
    """The exception for a single problem; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return UnacceptableError(status, Problem(field=field, problem=problem, mend=mend), headers=named)


def answer(problems: Sequence[Problem], status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The response that tells them."""
    body = Problems(errors=list(problems[:SHOWN_AT_MOST])).model_dump(mode="json", exclude_none=True)
    for error in body["errors"]:
        error.setdefault("field", None)
    return JSONResponse(body, status, headers=dict(headers or {}))
