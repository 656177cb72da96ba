"""Turns values into the JSON that histories hold, leaving out what is at its default; nothing is encrypted here."""

from __future__ import annotations

from typing import Any

from pydantic_core import SchemaSerializer
from pydantic_core.core_schema import any_schema
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import CompositePayloadConverter, DefaultPayloadConverter, JSONPlainPayloadConverter

from receivables.recorded import Recorded

WRITE = SchemaSerializer(any_schema()).to_json


class LeanJSONConverter(PydanticJSONPlainPayloadConverter):
    """Pydantic's, but for what is recorded: a case has dozens of fields, mostly at their defaults."""

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ANN401 - the converter's form
        """Whatever can be read back whole. PydanticSerializationError for what is no JSON."""
        if isinstance(value, Recorded) and not value.told_whole:
            return Payload(metadata={"encoding": b"json/plain"}, data=WRITE(value, exclude_defaults=True))
        return super().to_payload(value)


JSON = LeanJSONConverter()
"""One for all: it remembers how each type is read, and every life would learn that anew."""


class LeanPayloadConverter(CompositePayloadConverter):
    """The default converters, with ours for JSON."""

    def __init__(self) -> None:
        """In the default order: the first that can take a value does."""
        super().__init__(
            *(
                JSON if isinstance(one, JSONPlainPayloadConverter) else one
                for one in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )
