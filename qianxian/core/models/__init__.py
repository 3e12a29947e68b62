"""Tables of the core, one subject a file."""

from __future__ import annotations

from qianxian.core.models.definitions import DefinitionHead, SiteDefinition
from qianxian.core.models.history import Commit, Revision, Stream
from qianxian.core.models.people import Absence, Grant, Handover, Holding, Office, Post, User
from qianxian.core.models.places import Place, PlaceAlias, PlaceEvent

__all__ = [
    "Absence",
    "Commit",
    "DefinitionHead",
    "Grant",
    "Handover",
    "Holding",
    "Office",
    "Place",
    "PlaceAlias",
    "PlaceEvent",
    "Post",
    "Revision",
    "SiteDefinition",
    "Stream",
    "User",
]
