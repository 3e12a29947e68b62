"""What all definitions have in common: frozen, strict, no unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

ID = r"^[a-z][a-z0-9_]{0,58}$"


class Definition(BaseModel):
    """A frozen value. An unknown key is an error: it is nearly always a slip of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
