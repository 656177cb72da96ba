"""Records the golden histories anew: one life for each path a balance can take. Run it only to add or change a path."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "workflows"), str(HERE.parent)]

from living import KEY, Living, living  # noqa: E402
from temporalio.client import Client  # noqa: E402

from receivables.cards.card import CardOnFile  # noqa: E402
from receivables.facts import BalanceAdjusted, CardEnrolled, ReplyReceived  # noqa: E402
from receivables.money import Cents  # noqa: E402
from receivables.people import Channel, PaymentHistory  # noqa: E402
from runtime.embedded_temporal import EmbeddedTemporal  # noqa: E402
from runtime.encryption import encrypted_converter  # noqa: E402
from runtime.ports import any_free  # noqa: E402

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SLOW = PaymentHistory(days_to_pay=[60, 75, 52], missed_installments=1)


def day(number: int, hour: int = 16) -> datetime:
    return START + timedelta(days=number, hours=hour - 9)


async def paid_after_the_text(life: Living) -> None:
    await life.posted(47_00)
    await life.until(day(1))
    await life.paid(47_00)


async def paid_before_the_text(life: Living) -> None:
    await life.posted(47_00)
    await life.paid(47_00)


async def paid_in_parts(life: Living) -> None:
    await life.posted(215_00)
    await life.until(day(1))
    await life.paid(100_00)
    await life.until(day(9))
    await life.paid(115_00)


async def called_and_closed(life: Living) -> None:
    await life.posted(130_00)
    await life.until(day(20))
    await life.handle.execute_update(
        "close_case", {"fact_id": "u1", "at": life.world.moment.isoformat(), "reason": "withdrawn"}
    )


async def says(life: Living, text: str) -> None:
    fact_id = f"reply.{len(life.world.texts)}"
    life.world.texts[fact_id] = text
    await life.tell(
        ReplyReceived(
            fact_id=fact_id, at=life.world.moment, practice_id="p7", balance_id=life.balance_id, channel=Channel.sms
        )
    )


async def plan_accepted_by_text(life: Living) -> None:
    await life.posted(320_00, history=SLOW)
    await life.until(day(1))
    await says(life, "YES")
    await life.until(day(1, 18))
    plan_id = f"{life.balance_id}.plan.1"
    await life.tell(
        CardEnrolled(
            fact_id="card", at=life.world.moment, practice_id="p7", balance_id=life.balance_id, plan_id=plan_id,
            card=CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242"),
        )
    )  # fmt: skip
    await life.until(day(20))


async def stopped_by_text(life: Living) -> None:
    await life.posted(47_00)
    await life.until(day(1))
    await says(life, "STOP")
    await life.until(day(10))


async def readjudicated_to_nothing(life: Living) -> None:
    await life.posted(80_00)
    await life.tell(
        BalanceAdjusted(
            fact_id="adjust", at=life.world.moment, practice_id="p7", balance_id=life.balance_id,
            patient_responsibility_cents=Cents(0),
        )
    )  # fmt: skip


async def continued_at_every_step(life: Living) -> None:
    await life.posted(47_00, continue_every=1)
    await life.until(day(1))
    await life.paid(47_00)


PATHS: list[Callable[[Living], Awaitable[None]]] = [
    paid_after_the_text, paid_before_the_text, paid_in_parts, called_and_closed, plan_accepted_by_text,
    stopped_by_text, readjudicated_to_nothing, continued_at_every_step,
]  # fmt: skip


COMMANDS = {
    "ACTIVITY_TASK_SCHEDULED", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "WORKFLOW_EXECUTION_COMPLETED",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
}  # fmt: skip
"""Left out are timers and markers: how many there are depends on which facts happen to arrive together."""


def fingerprint(history: dict) -> list[str]:  # type: ignore[type-arg]
    """The order of commands, with the names of activities."""
    lines = []
    for event in history["events"]:
        kind = event["eventType"].removeprefix("EVENT_TYPE_")
        name = event.get("activityTaskScheduledEventAttributes", {}).get("activityType", {}).get("name", "")
        if kind in COMMANDS:
            lines.append(f"{kind} {name}".strip())
    return lines


async def lived(client: Client, path: Callable[[Living], Awaitable[None]]) -> str:
    """One path lived now, as the history the server keeps of its last run."""
    async with living(client) as life:
        life.unhurried = True
        await path(life)
        if life.world.decisions[-1].step.kind == "close":
            await life.handle.result()
        else:  # It rests; let the engine take in the rest.
            await asyncio.sleep(1)
        return (await life.handle.fetch_history()).to_json()


async def record() -> None:
    engine = EmbeddedTemporal(None, any_free(), any_free(), HERE / "engine.log")
    engine.start(print)
    client = await Client.connect(engine.address, data_converter=encrypted_converter(KEY, "test"))
    prints = {}
    for path in PATHS:
        history = await lived(client, path)
        (HERE / "histories" / f"{path.__name__}.json").write_text(history + "\n")
        prints[path.__name__] = fingerprint(json.loads(history))
    (HERE / "fingerprints.json").write_text(json.dumps(prints, indent=1) + "\n")
    engine.stop()
    (HERE / "engine.log").unlink()


if __name__ == "__main__":
    asyncio.run(record())
