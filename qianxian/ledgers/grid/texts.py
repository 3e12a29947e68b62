"""Stored values as the text of cells: what is typed the same way again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from qianxian.core.models import User
from qianxian.ledgers import masking, privacy
from qianxian.ledgers.display import Names, names_in, state_label, value_of
from qianxian.ledgers.grid.columns import PLACE, STATE, SUBJECT, Column
from qianxian.ledgers.listing import row_name
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Field, Ledger


def written(value: Any) -> str:
    """A value of `display.value_of` as a cell holds it: no thousands sign, no needless zeros."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def text_of(field: Field, data: Mapping[str, Any], names: Names) -> str:
    return written(value_of(field, data, names))


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column
    text: str
    why_not: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A stored entry as a row of the page."""

    entry: Entry
    name: str
    cells: list[Cell]


class Texts:
    """Cells of some entries, with the names and the covered values that they need read once."""

    def __init__(
        self,
        ledger: Ledger,
        entries: Sequence[Entry],
        *,
        user: User,
        on: date,
        more: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._ledger = ledger
        self._names = names_in(ledger, [*(e.data for e in entries), *more], user=user, on=on)
        private = [field.name for field in ledger.fields if field.private]
        self._sealed = privacy.read_many([e.pk for e in entries], private) if private else {}

    def of_data(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Open fields only: what an old revision holds."""
        fields = (field for field in self._ledger.fields if not field.private)
        return {field.name: text_of(field, data, self._names) for field in fields}

    def of(self, entry: Entry) -> dict[str, str]:
        sealed: Mapping[str, str] = self._sealed.get(entry.pk, {})
        covered = {
            field.name: masking.mask(field, sealed[field.name])
            for field in self._ledger.fields
            if field.name in sealed
        }
        return {
            **self.of_data(entry.data),
            **covered,
            SUBJECT: str(entry.subject) if entry.subject else "",
            PLACE: full_name(entry.place),
            STATE: state_label(self._ledger, entry.state),
        }


def texts_of(
    ledger: Ledger, entries: Sequence[Entry], *, user: User, on: date
) -> dict[UUID, dict[str, str]]:
    texts = Texts(ledger, entries, user=user, on=on)
    return {entry.pk: texts.of(entry) for entry in entries}


def row_of(entry: Entry, texts: Mapping[str, str], columns: Iterable[Column]) -> GridRow:
    """`texts` are those of `texts_of`."""
    cells = [Cell(c, texts.get(c.name, ""), c.why_not or c.why_fixed) for c in columns]
    return GridRow(entry, row_name(entry.definition, entry), cells)
