"""One sentence of a clerk → what may be recorded of it. Pure: no database, no clock, no network."""

from __future__ import annotations

from qianxian_reader.jot._lexicon import Lexicon
from qianxian_reader.jot._model import (
    Case,
    Clerk,
    Heard,
    Kind,
    Option,
    Proposal,
    Reading,
    Spot,
    Thing,
)
from qianxian_reader.jot._read import hear
from qianxian_reader.jot._world import World

__all__ = [
    "Case",
    "Clerk",
    "Heard",
    "Kind",
    "Lexicon",
    "Option",
    "Proposal",
    "Reading",
    "Spot",
    "Thing",
    "World",
    "hear",
]
