"""A remittance of any size, invented, in the plainest shape of X12 835; the shapes that go wrong are with the tests."""

from __future__ import annotations

PAID, SHARE = 141, 47
"""Dollars of each claim: what the insurer pays, and what is left with the patient as a deductible."""
SEGMENTS_OF_CLAIM = 6


def remittance_text(claims: int, first: int = 0) -> bytes:
    """One interchange with one payment for so many claims, numbered from `first`; its sums agree."""
    body = [
        "ST*835*0001",
        f"BPR*I*{PAID * claims}*C*ACH*CCP*01*111*DA*33*1512345678**01*111*DA*22*20260110",
        "TRN*1*TRACE1*1512345678",
        "DTM*405*20260110",
        "N1*PR*A PAYER",
        "N3*1 MAIN STREET",
        "N4*SPRINGFIELD*IL*62701",
        "N1*PE*A PRACTICE*XX*1999999984",
        "LX*1",
        *(segment for number in range(first, first + claims) for segment in _claim(number)),
    ]
    segments = [
        "*".join(
            ["ISA", "00", " " * 10, "00", " " * 10, "ZZ", "PAYER".ljust(15), "ZZ", "PRACTICE".ljust(15), "260110",
             "1200", "^", "00501", "000000907", "0", "P", ":"]
        ),
        "GS*HP*PAYER*PRACTICE*20260110*1200*77*X*005010X221A1",
        *body,
        f"SE*{len(body) + 1}*0001",
        "GE*1*77",
        "IEA*1*000000907",
    ]  # fmt: skip
    return "".join(f"{segment}~\n" for segment in segments).encode()


def _claim(number: int) -> list[str]:
    return [
        f"CLP*C{number}*1*{PAID + SHARE}*{PAID}*{SHARE}*12*ICN{number}*11*1",
        f"NM1*QC*1*DOE*PAT****MI*M{number}",
        "DTM*232*20260105",
        f"SVC*HC:99213*{PAID + SHARE}*{PAID}**1",
        "DTM*472*20260105",
        f"CAS*PR*1*{SHARE}",
    ]
