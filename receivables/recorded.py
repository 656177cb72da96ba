"""How values are shaped that are written down for years: in histories, closed cases and stored facts. No field is here.

Fields at their defaults are left out of what is written, which spares a third of its bytes and the time to read them
again. So the default of a field that has ever been written never changes: what was written means what it meant on its
day. A test holds the defaults; a new meaning is a new field.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, GetCoreSchemaHandler


class Recorded(BaseModel):
    """Fields are only ever added, with defaults, and a default stays as it is."""

    told_whole: ClassVar[bool] = False
    """True for answers to outsiders, which are written nowhere: they get every field."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> Any:  # noqa: ANN401 - pydantic's own form
        """`kind` is written although it is always at its default: it says which of several shapes this is."""
        schema: Any = handler(source)
        inner = schema
        while inner["type"] != "model-fields" and "schema" in inner:
            inner = inner["schema"]
        if "kind" in inner.get("fields", {}):
            inner["fields"]["kind"]["schema"]["serialization"] = {"type": "to-string", "when_used": "always"}
        return schema
