"""A practice's own files through the command line: taken whole or refused whole, and twice changes nothing."""

import json
import subprocess
import sys
from pathlib import Path

from calendar_desk import Calendar, Person
from writer import Cas, Claim, Payment, write

ROOT = Path(__file__).resolve().parents[2]
PRACTICE = "harbor_dental"
"""Works from files: its ledger cannot be read, so nothing else tells of these balances."""


def ingest(running: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "starter", "ingest", *map(str, arguments), "--practice", PRACTICE]
    return subprocess.run(
        [*command, "--data", running["data"], "--json"], cwd=ROOT, capture_output=True, text=True, check=False
    )


def claim(number: str, share: int, **more: str) -> Claim:
    return Claim(number=number, paid=200_00, cas=(Cas("PR", "1", share),), payer_number=f"ICN-{number}", **more)


def reversal(number: str, share: int) -> Claim:
    return Claim(number=number, paid=-200_00, cas=(Cas("PR", "1", -share),), status="22", payer_number=f"ICN-{number}")


def household(tmp_path: Path, who: Person, account: str) -> Path:
    patients = tmp_path / "patients.csv"
    patients.write_text(
        "account,guarantor_id,first_name,phone,consent_sms,time_zone,days_to_pay\n"
        f"{account},{who.guarantor_id},{who.name},{who.phone},granted,America/Chicago,20 31 28\n"
    )
    return patients


def cases(calendar: Calendar) -> dict[str, dict[str, object]]:
    found = calendar.web.get("/v1/cases", params={"practice_id": PRACTICE, "limit": 1000}).json()["cases"]
    return {case["case_id"]: case for case in found}


def test_a_remittance_becomes_a_text_with_the_netted_share(
    calendar: Calendar, running: dict[str, str], tmp_path: Path
) -> None:
    calendar.start(weekday=0, hour=9)
    who, before = calendar.person("Vera"), set(cases(calendar))
    file = tmp_path / "netted.835"
    file.write_bytes(write(Payment(claims=(claim("ACC1", 90_00), reversal("ACC1", 90_00), claim("ACC1", 65_00)))))
    patients = household(tmp_path, who, "ACC1")
    first = ingest(running, file, "--patients", patients)
    assert first.returncode == 0, first.stderr
    assert [total["new"] for total in json.loads(first.stdout)["files"]] == [1]
    calendar.day(0, "15:00")
    (new,) = set(cases(calendar)) - before
    assert cases(calendar)[new]["outstanding_cents"] == 65_00
    (text,) = calendar.messages(who)
    assert "$65" in text["body"]
    again = ingest(running, file, "--patients", patients)
    assert [total["new"] for total in json.loads(again.stdout)["files"]] == [0]
    calendar.day(1, "15:00")
    assert len(calendar.messages(who)) == 1


def test_a_truncated_remittance_is_refused_whole_with_its_place(
    calendar: Calendar, running: dict[str, str], tmp_path: Path
) -> None:
    before = set(cases(calendar))
    file = tmp_path / "cut.835"
    file.write_bytes(write(Payment(claims=(claim("ACC7", 90_00), claim("ACC8", 30_00))))[:-90])
    refused = ingest(running, file)
    assert refused.returncode == 1
    assert "segment" in refused.stderr
    assert set(cases(calendar)) == before


def test_a_share_nobody_can_be_written_to_about_becomes_a_task(
    calendar: Calendar, running: dict[str, str], tmp_path: Path
) -> None:
    calendar.start(weekday=0, hour=9)
    before = set(cases(calendar))
    file = tmp_path / "unknown.835"
    file.write_bytes(write(Payment(claims=(claim("ACC9", 40_00),))))
    assert ingest(running, file).returncode == 0
    calendar.settle()
    (new,) = set(cases(calendar)) - before
    tasks = calendar.web.get("/v1/tasks", params={"practice_id": PRACTICE, "status": "open", "limit": 1000}).json()[
        "tasks"
    ]
    assert [task["kind"] for task in tasks if f"{PRACTICE}:{task['balance_id']}" == new] == ["no_contact"]
