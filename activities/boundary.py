"""Maps the errors of ports to Temporal's, once: what may be tried again, and what never will succeed."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from temporalio.exceptions import ApplicationError

from receivables.errors import BadPolicy, CannotKnow, Refused, TryLater, UnknownPractice

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def boundary(work: Callable[Given, Awaitable[Answer]]) -> Callable[Given, Awaitable[Answer]]:
    """Let an activity raise in the words of the trade.

    A configuration fault stays retryable, slowly: it is mended by a person while the balance waits, and the
    failure stands in the Temporal UI until then. Nothing a vendor or patient said enters the error's text.
    """

    @functools.wraps(work)
    async def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return await work(*args, **kwargs)
        except (TryLater, CannotKnow) as fault:
            raise ApplicationError(str(fault), type=type(fault).__name__) from fault
        except Refused as fault:
            raise ApplicationError(fault.because, type="Refused", non_retryable=True) from fault
        except (UnknownPractice, BadPolicy) as fault:
            raise ApplicationError(str(fault), type=type(fault).__name__) from fault

    return guarded
