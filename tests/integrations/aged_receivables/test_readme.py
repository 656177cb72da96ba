"""What the README tells a practice is true."""

import re
from pathlib import Path

from integrations.aged_receivables import patients
from integrations.aged_receivables.header_map import read_header_map
from integrations.aged_receivables.rows import AMOUNTS, DATES, HOLDS

README = (Path(__file__).parents[3] / "integrations" / "aged_receivables" / "README.md").read_text("utf-8")


def test_the_example_of_a_header_map_can_be_used():
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]
    assert len(read_header_map(example, "README.md").buckets) == 4


def test_every_field_and_column_is_named():
    columns = [column for column in (*patients.NEEDED, *patients.OPTIONAL) if column != "last_name"]
    for name in (*AMOUNTS, *DATES, *HOLDS, *columns):
        assert re.search(rf"\b{name}\b", README), name


def test_every_file_named_is_there():
    folder = Path(patients.__file__).parent
    assert {path.name for path in folder.glob("*.py")} - {"__init__.py", "refusal.py"} == set(
        re.findall(r"^\| `(\w+\.py)`", README, re.MULTILINE)
    )
