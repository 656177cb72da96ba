"""Takes one place among the texts that a sending number may send in a minute and in a day; it judges no person."""

from __future__ import annotations

from datetime import datetime

from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import NotBefore
from receivables.sender_limits import Pace, carriers_day, minute_of, next_carriers_day
from receivables.windows import next_permitted
from store.asked import Asked
from store.objections import Clock
from store.pool import Connection
from store.queries import queries

MOST_PLACES = 64
"""What a minute holds is shared out among so many at most: more than claims are ever judged at once."""
SQL = queries("sender_places")


async def no_place(connection: Connection, asked: Asked, practice: Practice, there: Clock) -> NotBefore | None:
    """None when the text may leave now, within the transaction that claims it; else when to ask again, and why not now.

    Who finds no place in a minute is given a later one, as many to each minute as it holds. An answer takes its place
    and waits for none. A place is not given back when the text does not leave after all.
    """
    if asked.channel is not Channel.sms:
        return None
    day = carriers_day(asked.now)
    pace = asked.policy.rules.pace(practice.campaign, practice.kind, day)
    if pace is None or await _taken(connection, practice.sms_from, pace, asked.now) or not asked.outreach:
        return None
    if await connection.fetchval(SQL["used_up"], practice.sms_from, day, _places(pace), pace.per_day):
        moment, because = next_carriers_day(asked.now), pace.the_day_is_full()
    else:
        moment = await connection.fetchval(SQL["queue"], practice.sms_from, minute_of(asked.now), pace.per_minute)
        because = pace.a_minute_is_full()
    return NotBefore(moment=next_permitted(moment, there.zones, asked.policy.contact, there.laws), because=because)


async def _taken(connection: Connection, sender: str, pace: Pace, now: datetime) -> bool:
    """A number that has sent nothing yet is given its places first, by whichever claim is the first."""
    wanted = (sender, minute_of(now), carriers_day(now), _places(pace), pace.per_minute, pace.per_day)
    if await connection.fetchval(SQL["take"], *wanted) is not None:
        return True
    await connection.execute(SQL["open"], sender, _places(pace))
    return await connection.fetchval(SQL["take"], *wanted) is not None


def _places(pace: Pace) -> int:
    return min(MOST_PLACES, pace.per_minute)
