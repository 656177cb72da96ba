"""A practice's header map is understood or refused with the field and the mend."""

import pytest

from integrations.aged_receivables.header_map import DATE_FORMATS, Column, HeaderMap, read_header_map
from integrations.aged_receivables.refusal import BadHeaderMap
from integrations.aged_receivables.rows import AMOUNTS, DATES, HOLDS

GOOD = "columns: {account: A, total: T}\naging_basis: unknown\ncontrols: none\n"


def test_a_single_header_may_be_written_without_a_list():
    assert read_header_map(GOOD, "m.yaml").columns == {"account": ["A"], "total": ["T"]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns: [", "line 1 is no valid YAML"),
        ("columns:\n  account: A\n  total T\n", "line 3 is no valid YAML: a colon and a blank are missing"),
        (GOOD + "\0", "line 4 is no valid YAML: a character"),
        ("", "the file says nothing; write at least columns"),
        (GOOD.replace("total: T", "total_due: T"), "columns.total_due: there is no such field of ours; use 'account', "),
        (GOOD.replace(", total: T", ""), "total is missing"),
        (GOOD.replace("account: A, ", ""), "account is missing"),
        (GOOD.replace("total: T", 'total: " a "'), "is named twice"),
        (GOOD + "colour: red\n", "colour: there is no such field; the fields are columns, "),
        (GOOD + "date_format: DD/MM/YYYY\n", "date_format: this word is not known; use 'MM/DD/YYYY', "),
        (GOOD.replace("unknown", "birthday"), "aging_basis"),
        (GOOD.replace("controls: none\n", ""), "controls is missing; add it"),
        (GOOD + "buckets: [{from_day: 31, headers: X}, {from_day: 0, headers: Y}]\n", "from_day must rise"),
        (GOOD + "buckets: [{from_day: x, headers: X}]\n", "buckets.0.from_day: "),
        (GOOD + "buckets: [{from_day: 0, headers: T}]\n", "is named twice"),
    ],
)
def test_a_header_map_that_cannot_be_used_says_why(text, says):
    with pytest.raises(BadHeaderMap, match=r"^m\.yaml: ") as caught:
        read_header_map(text, "m.yaml")
    assert says in str(caught.value)


def test_every_column_that_can_be_mapped_is_read_and_every_date_format_offered_is_known():
    assert set(Column.__args__) == {"account", "guarantor", *AMOUNTS, *DATES, *HOLDS}
    assert set(HeaderMap.model_fields["date_format"].annotation.__args__) == set(DATE_FORMATS)
