"""`collect`: gathers the commands, and ends a short process without tripping over the engine's background threads."""

from __future__ import annotations

import sys
import time

import typer

from runtime.trouble import Trouble
from starter.cli import (
    audit,
    bench,
    cases,
    credit_queue,
    decide,
    demo,
    doctor,
    ingest,
    letters,
    messages,
    plans,
    policy,
    read_replies,
    replay,
    replies,
    silence,
    tasks,
    up,
    why,
)
from starter.cli.printing import err

app = typer.Typer(
    name="collect",
    help="Follows up patient balances kindly, from the insurer's posting to the last payment.\n\n"
    "Start with `collect up --simulated` and then `collect cases list`; `collect demo` shows 90 days in a few minutes.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("ingest")(ingest.ingest)
app.add_typer(cases.app, name="cases")
app.add_typer(tasks.app, name="tasks")
app.add_typer(plans.app, name="plans")
app.add_typer(letters.app, name="letters")
app.command("why")(why.why)
app.command("silence")(silence.silence)
app.command("release")(silence.release)
app.command("decide")(decide.decide_)
app.command("read-replies")(read_replies.read_replies)
app.add_typer(replies.app, name="replies")
app.add_typer(policy.app, name="policy")
app.add_typer(messages.app, name="messages")
app.command("audit")(audit.audit)
app.command("credits")(credit_queue.credits_)
app.command("replay")(replay.replay)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)


def run() -> None:
    """Run one command; exit codes are 0 done, 1 failed, 2 wrong use."""
    try:
        app()
    except Trouble as trouble:
        err.print(str(trouble), style="red", markup=False)
        sys.exit(1)
    finally:
        sys.stdout.flush()
        # A process that connects to the engine, makes one call and exits can abort while its threads wind down.
        time.sleep(0.05)
