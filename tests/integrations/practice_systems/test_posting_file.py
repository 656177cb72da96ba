"""The daily file a practice takes in by hand: its totals fit, it is never half there, and it is never guessed at."""

from __future__ import annotations

import asyncio
import csv
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.practice_systems.posting_file.ledger import PostingFileLedger
from receivables.errors import Refused, TryLater
from receivables.money import Cents
from receivables.ports import Posting
from runtime.policy_files import PolicyFiles
from tests.integrations.world import Still

EVENING = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
"""22:30 on 2 March in Seattle."""


@pytest.fixture
def ledger(tmp_path: Path, policies: PolicyFiles) -> PostingFileLedger:
    return PostingFileLedger(tmp_path, policies, Still(EVENING))


def posting(name: str, amount: int = 100_00) -> Posting:
    return Posting(
        practice_id="harbor_dental", balance_id="b1", external_id=f"stripe.{name}", amount_cents=Cents(amount),
        paid_at=EVENING, where="page",
    )  # fmt: skip


def folder(tmp_path: Path) -> Path:
    return tmp_path / "postings" / "harbor_dental"


async def test_the_file_is_the_practices_own_day_with_count_and_sum(tmp_path: Path, ledger: PostingFileLedger) -> None:
    assert await ledger.post(posting("pi_1")) == "2026-03-02-00001"
    assert await ledger.post(posting("re_1", -40_00)) == "2026-03-02-00002"
    rows = list(csv.reader((folder(tmp_path) / "2026-03-02.csv").open()))
    assert rows[0] == ["record", "reference", "external_id", "balance_id", "amount_cents", "paid_at", "where"]
    assert rows[1][:5] == ["POSTING", "2026-03-02-00001", "stripe.pi_1", "b1", "10000"]
    assert rows[-1] == ["TOTAL", "2026-03-02", "harbor_dental", "2", "6000", "", ""]
    assert [path.name for path in folder(tmp_path).glob("*.part")] == []


async def test_a_finished_days_file_is_never_changed_and_its_payments_are_still_found(
    tmp_path: Path, policies: PolicyFiles
) -> None:
    clock = Still(EVENING)
    ledger = PostingFileLedger(tmp_path, policies, clock)
    reference = await ledger.post(posting("pi_1"))
    before = (folder(tmp_path) / "2026-03-02.csv").read_bytes()
    clock.moment = EVENING + timedelta(hours=3)
    assert await ledger.post(posting("pi_1")) == reference
    await ledger.post(posting("pi_2"))
    assert (folder(tmp_path) / "2026-03-02.csv").read_bytes() == before
    assert (folder(tmp_path) / "2026-03-03.csv").exists()


async def test_the_same_payment_fifty_times_at_once_stands_in_the_file_once(
    tmp_path: Path, policies: PolicyFiles
) -> None:
    ledgers = [PostingFileLedger(tmp_path, policies, Still(EVENING)) for _ in range(5)]
    references = await asyncio.gather(*(one.post(posting("pi_1")) for one in ledgers for _ in range(10)))
    assert set(references) == {"2026-03-02-00001"}


async def test_many_payments_at_once_are_all_there(tmp_path: Path, ledger: PostingFileLedger) -> None:
    await asyncio.gather(*(ledger.post(posting(f"pi_{number}")) for number in range(30)))
    text = (folder(tmp_path) / "2026-03-02.csv").read_text()
    assert text.count("POSTING") == 30
    assert text.endswith("TOTAL,2026-03-02,harbor_dental,30,300000,,\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("10000", "10001", "line 3: the control totals do not fit"),
        (",10000,", ",ten,", "line 2: this is not a posting"),
        ("record,", "rec,", "line 1: the column names"),
        ("TOTAL,2026-03-02,harbor_dental,1,10000,,\n", "", "line 2: the control totals do not fit"),
    ],
)
async def test_a_file_changed_by_hand_is_refused_with_line_and_mend_and_left_alone(
    tmp_path: Path, ledger: PostingFileLedger, old: str, new: str, said: str
) -> None:
    await ledger.post(posting("pi_1"))
    path = folder(tmp_path) / "2026-03-02.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    before = path.read_bytes()
    for work in (ledger.post(posting("pi_2")), ledger.find_posting(posting("pi_1"))):
        with pytest.raises(Refused, match="Restore the file") as refusal:
            await work
        assert said in refusal.value.because
    assert path.read_bytes() == before


async def test_an_empty_file_is_a_damaged_one(tmp_path: Path, ledger: PostingFileLedger) -> None:
    await ledger.post(posting("pi_1"))
    (folder(tmp_path) / "2026-03-02.csv").write_text("")
    with pytest.raises(Refused):
        await ledger.find_posting(posting("pi_1"))


async def test_a_disk_that_does_not_take_the_file_is_tried_again_later(
    tmp_path: Path, ledger: PostingFileLedger
) -> None:
    (tmp_path / "postings").write_text("in the way")
    with pytest.raises(TryLater):
        await ledger.post(posting("pi_1"))
    (tmp_path / "postings").unlink()
    assert await ledger.post(posting("pi_1"))
    shutil.rmtree(tmp_path / "postings")
