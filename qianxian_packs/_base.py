"""What all definitions have in common: frozen, no unknown keys, one text form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    WrapSerializer,
)


class Definition(BaseModel):
    """A frozen value. An unknown key is an error: it is nearly always a slip of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _plain(value: Mapping[str, Any], handler: SerializerFunctionWrapHandler) -> Any:
    return handler(dict(value))


T = TypeVar("T")
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,58}$")]
FrozenMap = Annotated[Mapping[Id, T], AfterValidator(MappingProxyType), WrapSerializer(_plain)]
# Words that somebody reads; an empty one would leave a hole on a page.
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]


def canonical(definition: Definition) -> str:
    """One text form of a definition: only what differs from the defaults, keys sorted.

    A new setting with a default leaves the text of old definitions as it is. So a default, once
    released, never changes: it would change what definitions of past days say.
    """
    data = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
