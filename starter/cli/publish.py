"""`collect policy publish`: shows what a policy would change, then signs it for every process and every open case."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, fail, out
from starter.cli.rehearse import overrides_of, show_changes, stored


def publish(
    practice: Annotated[str, typer.Argument(help="The practice whose policy it is.")],
    who: Annotated[str, typer.Option(help="Your initials or role; it stands under `signers` in practice.yaml.")],
    because: Annotated[str, typer.Option(help="Why; it stands in the story of every balance.")],
    draft: Annotated[Path | None, typer.Option(help="A policy.yaml that differs.", exists=True, dir_okay=False)] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="One value, such as contact.max_per_7d=1.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without being asked again.")] = False,
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Show the next step of every open case under the new policy, then publish it: all cases look again at once.

    Without --yes it asks; with --json and without --yes it only shows.
    """
    from receivables.errors import BadPolicy, UnknownPractice
    from runtime.policy_files import PolicyFiles, Signed
    from starter.rehearsal import Rehearsal, report
    from starter.running import system_now

    overrides = overrides_of(draft, set_ or [])
    if not overrides:
        fail("Nothing would change.", "Name a file with --draft or values with --set.", wrong_use=True)
    api = Api(data, timeout_s=120)
    holds = api.get(f"/v1/policies/{practice}")
    try:
        files, now = PolicyFiles(practices), system_now(data)
        files.sign({practice: Signed(holds["sign_off"], holds["values"])})
        policies = (files.policy(practice), files.draft(practice, overrides))
        changes = asyncio.run(stored(Rehearsal(files.practice(practice), policies, now), practice, data, now, None))
    except (BadPolicy, UnknownPractice) as fault:
        fail(str(fault), "Nothing was published; what is live stays live.")
    told = report(changes, policies)
    if not json_:
        show_changes(told, files.practice(practice).time_zone, drafted=True)
    if not yes and (json_ or not typer.confirm("Publish it?")):
        if json_:
            as_json({"published": False, "preview": told})
        raise typer.Exit(0)
    body = {"values": overrides, "seen": holds["sign_off"], "who": who, "because": because}
    answer = api.post(f"/v1/policies/{practice}", body)
    if json_:
        as_json({"published": True, "preview": told} | answer)
    else:
        cases = counted(answer["cases_told"], "open case")
        out.print(f"Policy {answer['policy_version']} holds from now on; {cases} look again.", markup=False)
