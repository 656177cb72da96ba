"""Structured logs for machines or people, with personal data taken out whatever a caller passes in."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

PERSONAL = {"phone", "email", "name", "first_name", "last_name", "body", "text", "to", "address", "subject", "link"}
LOOKS_PERSONAL = re.compile(r"\+\d{8,15}|[^\s@]+@[^\s@]+\.[^\s@]+|/p/[A-Za-z0-9]{8,}")
TAKEN_OUT = "[removed]"


def set_up_logs(*, as_json: bool, level: int = logging.INFO) -> None:
    """Call once per process, before the first line is logged."""
    shape = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_personal_data,
            shape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Values under personal keys, and anything that looks like a number, an address or a pay link, are removed."""
    for key, value in event.items():
        if key in PERSONAL:
            event[key] = TAKEN_OUT
        elif isinstance(value, str) and LOOKS_PERSONAL.search(value):
            event[key] = LOOKS_PERSONAL.sub(TAKEN_OUT, value)
    return event
