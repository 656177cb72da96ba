"""Movements of joint payments, divided as our facts have it: the processor knows nothing of the parts."""

from __future__ import annotations

from collections.abc import Sequence

from receivables.money import Cents
from receivables.proof import Movement
from store.pool import Pool
from store.queries import queries

MOST_PARTS = 40
"""As many as one payment can have."""


async def as_recorded(pool: Pool, practice_id: str, page: Sequence[Movement]) -> list[Movement]:
    """The page with each joint movement divided as it was when its event was heard.

    One that our facts do not come to, in sum, stays as the adapter divided it, so that the difference is found.
    """
    groups = dict[str, list[Movement]]()
    for one in page:
        if one.joint:
            groups.setdefault(one.joint, []).append(one)
    if not groups:
        return list(page)
    names = [f"{joint}.{place}" for joint in groups for place in range(1, MOST_PARTS + 1)]
    rows = await pool.fetch(queries("joint_movements")["recorded"], practice_id, names)
    known = dict[str, list[tuple[str, str, int]]]()
    for row in rows:
        told = known.setdefault(row["fact_id"].rpartition(".")[0], [])
        told.append((row["fact_id"], row["balance_id"], row["cents"]))
    found = [one for one in page if not one.joint]
    for joint, parts in groups.items():
        ours = known.get(joint, [])
        same = sum(cents for *_, cents in ours) == sum(int(one.amount_cents) for one in parts)
        found += _divided(parts, ours) if same else parts
    return found


def _divided(parts: Sequence[Movement], told: Sequence[tuple[str, str, int]]) -> list[Movement]:
    fee = sum((one.fee_cents for one in parts), Cents(0))
    return [
        parts[0].model_copy(update={
            "reference": f"{parts[0].reference.rpartition('.')[0]}.{fact_id.rpartition('.')[2]}", "fact_id": fact_id,
            "balance_id": balance_id, "amount_cents": Cents(cents), "fee_cents": Cents(0) if number else fee,
        })
        for number, (fact_id, balance_id, cents) in enumerate(told)
    ]  # fmt: skip
