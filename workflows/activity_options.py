"""Time-outs and retries of every activity a workflow calls, each with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class Options(TypedDict):
    """Keyword arguments of one activity call."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class LongOptions(Options):
    """Of a call that takes long and says that it lives."""

    heartbeat_timeout: timedelta


# A decision only needs the database and the clock. While they are away it is asked for again, at first at once and
# then every few minutes by a timer, for as long as it takes: a balance is never dropped because of an outage.
DECIDE_TIMEOUT = timedelta(seconds=10)
DECIDE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=3, maximum_interval=timedelta(minutes=3)
)
DECIDE_LOCALLY_UP_TO = timedelta(seconds=2)

STEPS: dict[str, Options] = {
    # Provider time-out 15 s, ledger re-read and claim besides. Tried again without end: every try claims or finds
    # its own earlier claim, so a second try can never become a second message.
    "send_message": Options(
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
    # Local work on one text.
    "read_reply": Options(
        start_to_close_timeout=timedelta(seconds=20),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
    # A few quick tries; a longer absence of the practice's system is a fact, and the case rests until its moment. What
    # is repeated without end is our own database being away. Each try after a lost answer searches before it posts.
    "post_to_practice": Options(
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
    # The same as a message.
    "offer_plan": Options(
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
    # Two inserts and a note in the practice's system.
    "create_plan": Options(
        start_to_close_timeout=timedelta(seconds=60),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
    # A processor that is away is asked again within seconds, then every half hour, without end: a try is looked up
    # before it is repeated, and each attempt asks the rules first, so that what was paid meanwhile is not charged.
    # A refusal by the card is no failure: it is an answer, and its retry a timer of the case.
    "charge_installment": Options(
        start_to_close_timeout=timedelta(seconds=90),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=2), backoff_coefficient=2, maximum_interval=timedelta(minutes=30)
        ),
    ),
    # One insert.
    "ask_staff": Options(
        start_to_close_timeout=timedelta(seconds=20),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
        ),
    ),
}

# Listing a month of a large practice takes minutes, so it says that it lives. Somebody's absence is an answer after a
# few quick tries; what is repeated without end is our own database being away.
PROVE_BOOKS = LongOptions(
    start_to_close_timeout=timedelta(hours=1),
    heartbeat_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=3)
    ),
)
