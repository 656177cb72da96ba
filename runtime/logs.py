"""Structured logs for machines or people, with personal data taken out whatever a caller or a library passes in."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from runtime.checkout import PACKAGES

PERSONAL = frozenset({
    "phone", "email", "name", "first_name", "last_name", "full_name", "patient_name", "guarantor_name", "body", "text",
    "to", "from", "from_", "recipient", "address", "street", "postal_code", "subject", "link", "url", "birthday",
    "date_of_birth", "ssn", "note", "token", "password", "authorization",
})  # fmt: skip
"""Keys whose values are removed whatever they are."""
LOOKS_PERSONAL = re.compile(
    r"\+\d{8,15}"
    r"|(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"
    r"|(?<![\w.-])[2-9]\d{2}[2-9]\d{6}(?![\w.-])"
    r"|[^\s@<>\"'=:,;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+"
    r"|(?<=://)[^\s/@]+(?=@)"
    r"|(?<=/p/)[A-Za-z0-9]{8,}"
    r"|(?<=/codec/)[\w-]{8,}"
)
"""Phone numbers as people write them, mailboxes, passwords in addresses, codes of pay links and the codec's token."""
TAKEN_OUT = "[removed]"
LIBRARIES = ("httpx", "twilio", "stripe", "sendgrid", "python_http_client", "asyncio", "uvicorn", "temporalio")
"""They tell at INFO whom they write to; only their warnings are of use."""


def set_up_logs(*, as_json: bool, level: int = logging.INFO, out: TextIO | None = None) -> None:
    """Call once per process, before the first line is logged. Lines go to standard error unless told otherwise.

    Our lines and the libraries' take the same way, so that neither can leak.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words_of_exceptions,
        without_personal_data,
    ]
    shape = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Values under personal keys, and anything that looks like a number, an address or a pay link, are removed."""
    return {key: value if key.startswith("_") else _clean(key, value) for key, value in event.items()}


def without_words_of_exceptions(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception becomes its types and places. Its words stay only when they are ours.

    A database's or a vendor's words may repeat what a patient wrote.
    """
    given = event.pop("exc_info", None)
    fault = _exception(given)
    if fault is not None:
        event["exception"] = " <- ".join(_told(one) for one in _chain(fault))
    return event


def _clean(key: str, value: object) -> object:
    if key.lower() in PERSONAL:
        return TAKEN_OUT
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", one) for one in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return LOOKS_PERSONAL.sub(TAKEN_OUT, str(value))


def _exception(given: object) -> BaseException | None:
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    if isinstance(given, BaseException):
        return given
    return sys.exc_info()[1] if given else None


def _chain(fault: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    following: BaseException | None = fault
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain


def _told(fault: BaseException) -> str:
    ours = type(fault).__module__.partition(".")[0] in PACKAGES
    words = f": {fault}" if ours else ""
    return f"{type(fault).__qualname__}{words} ({_places(fault.__traceback__)})"


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-6:]
    return ", ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
