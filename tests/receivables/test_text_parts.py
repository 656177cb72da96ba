"""Texts as the carriers count and write them: in parts, and with names in their alphabet where that can be."""

from receivables.text_parts import for_texts, parts_of


def test_a_name_in_another_script_is_kept_as_it_is() -> None:
    assert for_texts("Łucja") == "Łucja"
    assert for_texts("José Ñandú") == "José Ñandu"


def test_text_parts_are_counted_as_the_carriers_count_them() -> None:
    assert [parts_of(sign * length).count for sign, length in (("a", 160), ("a", 161), ("a", 306), ("a", 307))] == [
        1, 2, 2, 3,
    ]  # fmt: skip
    assert [parts_of("í" * length).count for length in (70, 71, 134, 135)] == [1, 2, 2, 3]
    assert parts_of("€" * 80).count == 1
    assert parts_of("€" * 81).count == 2
    assert parts_of("😀" * 35).count == 1
    assert parts_of("😀" * 36).count == 2
