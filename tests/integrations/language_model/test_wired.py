"""From settings to a second reader: none where none is set up, and a plain word where it cannot be."""

from __future__ import annotations

import sys

import pytest

from integrations.language_model.second_reader import AskedModel
from runtime.settings import WrongSetting
from runtime.vendors import LanguageModel
from store.opinions import PostgresOpinionBook
from worker.wiring import second_reading

POOL = object()


def test_without_a_model_nobody_is_asked_and_its_libraries_are_not_needed(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "integrations.language_model.second_reader", None)
    assert second_reading(LanguageModel(), POOL) is None


def test_with_one_it_is_asked_and_every_answer_is_kept() -> None:
    second = second_reading(LanguageModel(model="any:small", base_url="http://127.0.0.1:9/v1"), POOL)
    assert isinstance(second.reader, AskedModel)
    assert isinstance(second.book, PostgresOpinionBook)


def test_a_missing_library_is_named_with_the_extra_that_brings_it(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "integrations.language_model.second_reader")
    monkeypatch.setitem(sys.modules, "pydantic_ai", None)
    with pytest.raises(WrongSetting, match=r"pydantic_ai is not installed; install the extra `model`"):
        second_reading(LanguageModel(model="any:small"), POOL)


def test_a_provider_nobody_knows_is_a_wrong_setting() -> None:
    with pytest.raises(WrongSetting, match=r"COLLECT_LANGUAGE_MODEL__MODEL: .*nobody"):
        second_reading(LanguageModel(model="nobody:thing"), POOL)
