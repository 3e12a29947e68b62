"""What the rows of a table say by their cells alone: values, or every fault at its cell.

Nothing here needs the database or Django, so that a second process can read rows (`helper`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from qianxian.core.digests import canonical
from qianxian.imports.cells import NAMED, WORDS, CellReader, Namer, RowFault, code_of, shown_of
from qianxian.imports.grid import Match
from qianxian.ledgers.faults import faults_together
from qianxian_packs import Field, Ledger
from qianxian_packs import canonical as text_of

# The cells of rows, each with the year that stands above it.
Cells = Iterable[tuple[Sequence[Any], int | None]]


class Asked(NamedTuple):
    """How a table is to be read, as it is told to another process.

    ledger        text of the definition
    later         fields that a step fills, and that may be missing until then
    names_others  whether a column names places, posts or entries: only the database knows these
    """

    ledger: str
    matches: tuple[Match, ...]
    later: frozenset[str]
    names_others: bool


class Said(NamedTuple):
    """What one row says.

    text    its open values, as the history will hold them: the canonical form of their JSON
    naming  the values by which its entry is called, dated, and told from others
    """

    text: str
    private: dict[str, str]
    naming: dict[str, Any]
    faults: tuple[RowFault, ...]


class RowReader:
    """Reads the rows of one table. `name` finds places, posts and entries that a cell names."""

    def __init__(
        self, ledger: Ledger, matches: Sequence[Match], later: Collection[str], name: Namer
    ) -> None:
        columns = _columns(ledger, matches)
        names_others = any(field.type in NAMED for _, _, field in columns)
        self.asked = Asked(text_of(ledger), tuple(matches), frozenset(later), names_others)
        self._ledger, self._later = ledger, later
        self._at = {field.name: (n, m) for n, m, field in columns}
        self._cells = [(n, f.name, CellReader(f, m, name).read) for n, m, f in columns]
        self._blank = dict.fromkeys(f.name for f in ledger.fields)
        self._private = [f.name for f in ledger.fields if f.private]
        naming = {*ledger.title, *ledger.key, ledger.date}
        self._naming = [f.name for f in ledger.fields if f.name in naming]

    @classmethod
    def of(cls, asked: Asked) -> RowReader:
        """The same reader in another process, for a table that names nothing else."""
        ledger = Ledger.model_validate_json(asked.ledger)
        return cls(ledger, asked.matches, asked.later, _nobody)

    def read_all(self, rows: Cells) -> list[Said]:
        return [self.read(values, year) for values, year in rows]

    def read(self, values: Sequence[Any], year: int | None) -> Said:
        parsed, stored, refused = dict(self._blank), {}, {}
        faults: list[RowFault] = []
        for n, name, read in self._cells:
            raw = values[n]
            if raw is None:
                continue
            value, as_json, told, says = read(raw, year)
            if told:
                faults += told
            if says:
                refused[name] = says
                del parsed[name]
            elif value is not None:
                parsed[name], stored[name] = value, as_json
        unread = {name: refused[name] for name in self._blank if name in refused} if refused else {}
        for name, says in faults_together(self._ledger, parsed, unread, self._later).items():
            is_empty = name not in refused and name not in stored
            faults.append(self._refused(values, name, says, is_empty=is_empty))
        private = {name: str(stored.pop(name)) for name in self._private if name in stored}
        naming = {name: parsed.get(name) for name in self._naming}
        return Said(canonical(stored), private, naming, tuple(faults))

    def _refused(self, values: Sequence[Any], name: str, says: str, *, is_empty: bool) -> RowFault:
        """A fault of a field; `is_empty`: nothing stands there, though something should."""
        field = self._ledger.by_name.get(name)
        if field is None or name not in self._at:
            label = field.label if field else ""
            return RowFault("missing" if field and is_empty else "check", says, "", label)
        n, matched = self._at[name]
        code = "missing" if is_empty else self._code(field, says)
        if field.private and code not in ("missing", "check"):
            says = f"{field.label}{WORDS[code]}，请对照原表核对。"
        at = (matched.column.letter, matched.column.label, shown_of(field, values[n]))
        return RowFault(code, says, *at)

    def _code(self, field: Field, says: str) -> str:
        if any(says == check.says for check in self._ledger.check_texts):
            return "check"
        return code_of(field)


def _columns(ledger: Ledger, matches: Sequence[Match]) -> list[tuple[int, Match, Field]]:
    return [
        (n, match, ledger.by_name[name])
        for n, match in enumerate(matches)
        if (name := match.target.removeprefix("field:")) != match.target
    ]


def _nobody(field: Field, _value: Any) -> tuple[str | None, str]:
    raise TypeError(f"{field.name} names something that only the database knows")
