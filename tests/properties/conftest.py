"""Lets the tests beside it import the stories of tests/receivables and their own lives."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "receivables")]
