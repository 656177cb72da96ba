"""A practice's aged receivables are read to the cent, whatever its columns are called, or refused with what to mend."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.aged_receivables.cells import WrongCellError, money
from integrations.aged_receivables.controls import ExpectedTotals
from integrations.aged_receivables.header_map import read_header_map
from integrations.aged_receivables.reader import read_aged_receivables
from integrations.aged_receivables.refusal import FileRefused

FOUR = read_header_map(
    """
    columns:
      account: [PatNum, Account ID]
      total: BalTotal
      patient_portion: PatientPortion
      insurance_estimate: InsPayEst
      write_off_estimate: InsWoEst
    buckets:
      - {from_day: 0, headers: Bal_0_30}
      - {from_day: 31, headers: Bal_31_60}
      - {from_day: 61, headers: Bal_61_90}
      - {from_day: 91, headers: BalOver90}
    aging_basis: service_date
    controls: totals_row
    """,
    "four.yaml",
)
FOUR_FILE = (
    "PatNum,patName,Bal_0_30,Bal_31_60,Bal_61_90,BalOver90,BalTotal,InsWoEst,InsPayEst,PatientPortion\n"
    '101,"Doe, Ana",215.00,0,0,0,215.00,0,0,215.00\n'
    '102,"Roe, Ben",0,"1,234.50",0,10.00,"1,244.50",44.50,200.00,"1,000.00"\n'
    "103,Poe Cy,-25.15,0,0,0,-25.15,0,0,-25.15\n"
    "Total,,189.85,1234.50,0,10.00,1434.35,44.50,200.00,1189.85\n"
)
FIVE = read_header_map(
    """
    columns:
      account: Account
      guarantor: Guarantor No
      total: Total
      unapplied_credit: Unapplied credits
      insurance_estimate: Ins. Est.
      service_date: Last service
      responsibility_date: Responsible since
      statement_held: Statement Held
      payment_plan: Payment Plan
    buckets:
      - {from_day: 0, headers: 0-30}
      - {from_day: 31, headers: 31-60}
      - {from_day: 61, headers: 61-90}
      - {from_day: 91, headers: 91-120}
      - {from_day: 121, headers: 121+}
    aging_basis: responsibility_date
    negatives: parentheses
    delimiter: ";"
    controls: expected
    """,
    "five.yaml",
)
FIVE_FILE = (
    "Aged Receivables;;;;;;;;;;;;\n"
    "Account;Guarantor No;0-30;31-60;61-90;91-120;121+;Unapplied credits;Total;Ins. Est.;Last service;Responsible since;Statement Held;Payment Plan\n"
    "A-1;G1;$100.00;;;;$20.50;($5.25);$115.25;$15.25;03/02/2026;03/20/2026;no;0.00\n"
    "A-2;G1;;;;;;;$0.00;;;;Y;\n"
    "A-3;G2;;$50.00;;;;;$50.00;;01/15/2026;;;25.00\n"
)
FIVE_TOTALS = ExpectedTotals(rows=3, total_cents=165_25)


def refusal_of(text, header_map=FOUR, **given):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FileRefused) as caught:
        read_aged_receivables(data, "ar.csv", header_map, **given)
    return caught.value


def problem_of(text, header_map=FOUR, **given):
    (problem,) = refusal_of(text, header_map, **given).problems
    return problem


def test_four_buckets_with_a_totals_row_are_read():
    read = read_aged_receivables(FOUR_FILE.encode(), "ar.csv", FOUR)
    assert [row.account for row in read.rows] == ["101", "102", "103"]
    assert [row.patient_portion_cents for row in read.rows] == [215_00, 1_000_00, -25_15]
    assert [row.oldest_days for row in read.rows] == [0, 91, 0]
    assert (read.total_cents, read.aging_basis, len(read.sha256)) == (1_434_35, "service_date", 64)


def test_five_buckets_with_parentheses_credits_and_expected_totals_are_read():
    read = read_aged_receivables(FIVE_FILE.encode(), "ar.csv", FIVE, expected=FIVE_TOTALS)
    first, second, third = read.rows
    assert first.buckets_cents == (100_00, 0, 0, 0, 20_50)
    assert (first.total_cents, first.unapplied_credit_cents) == (115_25, -5_25)
    assert first.patient_portion_cents == 100_00
    assert first.dates == {"service_date": date(2026, 3, 2), "responsibility_date": date(2026, 3, 20)}
    assert (first.hold_reasons, second.hold_reasons, third.hold_reasons) == ((), ("statement_held",), ("payment_plan",))
    assert [row.line for row in read.rows] == [3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_with_accents_do_no_harm_in_any_usual_encoding(encoding):
    data = FOUR_FILE.replace("Poe Cy", "Peña José").encode(encoding)
    assert len(read_aged_receivables(data, "ar.csv", FOUR).rows) == 3


def test_headers_match_by_alias_and_without_regard_to_capitals_and_blanks():
    text = FOUR_FILE.replace("PatNum", " account  id ").replace("BalTotal", "BALTOTAL")
    assert len(read_aged_receivables(text.encode(), "ar.csv", FOUR).rows) == 3


def test_line_ends_of_windows_and_empty_lines_do_no_harm():
    data = FOUR_FILE.replace("\n", "\r\n").replace("103,", "\r\n103,").encode()
    read = read_aged_receivables(data, "ar.csv", FOUR)
    assert [row.line for row in read.rows] == [2, 3, 5]


def test_a_name_that_breaks_over_two_lines_does_not_shift_the_line_numbers():
    text = FOUR_FILE.replace("Doe, Ana", "Doe,\nAna").replace('10.00,"1,244.50"', '10.01,"1,244.50"')
    assert problem_of(text).line == 4


def test_without_a_patient_column_the_share_is_the_total_less_the_estimates():
    text = "Account,Total,Ins,WO\nA,100.00,30.00,5.00\n"
    header_map = read_header_map(
        "columns: {account: Account, total: Total, insurance_estimate: Ins, write_off_estimate: WO}\n"
        "aging_basis: unknown\ncontrols: none\n",
        "m.yaml",
    )
    assert read_aged_receivables(text.encode(), "a", header_map).rows[0].patient_portion_cents == 65_00


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "reason"),
    [
        ("215.00,0,0,0,215.00", "x,0,0,0,215.00", 2, "Bal_0_30", "not an amount"),
        ("215.00,0,0,0,215.00", "215.001,0,0,0,215.00", 2, "Bal_0_30", "more than two decimals"),
        ("215.00,0,0,0,215.00", "215.00,0,0,0,", 2, "BalTotal", "the amount is missing"),
        ("215.00,0,0,0,215.00", "215.00,0,0,1,215.00", 2, "BalTotal", "the aging columns make 216.00"),
        ("215.00,0,0,0,215.00", "9999999999.00,0,0,0,215.00", 2, "Bal_0_30", "absurdly large"),
        ("101,", ",", 2, "PatNum", "the account is missing"),
        ("102,", "101,", 3, "PatNum", "the account of line 2 stands here again"),
        ('"Doe, Ana"', "Doe, Ana", 2, "", "11 cells stand under 10 headers"),
        ("103,Poe Cy,-25.15,0,0,0,-25.15,0,0,-25.15", "103,Poe Cy", 4, "", "2 cells stand under 10 headers"),
        ("1434.35", "1434.36", 5, "BalTotal", "the rows make 1,434.35, the totals row says 1,434.36"),
        ("1434.35", "", 5, "BalTotal", "the amount is missing"),
        ("Total,,189.85", "Total,,189.86", 5, "Bal_0_30", "the totals row says 189.86"),
        ("Total,,", "Sum,,", 5, "", "the totals row is missing"),
        ("BalOver90", "Over90", 1, "BalOver90", "this column is missing"),
        ("patName", "BalTotal", 1, "BalTotal", "stands here twice"),
        ("PatNum", "Nummer", 1, "", 'no line names the columns "PatNum" and "BalTotal"'),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(old, new, line, column, reason):
    problem = problem_of(FOUR_FILE.replace(old, new, 1))
    assert (problem.line, problem.column) == (line, column)
    assert reason in problem.reason
    assert problem.mend


def test_all_problems_are_listed_at_once_and_nothing_of_the_cells_is_repeated():
    refused = refusal_of(FOUR_FILE.replace("215.00", "secret-one").replace("200.00", "secret-two"))
    assert [problem.line for problem in refused.problems] == [2, 2, 2, 3]
    assert "secret" not in str(refused)
    assert "Doe" not in str(refused)
    assert str(refused).startswith('ar.csv: nothing was taken in. line 2, column "BalTotal"')


def test_a_file_that_is_wrong_everywhere_is_given_up_early():
    rows = "".join(f"{n},x,y,y,y,y,y,y,y,y\n" for n in range(500))
    refused = refusal_of(FOUR_FILE.split("\n", maxsplit=1)[0] + "\n" + rows)
    assert len(refused.problems) == 50
    assert str(refused).endswith("and 40 more")


def test_a_line_after_the_totals_row_is_refused():
    assert "after the totals row" in problem_of(FOUR_FILE + FOUR_FILE.split("\n")[1].replace("101", "109")).reason


def test_negatives_must_be_written_as_agreed():
    problem = problem_of(FIVE_FILE.replace("($5.25)", "-5.25"), FIVE, expected=FIVE_TOTALS)
    assert (problem.line, problem.column, problem.mend) == (3, "Unapplied credits", "use parentheses")


def test_a_date_in_another_format_is_refused():
    problem = problem_of(FIVE_FILE.replace("01/15/2026", "2026-01-15"), FIVE, expected=FIVE_TOTALS)
    assert (problem.line, problem.column, problem.mend) == (5, "Last service", "write it as MM/DD/YYYY")


def test_a_year_that_cannot_be_right_is_refused():
    problem = problem_of(FIVE_FILE.replace("01/15/2026", "01/15/0206"), FIVE, expected=FIVE_TOTALS)
    assert (problem.line, problem.reason) == (5, "the year of this date cannot be right")


def test_a_flag_that_is_neither_yes_nor_no_is_refused():
    problem = problem_of(FIVE_FILE.replace(";Y;", ";maybe;"), FIVE, expected=FIVE_TOTALS)
    assert (problem.line, problem.column) == (4, "Statement Held")


def test_expected_totals_must_be_given_and_must_agree():
    assert "no control totals were given" in problem_of(FIVE_FILE, FIVE).reason
    wrong = refusal_of(FIVE_FILE, FIVE, expected=ExpectedTotals(rows=4, total_cents=165_26))
    assert [problem.reason for problem in wrong.problems] == [
        "4 rows were expected, 3 are here",
        "a total of 165.26 was expected, the rows make 165.25",
    ]


def test_expected_totals_are_checked_even_where_they_are_not_required():
    header_map = read_header_map("columns: {account: A, total: T}\naging_basis: unknown\ncontrols: none", "m.yaml")
    assert problem_of("A,T\n1,5.00\n", header_map, expected=ExpectedTotals(rows=1, total_cents=4_00)).column == "T"


def test_a_file_that_lost_more_than_a_fifth_of_its_rows_is_refused():
    data = FOUR_FILE.encode()
    assert "3 rows are here, 4 were in the file before" in problem_of(FOUR_FILE, previous_rows=4).reason
    assert read_aged_receivables(data, "ar.csv", FOUR, previous_rows=3).rows
    header = "A,T\n"
    header_map = read_header_map("columns: {account: A, total: T}\naging_basis: unknown\ncontrols: none", "m.yaml")
    eight = header + "".join(f"{n},1.00\n" for n in range(8))
    assert len(read_aged_receivables(eight.encode(), "a", header_map, previous_rows=10).rows) == 8
    assert "10 were in the file before" in problem_of(header + "1,1.00\n", header_map, previous_rows=10).reason


def test_a_file_without_accounts_is_refused():
    assert (
        "no account stands under the header"
        in problem_of(
            "A,T\n", read_header_map("columns: {account: A, total: T}\naging_basis: unknown\ncontrols: none", "m.yaml")
        ).reason
    )


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04\x00\x00", b"%PDF-1.7", b"\x00\x01", b"\x81\x8d"])
def test_something_that_is_no_csv_text_is_refused(data):
    assert problem_of(data).line == 1


def test_a_quote_that_is_never_closed_is_refused():
    problem = problem_of(FOUR_FILE.replace('Doe, Ana"', "Doe, Ana"))
    assert (problem.line, problem.reason) == (2, "the quotes of this line do not match")


@given(st.integers(-9_999_999_99, 9_999_999_99), st.sampled_from(["minus", "parentheses", "trailing"]), st.booleans())
def test_every_way_of_writing_an_amount_reads_to_the_same_cents(cents, style, dollar):
    body = f"{'$' if dollar else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    written = {"minus": f"-{body}", "parentheses": f"({body})", "trailing": f"{body}-"}[style] if cents < 0 else body
    assert money(written, "either") == cents


@pytest.mark.parametrize(
    "text", ["1,23.00", "1.234,50", "12,34", "--5", "(-5)", "5)", "$$5", "1e3", "NaN", "٣", "5-5", "()", "-", "$"]
)
def test_what_is_no_amount_is_never_guessed(text):
    with pytest.raises(WrongCellError):
        money(text, "either")


@given(st.integers(0, len(FOUR_FILE) - 1), st.binary(max_size=3), st.integers(0, 4))
def test_whatever_happens_to_a_few_bytes_the_answer_is_a_reading_or_a_refusal(at, put, cut):
    data = FOUR_FILE.encode()
    try:
        read = read_aged_receivables(data[:at] + put + data[at + cut :], "ar.csv", FOUR)
    except FileRefused:
        return
    assert read.total_cents == sum(row.total_cents for row in read.rows)


def test_a_file_cut_short_anywhere_before_its_totals_is_refused():
    data = FOUR_FILE.encode()
    for length in range(data.index(b"Total,,") + len(b"Total,,189.85,1234.50,0,10.00,1434.3")):
        refusal_of(data[:length])
