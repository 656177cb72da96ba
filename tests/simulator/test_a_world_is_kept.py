"""A world outside does not end because the product was stopped: it is kept with all that is planned in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.keeping import Kept
from simulator.secrets import Keys
from simulator.world import World

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


async def in_full_swing() -> World:
    """Balances that post, people who will pay alone, a text and an e-mail on their way, a page that will run out."""
    world = World(START, 3, Keys())
    people = world.practices.make("p1", 40, 3, "central", 5, "America/Chicago")
    await world.clock.advance(START + timedelta(days=3))
    world.texts.accept("+13125550101", people[0].phone, "Pay here: http://127.0.0.1:1/p/abc", None, "http://127.0.0.1:1/cb")
    world.texts.arrive(people[0].phone, "what is this?")
    page = {
        "mode": "payment", "success_url": "http://127.0.0.1:1/thanks",
        "line_items": [{"price_data": {"currency": "usd", "unit_amount": 4700, "product_data": {"name": "Balance"}}, "quantity": 1}],
    }  # fmt: skip
    world.stripe.checkout.create(page, "http://127.0.0.1:1")
    world.callers.call(people[1].phone)
    return world


def seen(world: World) -> dict[str, object]:
    return {
        "now": world.clock.now, "planned": len(world.clock.agenda), "messages": world.messages(None),
        "ledger": world.practice.ledger.shown("p1"), "stripe": world.stripe.store.objects, "keys": world.keys.as_json(),
        "calls": world.crowd.calls,
    }  # fmt: skip


async def test_a_world_in_full_swing_is_taken_up_where_it_was(tmp_path: Path) -> None:
    world, kept = await in_full_swing(), Kept(tmp_path / "world")
    kept.save(world)
    assert world.violations() == []
    again, moment = Kept(tmp_path / "world").load()
    assert again is not None
    assert moment == world.clock.now
    assert seen(again) == seen(world)
    later = START + timedelta(days=30)
    await world.clock.advance(later)
    await again.clock.advance(later)
    assert seen(again) == seen(world)
    assert again.violations() == []


async def test_the_parts_of_a_kept_world_are_still_one_world(tmp_path: Path) -> None:
    Kept(tmp_path / "world").save(await in_full_swing())
    again, _ = Kept(tmp_path / "world").load()
    assert again is not None
    assert again.crowd._clock is again.clock is again.texts._clock
    assert again.browser._http is again.browsing
    assert again.sender._http is again.http is again.clock._http


async def test_a_changed_program_begins_a_new_world_but_never_an_earlier_one(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "world")
    kept.save(await in_full_swing())
    changed = Kept(tmp_path / "world")
    changed._code = "another"
    assert changed.load() == (None, START + timedelta(days=3))


async def test_a_plan_that_cannot_be_kept_is_a_fault_of_this_world_and_the_file_before_stays(tmp_path: Path) -> None:
    world, kept = await in_full_swing(), Kept(tmp_path / "world")
    kept.save(world)

    async def hidden() -> None:
        raise AssertionError

    world.clock.agenda.at(world.clock.now + timedelta(days=1), "hidden", hidden)
    kept.save(world)
    assert [violation["what"].partition(":")[0] for violation in world.violations()] == ["keeping the world"]
    again, _ = kept.load()
    assert again is not None


async def test_nothing_kept_is_a_new_world(tmp_path: Path) -> None:
    assert Kept(tmp_path / "nothing").load() == (None, None)
