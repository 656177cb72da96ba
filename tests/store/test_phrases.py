"""Reasons are kept in short and read again word for word."""

from __future__ import annotations

import asyncio

import pytest

from store.phrases import REMEMBERED, Phrases
from store.pool import Pool


async def read_again(pool: Pool, short: str) -> list[str]:
    words: list[str] = await pool.fetchval("SELECT in_words($1)", short)
    return words


@pytest.mark.parametrize(
    "reasons",
    [
        [],
        ["Patient has a clean history."],
        ["The balance of $47 posted at 9:00 today.", "It goes out at 14:00 today, inside the permitted hours."],
        ["47", "#", "", "# 1 | 2; 3", "9:00, 10:00 and 11.", "$1,234.50 of $1,234.50: 12.5 %"],
        ["They wrote: «llámame al +13125550142»", "a\nb\t7", "one 7", "two 7", "one 7"],
    ],
)
async def test_reasons_come_back_word_for_word(pool: Pool, reasons: list[str]):
    assert await read_again(pool, await Phrases(pool).in_short(reasons)) == reasons


async def test_the_same_words_with_other_numbers_are_one_phrase(pool: Pool):
    phrases = Phrases(pool)
    first = await phrases.in_short(["The balance of $47 posted at 9:00 today."])
    second = await phrases.in_short(["The balance of $1,120.50 posted at 17:30 today."])
    assert await pool.fetchval("SELECT count(*) FROM phrases") == 1
    assert await pool.fetchval("SELECT words FROM phrases") == "The balance of $# posted at # today."
    assert first.partition("|")[0] == second.partition("|")[0]
    assert len(second) < 30


async def test_processes_that_meet_a_phrase_at_once_agree_on_its_number(pool: Pool):
    reasons = [f"Reason {letter} of {number}." for number in range(3) for letter in "abcdefgh"]
    said = await asyncio.gather(*(Phrases(pool).in_short(reasons[turn:] + reasons[:turn]) for turn in range(8)))
    assert await pool.fetchval("SELECT count(*) FROM phrases") == 8
    for turn, short in enumerate(said):
        assert await read_again(pool, short) == reasons[turn:] + reasons[:turn]


async def test_a_process_that_met_very_many_phrases_forgets_them_and_asks_again(pool: Pool):
    phrases = Phrases(pool)
    before = await phrases.in_short(["Patient has a clean history."])
    phrases._ids |= {f"word {number}": -number for number in range(REMEMBERED)}
    assert await read_again(pool, await phrases.in_short(["Quite new."])) == ["Quite new."]
    assert len(phrases._ids) == 1
    assert await phrases.in_short(["Patient has a clean history."]) == before


async def test_one_that_is_forgotten_while_another_is_learned_is_still_at_hand(pool: Pool):
    phrases = Phrases(pool)
    await phrases.in_short(["Known before."])
    reasons = ["Known before.", "Quite new."]
    learning = asyncio.create_task(phrases.in_short(reasons))
    await asyncio.sleep(0)
    phrases._ids.clear()
    assert await read_again(pool, await learning) == reasons
