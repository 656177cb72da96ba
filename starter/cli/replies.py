"""`collect replies`: say what a reply means where it was read wrongly, and get what was corrected as training data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, err, fail, out

app = typer.Typer(help="Correct how replies were read, and get the corrections as training data.", no_args_is_help=True)
NUMBERS = {"amount_cents", "installments"}


@app.command("correct")
def correct(
    fact_id: Annotated[str, typer.Argument(help="The reply, as `collect tasks show` and the timeline name it.")],
    who: Annotated[str, typer.Option(help="Your initials or role, not a full name.")],
    intent: Annotated[str, typer.Option(help="What it says first of all, such as already_paid.")],
    intents: Annotated[
        list[str] | None, typer.Option(help="What else it says; again, or with commas, for several.")
    ] = None,
    action: Annotated[str, typer.Option(help="What should have followed; left out: what follows the intent.")] = "",
    slot: Annotated[
        list[str] | None,
        typer.Option(help="amount_cents=5000, installments=4, frequency=monthly or date=2026-03-20; again for more."),
    ] = None,
    practice: Annotated[str | None, typer.Option(help="When several practices have such a reply.")] = None,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Say what a reply means: its balance moves as if it had been read so, and the next reader is trained with it.

    The same correction again changes nothing. Another one counts from now on, and the first stays on record. A task
    that the wrong reading opened stays open until it is finished, and a stop stays a stop.

    Example: collect replies correct twilio.SM0f3a --intent opt_out --intents already_paid --who MK
    """
    others = [name.strip() for part in intents or [] for name in part.split(",") if name.strip()]
    body: dict[str, Any] = {"who": who, "intent": intent, "intents": others, "slots": slots_of(slot or [])}
    if action:
        body["action"] = action
    if practice:
        body["practice_id"] = practice
    kept = Api(data).post(f"/v1/replies/{quote(fact_id, safe='')}/correction", body)
    if json_:
        as_json(kept)
    elif not kept["new"]:
        out.print("It is corrected to this already; nothing changed.")
    else:
        before = " It counts instead of the one before, which stays on record." if kept["replaces"] else ""
        out.print(f"Kept, for the balance and for the next training.{before}", soft_wrap=True)
        for sentence in kept["follows"]:
            out.print(f"  - {sentence}", soft_wrap=True)


@app.command("corrections")
def corrections(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="The same JSON lines: they are for programs anyway.")] = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Write what was corrected as JSON lines, one reply each, for `collect read-replies --train --corrections FILE`.

    The lines hold patients' own words: keep the file where patients' records are kept, and delete it after training.

    Example: collect replies corrections > corrected.jsonl
    """
    api, after, count = Api(data), 0, 0
    while after is not None:
        answer = api.get("/v1/replies/corrections", practice_id=practice, after=after)
        for line in answer["corrections"]:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
        after = answer["next"]
    if not count and not json_:
        err.print("Nothing has been corrected.")


@app.command("opinions")
def opinions(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back.")] = 30,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Show how often a language model was asked what a reply says, what came of it, and what it cost.

    It is off unless COLLECT_LANGUAGE_MODEL__MODEL is set. Prices are those of the settings; without them it costs $0.

    Example: collect replies opinions --days 7
    """
    answer = Api(data).get("/v1/replies/opinions", days=days)
    if json_:
        as_json(answer)
    elif not answer["spent"]:
        out.print(f"No language model was asked in the last {days} days.")
    else:
        for one in answer["spent"]:
            out.print(_spent(one), soft_wrap=True, markup=False)


OUTCOMES = {
    "answered": "answered", "failed": "failed", "too_slow": "took too long", "unusable": "answered something unusable",
}  # fmt: skip


def _spent(one: dict[str, Any]) -> str:
    """`any:small answered 12 times: 7240 tokens in, 160 out, $0.002130`."""
    times = "once" if one["asked"] == 1 else f"{one['asked']} times"
    cost = f"${one['cost_microdollars'] // 1_000_000}.{one['cost_microdollars'] % 1_000_000:06d}"
    said = OUTCOMES.get(one["outcome"], one["outcome"])
    return f"{one['model']} {said} {times}: {one['tokens_in']} tokens in, {one['tokens_out']} out, {cost}"


def slots_of(given: list[str]) -> dict[str, Any]:
    """`name=value` pairs as the API takes them; names and values are judged there."""
    found: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            fail(f"--slot needs a name and a value, not {pair!r}.", "Such as amount_cents=5000.", wrong_use=True)
        found[name] = int(value) if name in NUMBERS and value.isdecimal() else value
    return found
