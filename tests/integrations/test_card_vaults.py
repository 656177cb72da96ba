"""What every keeper of cards promises, tried on each of them; a new one is one row in `VAULTS` and its own bench."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault
from receivables.cards.card import CardOnFile
from receivables.cards.ports import CardVault, Charged, Declined
from receivables.errors import CannotKnow, TryLater
from tests.integrations.odd_servers import NOWHERE
from tests.integrations.stripe.charging import KEY, NOBODYS, card_on_file, charges, enrollment, fresh, order
from tests.integrations.world import Still, World


@dataclass
class Bench:
    """One keeper of cards, and what its stand-in can be told."""

    vault: CardVault
    hurried: CardVault
    """The same, of a caller that does not wait for slow answers."""
    away: CardVault
    """The same, when nobody is there."""
    put_on_file: Callable[[str], Awaitable[CardOnFile]]
    """A good card for a balance, put there as a patient would."""
    refuse: Callable[[CardOnFile, int], None]
    """The card's next charges are refused for lack of money, so many times."""
    lose_answer: Callable[[str], None]
    """The next charging request is lost before it arrives, or its answer after it was carried out."""


Open = Callable[[World, Still], tuple[Bench, list[Connection]]]


def stripe(world: World, clock: Still) -> tuple[Bench, list[Connection]]:
    connections = [Connection(KEY, base_url=url, timeout_s=wait) for url, wait in
                   ((world.url, 10), (world.url, 0.7), (NOWHERE, 1))]  # fmt: skip
    vault, hurried, away = (StripeVault(one, clock) for one in connections)

    async def put_on_file(balance: str) -> CardOnFile:
        return await card_on_file(world, connections[0], vault, balance)

    def refuse(card: CardOnFile, times: int) -> None:
        world.tell(f"/_/cards/{card.payment_method_id}", number="4000000000009995", times=times)

    def lose_answer(when: str) -> None:
        kind = {"before": "timeout_before", "after": "timeout_after_accept"}[when]
        world.fault("stripe", kind, path="payment_intents", method="POST")

    return Bench(vault, hurried, away, put_on_file, refuse, lose_answer), connections


VAULTS: dict[str, Open] = {"stripe": stripe}


@pytest.fixture(params=sorted(VAULTS))
async def bench(request: pytest.FixtureRequest, world: World, clock: Still) -> AsyncIterator[Bench]:
    made, connections = VAULTS[request.param](world, clock)
    yield made
    for connection in connections:
        await connection.close()


async def test_the_same_wish_opens_the_same_page(bench: Bench) -> None:
    balance = fresh()
    first = await bench.vault.enroll(enrollment(balance))
    assert first == await bench.vault.enroll(enrollment(balance))
    assert first != await bench.vault.enroll(enrollment(balance, "another wish"))
    assert first.url.startswith("http")


async def test_one_try_takes_money_once_and_always_gives_the_same_answer(bench: Bench, world: World) -> None:
    balance = fresh()
    card = await bench.put_on_file(balance)
    assert await bench.vault.outcome_of(order(balance, card)) is None
    first = await bench.vault.charge(order(balance, card))
    assert isinstance(first, Charged)
    assert first == await bench.vault.charge(order(balance, card)) == await bench.vault.outcome_of(order(balance, card))
    assert await bench.vault.outcome_of(order(balance, card, attempt=2)) is None, "another try is another matter"
    assert [one["amount_cents"] for one in charges(world, balance)] == [80_00]


async def test_a_refusal_is_an_answer_that_stays_and_the_next_try_may_succeed(bench: Bench, world: World) -> None:
    balance = fresh()
    card = await bench.put_on_file(balance)
    bench.refuse(card, 1)
    refused = await bench.vault.charge(order(balance, card))
    assert isinstance(refused, Declined)
    assert (refused.reason, refused.again) == ("insufficient_funds", "later")
    assert refused == await bench.vault.charge(order(balance, card)) == await bench.vault.outcome_of(order(balance, card))
    assert isinstance(await bench.vault.charge(order(balance, card, attempt=2)), Charged)
    assert len(charges(world, balance)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("refused", [False, True])
async def test_wherever_an_answer_is_lost_looking_tells_and_repeating_is_harmless(
    bench: Bench, world: World, when: str, refused: bool
) -> None:
    balance = fresh()
    card = await bench.put_on_file(balance)
    if refused:
        bench.refuse(card, 1)
    bench.lose_answer(when)
    with pytest.raises(CannotKnow):  # for all the caller can tell, money has moved
        await bench.hurried.charge(order(balance, card))
    seen = await bench.vault.outcome_of(order(balance, card))
    assert (seen is not None) == (when == "after")
    said = await bench.vault.charge(order(balance, card))
    assert isinstance(said, Declined if refused else Charged)
    assert seen in (None, said)
    assert len(charges(world, balance)) == (0 if refused else 1)


async def test_a_forgotten_card_takes_no_money_and_asks_for_another(bench: Bench, world: World) -> None:
    balance = fresh()
    card = await bench.put_on_file(balance)
    for _ in range(2):
        await bench.vault.forget(card)
    said = await bench.vault.charge(order(balance, card))
    assert isinstance(said, Declined)
    assert said.again == "new_card"
    assert charges(world, balance) == []


async def test_when_nobody_is_there_everything_may_be_asked_again(bench: Bench) -> None:
    for work in (
        bench.away.enroll(enrollment("b1")), bench.away.charge(order("b1", NOBODYS)),
        bench.away.outcome_of(order("b1", NOBODYS)), bench.away.forget(NOBODYS),
    ):  # fmt: skip
        with pytest.raises(TryLater):
            await work
