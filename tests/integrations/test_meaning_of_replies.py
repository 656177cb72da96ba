"""The encoder that places a reply among sentences: near what means the same, the same each time, whatever is put in."""

import numpy as np
import pytest

from integrations.reply_reader.meaning import SIZE, encoder
from starter.reading.meaning_weights import published


def near(one: str, other: str) -> float:
    return float(encoder().of(one) @ encoder().of(other))


@pytest.mark.parametrize(
    ("said", "like", "unlike"),
    [
        ("my spouse departed this life", "my husband died", "how do i pay online"),
        ("i am between jobs and penniless", "i lost my income", "what time do you close"),
        ("end my existence", "i want to die", "send me the link"),
    ],
)
def test_other_words_for_the_same_lie_nearer_than_the_same_kind_of_words_for_another(said: str, like: str, unlike: str) -> None:
    assert near(said, like) > near(said, unlike) + 0.1


def test_a_place_is_a_direction_and_an_empty_reply_has_none() -> None:
    assert np.linalg.norm(encoder().of("i paid this")) == pytest.approx(1.0, abs=1e-5)
    assert not encoder().of("").any()
    assert encoder().of("").shape == (SIZE,)


def test_signs_of_other_scripts_and_endless_text_are_placed_like_any_other() -> None:
    for text in ("\u0645\u0631\u062d\u0628\u0627", "\u2603" * 500, "a" * 5_000, "stop " * 5_000):
        assert np.linalg.norm(encoder().of(text)) == pytest.approx(1.0, abs=1e-5)


def test_weights_are_made_from_the_published_encoder_alone(tmp_path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    with pytest.raises(ValueError, match="is not the published encoder"):
        published(file)
