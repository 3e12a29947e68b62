"""Definitions that a site makes beside its packs: checked like a file, merged like a pack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qianxian_packs._catalogue import KINDS, AnyDefinition, Catalogue
from qianxian_packs._consistency import inconsistencies
from qianxian_packs._errors import PackError
from qianxian_packs._known import Loaded
from qianxian_packs._yaml import Source

_KIND_OF = {model: kind for kind, model in KINDS.items()}
_PACKS = "packs"


def key_of(definition: AnyDefinition) -> str:
    """`ledger:cleanup`: how revisions and tables name a definition."""
    return f"{_KIND_OF[type(definition)]}:{definition.id}"


def merged(packs: Catalogue, own: Catalogue) -> Catalogue:
    """The packs with what a site added; where both have an id, that of the packs stands.

    A definition of a line that the packs no longer have is left out, and so is an indicator of a
    ledger that is left out.
    """
    ledgers = {key: one for key, one in own.ledgers.items() if one.line in packs.lines}
    ledgers |= packs.ledgers
    indicators = {
        key: one.beside(ledgers[one.from_])
        for key, one in own.indicators.items()
        if one.line in packs.lines and one.from_ in ledgers
    }
    return replace(packs, ledgers=ledgers, indicators={**indicators, **packs.indicators})


def faults_beside(packs: Catalogue, added: Iterable[AnyDefinition]) -> list[PackError]:
    """What is wrong with added definitions among each other and beside those of the packs.

    `file` of each error is the key of the definition, `field` the path in it.
    """
    known = [
        Loaded(kind, one, Source(_PACKS))
        for kind, group in packs.groups()
        for one in group.values()
    ]
    own = [Loaded(_KIND_OF[type(one)], one, Source(key_of(one))) for one in added]
    found = inconsistencies([*known, *own], ())
    return sorted(error for error in found if error.file != _PACKS)
