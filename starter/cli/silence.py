"""`collect silence` and `collect release`: the kill switch, by the running system's own API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, fail, local, out

Practice = Annotated[str | None, typer.Option(help="Only this practice.")]
AgentName = Annotated[str | None, typer.Option(help="Only this agent: payment, recall, no_show, voice, staff …")]
ChannelName = Annotated[str | None, typer.Option(help="Only this channel: sms, email, voice or letter.")]
Template = Annotated[str | None, typer.Option("--message", help="Only this message, by its folder's name.")]
Everything = Annotated[bool, typer.Option("--everything", help="All practices, agents and channels.")]
Who = Annotated[str, typer.Option("--who", help="Who does this: initials or a role.")]


def silence(
    practice: Practice = None, agent: AgentName = None, channel: ChannelName = None, message: Template = None,
    everything: Everything = False,
    because: Annotated[str, typer.Option(help="Why; it stands in the story of everything held back.")] = "",
    who: Who = "operator", json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Silence a practice, an agent, a channel or a message at once, until it is released. Without options: list."""
    if not (practice or agent or channel or message or everything):
        _list(json_=json_, data=data)
        return
    if not because:
        fail("Say why.", 'Add --because "…": it is shown wherever somebody asks why nothing was sent.')
    body = _what(practice, agent, channel, message) | {"because": because, "who": who}
    answer = Api(data).post("/v1/silences", body)
    _tell(answer, "is silent from now on", json_=json_)


def release(
    practice: Practice = None, agent: AgentName = None, channel: ChannelName = None, message: Template = None,
    everything: Everything = False, who: Who = "operator", json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """End exactly one silence; what was held back goes on within the hour."""
    if not (practice or agent or channel or message or everything):
        fail("Say what is to be released.", "Name the same options as when it was silenced, or --everything.")
    answer = Api(data).post("/v1/silences/release", _what(practice, agent, channel, message) | {"who": who})
    _tell(answer, "may speak again", json_=json_)


def _list(*, json_: bool, data: Path) -> None:
    answer = Api(data).get("/v1/silences")
    if json_:
        as_json(answer)
        return
    for one in answer["silences"]:
        since = local(one["since"], "UTC")
        out.print(f"{_name(one)} is silent since {since} ({one['who']}): {one['because']}", markup=False)
    if not answer["silences"]:
        out.print("Nothing is silenced.")


def _what(practice: str | None, agent: str | None, channel: str | None, message: str | None) -> dict[str, Any]:
    return {"practice_id": practice, "agent": agent, "channel": channel, "message": message}


def _tell(answer: dict[str, Any], what: str, *, json_: bool) -> None:
    if json_:
        as_json(answer)
    else:
        out.print(f"{_name(answer)} {what}.", markup=False)


def _name(silence: dict[str, Any]) -> str:
    fields = ("practice_id", "agent", "channel", "message")
    named = [f"{field.removesuffix('_id')} {silence[field]}" for field in fields if silence[field]]
    return ", ".join(named).capitalize() or "Everything"
