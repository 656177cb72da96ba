"""`collect demo`, small: a few balances for a month, judged from outside; it ends by itself and holds every invariant."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_month_of_a_dozen_balances_holds_every_invariant_and_shows_where_to_look() -> None:
    # Not in pytest's own folder, which the database's user may not enter when root tests.
    with tempfile.TemporaryDirectory(prefix="collect-demo-") as folder:
        command = [sys.executable, "-m", "starter", "demo", "--balances", "12", "--days", "30", "--data", f"{folder}/demo"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BROKEN" not in done.stdout
    for words in ("SIMULATION", "manual", "all (12)", "By segment", "small, reliable", "Temporal UI", "collect cases show lakeside:"):
        assert words in done.stdout, words
