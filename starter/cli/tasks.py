"""`collect tasks`: the work that waits for people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.conversation import told
from starter.cli.printing import as_json, counted, fail, out, table

app = typer.Typer(help="List, look at, claim and finish staff tasks.", no_args_is_help=True)
TaskId = Annotated[str, typer.Argument(help="As in the list: practice:task.")]
Who = Annotated[str, typer.Option(help="Your initials or role, not a full name.")]


@app.command("list")
def list_(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    status: Annotated[str, typer.Option(help="open, claimed or resolved.")] = "open",
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Tasks, the most valuable and most urgent first."""
    answer = Api(data).get("/v1/tasks", practice_id=practice, status=status)
    if json_:
        as_json(answer)
        return
    rows = [
        (row["id"], row["kind"].replace("_", " "), _dollars(row), _short(row["due_at"]), _whom(row))
        for row in answer["tasks"]
    ]
    table(counted(len(rows), "task"), ("task", "kind", "expected", "due", "whom"), rows)
    if rows:
        out.print("`collect tasks show TASK` tells what happened, what to suggest and what not to say.", soft_wrap=True)


@app.command("show")
def show(task_id: TaskId, json_: Json = False, data: DataDir = Path(".collect")) -> None:
    """One task with everything needed to finish it: whom to call, what happened, what to suggest, what not to say."""
    task = Api(data).get(f"/v1/tasks/{task_id}")
    as_json(task) if json_ else _card(task)


