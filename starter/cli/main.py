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
    credit_letter,
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
    refund,
    replay,
    replies,
    silence,
    tasks,
    up,
    why,
)
from starter.cli.listing import Listing
from starter.cli.printing import err

app = typer.Typer(
    name="collect",
    cls=Listing,
    help="Follows up patient balances kindly, from the insurer's posting to the last payment.\n\n"
    "Start with `collect up --simulated` and then `collect cases list`; `collect demo` shows 90 days in a few minutes.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("ingest", epilog="Example: collect ingest monday.835 --practice lakeside")(ingest.ingest)
app.add_typer(cases.app, name="cases", cls=Listing)
app.add_typer(tasks.app, name="tasks", cls=Listing)
app.add_typer(plans.app, name="plans", cls=Listing)
letters.app.command("credit")(credit_letter.credit)
app.add_typer(letters.app, name="letters", cls=Listing)
app.command("why", epilog="Example: collect why lakeside:9f3c")(why.why)
app.command("silence", epilog="Example: collect silence --channel sms --because 'a wrong text'")(silence.silence)
app.command("release")(silence.release)
app.command("decide", epilog="Example: collect decide < question.json")(decide.decide_)
app.command("read-replies")(read_replies.read_replies)
app.add_typer(replies.app, name="replies", cls=Listing)
app.add_typer(policy.app, name="policy", cls=Listing)
app.add_typer(messages.app, name="messages", cls=Listing)
app.command("audit")(audit.audit)
app.command("credits")(credit_queue.credits_)
app.command("refund")(refund.refund)
app.command("replay")(replay.replay)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)


def run() -> None:
    """Run one command; exit codes are 0 done, 1 failed, 2 wrong use."""
    try:
        app(prog_name="collect")
    except Trouble as trouble:
        err.print(str(trouble), style="red", markup=False)
        sys.exit(1)
    finally:
        sys.stdout.flush()
        # A process that connects to the engine, makes one call and exits can abort while its threads wind down.
        time.sleep(0.05)
