"""`collect messages`: look at what patients read, judge a wording, draft it, and sign it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, err, fail, out, table

app = typer.Typer(help="See, judge, draft and approve what patients read.", no_args_is_help=True)
Practice = Annotated[str, typer.Option(help="The practice whose words they are.")]
Practices = Annotated[Path, typer.Option(help="Folder with the practices.")]
Wording = Annotated[
    Path | None,
    typer.Option("--from", help="A folder of files, sms.en.txt and so on.", exists=True, file_okay=False),
]  # fmt: skip
Name = Annotated[str, typer.Argument(help="The message: its folder's name, such as first_notice.")]
Who = Annotated[str, typer.Option(help="Your initials or role, not a full name.")]
PRACTICES = Path("practices")


@app.command("list")
def list_(
    practice: Practice = "lakeside", practices: Practices = PRACTICES, json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """All messages of a practice, and whose words each is: approved here, the practice's files, or the default."""
    from integrations.templates.checks import names_of

    approved, names = _approved(practice, data), _known(practices, practice, names_of)
    rows = []
    for name in names:
        own = any(one.startswith(f"{name}/") for one in approved)
        kept = (practices / practice / "messages" / name).is_dir()
        rows.append((name, "approved" if own else "practice's files" if kept else "default"))
    if json_:
        as_json({"practice_id": practice, "messages": [{"message": name, "words": words} for name, words in rows]})
    else:
        table(practice, ("message", "words"), rows)


@app.command("show")
def show(
    message: Name, practice: Practice = "lakeside", practices: Practices = PRACTICES, json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """The templates of one message as they hold now, file by file."""
    from integrations.templates.checks import FILES

    approved, found = _approved(practice, data), {}
    for file in sorted(FILES):
        paths = [practices / root / "messages" / message / file for root in (practice, "_default")]
        text = approved.get(f"{message}/{file}") or next((path.read_text() for path in paths if path.is_file()), None)
        if text is not None:
            found[file] = text
    if not found:
        fail(f"There is no message {message}.", "`collect messages list` names them.")
    if json_:
        as_json({"practice_id": practice, "message": message, "files": found})
        return
    for file, text in found.items():
        out.print(f"--- {message}/{file}", style="bold", markup=False)
        out.print(text, markup=False, soft_wrap=True)


@app.command("preview")
def preview(
    message: Name, practice: Practice = "lakeside", wording: Wording = None, practices: Practices = PRACTICES,
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """A message in every language and channel for a sample patient, with segments and reading grade."""
    from receivables.errors import BadPolicy, UnknownPractice
    from runtime.policy_files import PolicyFiles
    from starter.previews import previews

    texts = {practice: _approved(practice, data) | _files(message, wording)}
    try:
        policies = PolicyFiles(practices)
        shown = list(previews(practices, policies, policies.practice(practice), message, texts))
    except (BadPolicy, UnknownPractice) as fault:
        fail(str(fault), "`collect messages list` names the messages, `collect messages lint` all faults.")
    if json_:
        as_json({"practice_id": practice, "previews": [one.model_dump(mode="json") for one in shown]})
        return
    for one in shown:
        cost = f", {counted(one.segments, 'segment')} {one.alphabet}" if one.segments else ""
        out.print(f"--- {one.channel} in {one.language}: grade {one.grade}{cost}", style="bold", markup=False)
        if one.subject:
            out.print(f"Subject: {one.subject}", markup=False)
        out.print(one.text, markup=False, soft_wrap=True)


@app.command("lint")
def lint(
    message: Annotated[str | None, typer.Argument(help="Only this message.")] = None, practice: Practice = "lakeside",
    wording: Wording = None, practices: Practices = PRACTICES, json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Judge wordings: clinical words, promises, threats, identity, opt-out, segments, grade. Exit 1 with each fault."""
    from integrations.templates.checks import check_messages, names_of
    from receivables.errors import BadPolicy

    if wording is not None and message is None:
        fail("--from holds the files of one message.", "Name it: lint first_notice --from …", wrong_use=True)
    names = _known(practices, practice, names_of)
    if message is not None and message not in names:
        fail(f"There is no message {message}.", "`collect messages list` names them.")
    texts = {practice: _approved(practice, data) | _files(message or "", wording)}
    try:
        faults = check_messages(practices, [practice], [message] if message else (), texts)
    except BadPolicy as fault:
        faults = [str(fault)]
    if json_:
        as_json({"faults": faults})
    for one in faults if not json_ else ():
        err.print(one, style="red", markup=False, soft_wrap=True)
    if not faults and not json_:
        out.print("Nothing stands against it.")
    if faults:
        raise typer.Exit(1)


@app.command("draft")
def draft(
    message: Name,
    wording: Annotated[Path, typer.Option("--from", help="A folder of files.", exists=True, file_okay=False)],
    who: Who, because: Annotated[str, typer.Option(help="Why it is worded differently.")],
    practice: Practice = "lakeside", json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Keep another wording as a draft. What patients read stays until somebody who may approves it."""
    files = {name.partition("/")[2]: text for name, text in _files(message, wording).items()}
    if not files:
        fail(f"{wording}: there are no files in it.", "Put files such as sms.en.txt there.")
    body = {"files": files, "who": who, "because": because}
    answer = Api(data, timeout_s=120).post(f"/v1/messages/{practice}/{message}/drafts", body)
    if json_:
        as_json(answer)
    else:
        out.print(f"Draft {answer['draft_id']} is kept. `collect messages approve {answer['draft_id']}` makes it hold.")


@app.command("drafts")
def drafts(
    practice: Annotated[str | None, typer.Option(help="Only of this practice.")] = None, json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Drafts of messages and policies, the newest first, with who signed which."""
    found = Api(data).get("/v1/drafts", practice_id=practice)["drafts"]
    if json_:
        as_json({"drafts": found})
        return
    rows = [
        (one["draft_id"], one["practice_id"], one["name"] or "policy", one["drafted_by"], one["because"],
         f"signed by {one['signed_by']}" if one["signed_by"] else "open")
        for one in found
    ]  # fmt: skip
    table("drafts", ("draft", "practice", "what", "by", "because", ""), rows)


@app.command("approve")
def approve(
    draft_id: Annotated[int, typer.Argument(help="As `collect messages drafts` shows it.")], who: Who,
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Sign the draft of a message: from now on patients read it. Only who stands under `signers` may."""
    answer = Api(data, timeout_s=120).post(f"/v1/drafts/{draft_id}/approve", {"who": who})
    if json_:
        as_json(answer)
    else:
        out.print(f"{answer['message']} of {answer['practice_id']} holds from now on, version {answer['version']}.")


def _approved(practice: str, data: Path) -> dict[str, str]:
    """Approved texts of the running system; without one the files alone are looked at."""
    from starter.running import find

    if find(data) is None:
        return {}
    return dict(Api(data).get(f"/v1/messages/{practice}")["texts"])


def _files(message: str, folder: Path | None) -> dict[str, str]:
    found = {}
    for path in sorted(folder.glob("*")) if folder else ():
        try:
            found[f"{message}/{path.name}"] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as wrong:
            place = path.read_bytes()[: wrong.start].count(b"\n") + 1
            fail(f"{path.name}, line {place}: these bytes are not UTF-8 text.", "Save the file as UTF-8 and try again.")
    return found


def _known(practices: Path, practice: str, names_of: Any) -> list[str]:
    if not (practices / practice / "practice.yaml").is_file():
        fail(f"There is no practice {practice}.", "Name one with --practice.", wrong_use=True)
    return list(names_of(practices, practice))