@app.command("evidence")
def evidence(
    task_id: TaskId,
    to: Annotated[Path | None, typer.Option(help="Where to write the page; standard output without it.")] = None,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """The evidence about a task's balance, ready to print: what was allowed, sent, agreed, posted and paid.

    It holds no words of the patient and nothing about the visit but its day. Open the page in a browser to print it.
    """
    if json_:
        as_json(Api(data).get(f"/v1/tasks/{task_id}/evidence"))
        return
    page = Api(data).page(f"/v1/tasks/{task_id}/evidence.html")
    if to is None:
        typer.echo(page)
        return
    try:
        to.write_text(page, encoding="utf-8")
    except OSError as wrong:
        fail(f"--to: the page could not be written: {wrong.strerror}.", "Name a file in a folder that is there.")
    out.print(f"Written to {to}. It is to be answered by the day at its head.", soft_wrap=True, markup=False)


@app.command("claim")
def claim(task_id: TaskId, who: Who, json_: Json = False, data: DataDir = Path(".collect")) -> None:
    """Take a task, so that nobody else works on it."""
    task = Api(data).post(f"/v1/tasks/{task_id}/claim", {"who": who})
    if json_:
        as_json(task)
        return
    _card(task)
    out.print(f"It is yours. Finish it with: collect tasks resolve {task_id} OUTCOME --who {who}", soft_wrap=True)


@app.command("resolve", epilog="Example: collect tasks resolve lakeside:9f3c.call.1 no_answer --who AB")
def resolve(
    task_id: TaskId,
    outcome: Annotated[
        str,
        typer.Argument(
            help="will_pay, plan_agreed, wrong_number, dispute, assistance, no_answer, contact_updated, resume, "
            "keep_paused, write_off, insurance_responsible, withdraw or done."
        ),
    ],
    who: Who,
    will_pay_by: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With will_pay.")] = None,
    resume_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With keep_paused.")] = None,
    note: Annotated[str, typer.Option(help="For the record.")] = "",
    installments: Annotated[int | None, typer.Option(min=1, help="With plan_agreed: how many payments.")] = None,
    first_due_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With plan_agreed: the first of them.")
    ] = None,
    frequency: Annotated[str, typer.Option(help="weekly, biweekly, semimonthly or monthly.")] = "monthly",
    down_payment: Annotated[str, typer.Option(help="With plan_agreed: dollars paid down, such as 50.")] = "0",
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Finish a task with its outcome; the balance moves on from there."""
    body: dict[str, Any] = {"outcome": outcome, "who": who, "note": note}
    if will_pay_by:
        body["will_pay_by"] = will_pay_by.date().isoformat()
    if resume_on:
        body["resume_on"] = resume_on.date().isoformat()
    if installments is not None or first_due_on is not None:
        body["terms"] = terms(installments, first_due_on, frequency, down_payment)
    answer = Api(data).post(f"/v1/tasks/{task_id}/resolve", body)
    if json_:
        as_json(answer)
    else:
        out.print(f"Finished: {outcome.replace('_', ' ')}. The balance moves on from there.", soft_wrap=True)


def _card(task: dict[str, Any]) -> None:
    kind = task["kind"].replace("_", " ")
    out.print(f"{kind}, {task['status']}, due {_short(task['due_at'])}: {_dollars(task)} expected", soft_wrap=True)
    out.print(f"Whom: {_whom(task) or 'nobody in particular'}", soft_wrap=True)
    only = (task.get("whom") or {}).get("only_at")
    if only is not None:
        ways = f"at {' or '.join(only)}" if only else "by post, or as a person has arranged it"
        out.print(f"  ONLY THERE: they asked to be reached {ways}, and in no other way", soft_wrap=True, markup=False)
    for number in (task.get("whom") or {}).get("numbers", []):
        if number["remark"]:
            out.print(f"  {number['number']}: {number['remark']}", soft_wrap=True)
    out.print(task["summary"], soft_wrap=True, markup=False)
    if task.get("conversation"):
        out.print("What was said:", soft_wrap=True)
        told(task["conversation"], asked_about=task.get("reply_fact_id"))
    elif task["reply_text"]:
        out.print(f"They wrote: {task['reply_text']}", soft_wrap=True, markup=False)
    if task.get("reply_fact_id"):
        right = f"collect replies correct {task['reply_fact_id']} --intent INTENT --who WHO"
        out.print(f"Was it read wrongly? {right}", soft_wrap=True, markup=False)
    _stated(task["id"], task.get("stated", []))
    if task["suggestion"]:
        out.print(f"Suggested: {task['suggestion']}", soft_wrap=True, markup=False)
    for warning in task["do_not_say"]:
        out.print(f"  - {warning}", soft_wrap=True, markup=False)


def _stated(task_id: str, stated: list[dict[str, str]]) -> None:
    """New numbers and addresses that the reply names, and how they come on the record."""
    for one in stated:
        out.print(f"They give {WAYS[one['kind']]}: {one['value']}", soft_wrap=True, markup=False)
    if stated:
        out.print("Confirm it with them, and enter it in your own system. On our record it is put by", soft_wrap=True)
        out.print(f"  collect tasks resolve {task_id} contact_updated --who WHO", soft_wrap=True, markup=False)


WAYS = {"email": "an e-mail address", "phone": "a number", "post": "a postal address"}


def _whom(task: dict[str, Any]) -> str:
    whom = task.get("whom")
    if not whom:
        return ""
    reach = whom["phone"] or (whom["emails"][0] if whom["emails"] else "no number on file")
    return f"{whom['name']}, {reach}" + ("" if whom["language"] == "en" else f" ({whom['language']})")


def _dollars(task: dict[str, Any]) -> str:
    return Cents(task["expected_cents"]).as_dollars()


def _short(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M UTC")


def terms(installments: int | None, first_due_on: datetime | None, frequency: str, down: str) -> dict[str, Any]:
    """A plan as the API takes it; both options are needed."""
    if installments is None or first_due_on is None:
        fail("A plan needs --installments and --first-due-on.", "Give both.", wrong_use=True)
    try:
        cents = int(Cents.from_dollars(down))
    except ValueError as wrong:
        fail(f"--down-payment: {wrong}", "Write it like 50 or 50.25.", wrong_use=True)
    return {
        "installments": installments, "first_due_on": first_due_on.date().isoformat(), "frequency": frequency,
        "down_payment_cents": cents,
    }  # fmt: skip
