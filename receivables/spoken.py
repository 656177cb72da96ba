"""What was said between us and a person, as a case remembers it: our messages and their replies, without any words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import ConfigDict, Field

from receivables.asked import Asks
from receivables.people import Channel
from receivables.recorded import Recorded
from receivables.reported_facts import Moment, SpokenOf

NOTHING_BUT_FILES = {"email": "[attachment]", "sms": "[picture]"}
"""What stands in the place of words when files came alone: there is nothing to read, and nothing to be unsure of."""


class Said(Recorded):
    """A part of the case. Fields are only ever added, with defaults that stay, so that old histories can be read."""

    model_config = ConfigDict(extra="ignore", validate_assignment=False)


class Touch(Said):
    """An accepted message."""

    touch_id: str
    message: str
    channel: Channel
    at: Moment
    failed: bool = False
    """The provider could not deliver it."""
    agent: str = "payment"
    """In whose name it was sent; only what speaks of the bill counts as an attempt to be paid."""
    point_marked: bool = False
    """The number or address it went to has been taken out of use; a second report about it changes nothing."""
    reply_fact_id: str = ""
    """The reply it answers: then it is no reminder."""
    beside: str = ""
    """The touch it is one contact with: it is no further attempt."""
    carried: bool = False
    """Another balance's message spoke of this one too."""


def contacts(touches: Iterable[Touch]) -> list[Touch]:
    """A text and an e-mail that belong together are one contact, and it failed only when both did."""
    known = list(touches)
    arrived = {touch.beside for touch in known if touch.beside and not touch.failed}
    return [
        touch.model_copy(update={"failed": False}) if touch.failed and touch.touch_id in arrived else touch
        for touch in known if not touch.beside
    ]  # fmt: skip


class Reply(Said):
    """Something the patient wrote; the text is in the database under `fact_id`."""

    fact_id: str
    channel: Channel
    at: Moment
    read: bool = False
    intent: str = ""
    intents: list[str] = Field(default_factory=list)
    action: str = ""
    abstain: bool = False
    elsewhere: bool = False
    """It answers a message about another balance of the same person, which answers it."""
    about: str = ""
    """That balance."""
    may_mean: list[SpokenOf] = Field(default_factory=list)
    """Our latest messages spoke of these balances: what concerns one of them alone may mean any."""
    tied: bool = False
    """It does concern one of them alone, and does not say which: a person finds out."""
    files: int = 0
    """Pictures and other files that came with it; none was opened."""
    language: Literal["", "en", "es"] = ""
    held_a_number: bool = False
    """A card or social-security number was taken out of it."""
    asks_what_we_are: bool = False
    """They ask whether a person or a machine is writing: that is answered, whatever else is not understood."""
    asks: Asks = ""
    """A plain question that the case can answer."""
    wish: Literal["", "language", "channel"] = ""
    """A wish about messages that was clear, and is granted."""
    read_at: Moment | None = None
    """When it was read: what that put on the case carries this moment, and can be taken back."""
    corrected_at: Moment | None = None
    """When a person said what it means: whoever did has it in hand, and the agent leaves its answer to them."""
    left_to_staff: bool = False
    """A person had the case in hand when it came: they answer it."""
