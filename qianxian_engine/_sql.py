"""SQL text of a ledger's measures. Names come from definitions and are quoted, values are bound.

All measures of a ledger are one statement over one scan. Days are first turned into buckets: the
boundaries of all periods asked cut the calendar into runs of days, and entries are added up by
place and bucket before places and periods are joined, so that the joins are small however many
entries, places and periods there are.

    versions   the columns needed, of the versions that hold at the commit
    live       the same with number of place, buckets, filters and values under names of our own
    cells…     per window: sums by place and bucket
    totals…    per window: sums by place asked and period
    single…    per measure that counts distinct values or takes the latest: the same

In `live` b… is the bucket of a day, w… whether a filter lets the entry in, x… a value. In the answer
n…, v… and q… are rows, value and persons of a measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlglot import exp, select

from qianxian_engine._measure import Measure, Window
from qianxian_engine._source import STOOD_FROM, STOOD_TO
from qianxian_packs import Expression

DIALECT = "duckdb"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Common tables over `versions`, `register`, places and periods; the select over them; values.

    The select gives a row for a place asked and a period, in which each measure has n… if it has
    entries there, v… (but for a plain count) and q… if it counts persons. A cell can have several
    rows, each with the columns of some of the measures.
    """

    tables: tuple[str, ...]
    select: str
    values: dict[str, Any]


@lru_cache(maxsize=5_000)
def quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(DIALECT)


class Compiler:
    """Writes the statement of some measures of one ledger."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = list(enumerate(measures))
        self._windows = list(dict.fromkeys(m.window for m in measures))
        self._buckets = _numbered("b", [day for w in self._windows for day in _days(w)])
        self._values_of = _numbered("x", [m.column for m in measures])
        # Days on which an entry of a register must have stood, where it is not the period's last.
        self._stood = _numbered("s", [_own_day(m) for m in measures])
        self._bound: dict[str, Any] = {}
        self._filters = _numbered("w", [m.where for m in measures])

    def compiled(self) -> Compiled:
        tables = {"live": self._live()}
        for w, window in enumerate(self._windows):
            tables[f"cells{w}"] = self._cells(window)
            tables[f"totals{w}"] = self._totals(w, window)
        for m, measure in self._measures:
            if measure.how == "distinct":
                tables[f"single{m}"] = self._distinct(m, measure)
            elif measure.how == "latest":
                tables[f"single{m}"] = self._latest(m, measure)
        answers = [name for name in tables if name.startswith(("totals", "single"))]
        # More than one answer reads it, so that the scan is shared.
        shared = ("live",) if len(answers) > 1 else ()
        return Compiled(
            tuple(
                f"{name} AS {'MATERIALIZED ' if name in shared else ''}({table.sql(DIALECT)})"
                for name, table in tables.items()
            ),
            " UNION ALL BY NAME ".join(f"FROM {name}" for name in answers),
            self._bound,
        )

    def _live(self) -> exp.Select:
        columns = ["p.number AS place", *self._bucket_columns()]
        columns += [f"{_where(f, f'{w}_', self._bound)} AS {w}" for f, w in self._filters.items()]
        columns += [f"v.{quoted(column)} AS {x}" for column, x in self._values_of.items()]
        columns += [f"{_stood(day)} AS {s}" for day, s in self._stood.items()]
        columns += list(self._own_columns())
        live = _select(*columns).from_("versions AS v").join("places AS p", on="p.place = v.place")
        for day, b in self._buckets.items():
            same = f"c_{b}.day = v.{quoted(day)}"
            live = live.join(f"calendar AS c_{b}", on=same, join_type="left")
        if any(_adds_persons(measure) for _, measure in self._measures):
            # All measures of a ledger have the subjects of one register.
            live = live.join("register AS r", on="r.entry = v.subject", join_type="left")
        return live

    def _bucket_columns(self) -> Iterator[str]:
        """How many boundaries lie on or before a day; the calendar knows the days in between."""
        for day, b in self._buckets.items():
            column = f"v.{quoted(day)}"
            yield (
                f"CASE WHEN {column} < $first_day THEN 0"
                f" WHEN {column} >= $end_day THEN $last_bucket ELSE c_{b}.bucket END AS {b}"
            )

    def _own_columns(self) -> Iterator[str]:
        """What one measure alone needs: the order of its entries, the persons of a subject."""
        for m, measure in self._measures:
            if measure.how == "latest":
                yield f"{_order(measure)} AS k{m}"
                yield f"v.subject AS series{m}"
            if measure.persons and _adds_persons(measure):
                yield f"r.{quoted(measure.persons.field)} AS q{m}"

    def _cells(self, window: Window) -> exp.Select:
        group = ["place", *self._bucket_names(window)]
        sums = []
        for m, measure in self._of(window):
            filters = " AND ".join(self._filters_of(measure))
            where = f" FILTER (WHERE {filters})" if filters else ""
            sums.append(f"count(*){where} AS n{m}")
            if measure.how == "sum":
                sums.append(f"sum({self._values_of[measure.column]}){where} AS v{m}")
            if _adds_persons(measure):
                sums.append(f"sum(q{m}){where} AS q{m}")
        cells = _select(*group, *sums).from_("live").group_by(*group)
        return cells.where(*self._is_dated(window), dialect=DIALECT)

    def _totals(self, w: int, window: Window) -> exp.Select:
        sums = []
        for m, measure in self._of(window):
            added = [f"n{m}"]
            added += [f"v{m}"] if measure.how == "sum" else []
            added += [f"q{m}"] if _adds_persons(measure) else []
            sums += [f"sum({column}) AS {column}" for column in added]
        cells = exp.to_table(f"cells{w}").as_("cells")
        return self._over_grid(cells, window, *sums).group_by("asked", "period")

    def _distinct(self, m: int, measure: Measure) -> exp.Select:
        window, x = measure.window, self._values_of[measure.column]
        cells = self._with_value(measure, "place", *self._bucket_names(window), x)
        found = self._over_grid(cells.subquery("cells"), window, x).distinct()
        columns = ["asked", "period", f"count(*) AS v{m}"]
        if measure.persons:
            columns.append(f"sum(r.{quoted(measure.persons.field)}) AS q{m}")
        counted = _select(*columns).from_(found.subquery("found")).group_by("asked", "period")
        if measure.persons:
            counted = counted.join("register AS r", on=f"r.entry = found.{x}", join_type="left")
        return counted

    def _latest(self, m: int, measure: Measure) -> exp.Select:
        window, x = measure.window, self._values_of[measure.column]
        series = ["place", f"series{m}", *self._bucket_names(window)]
        cells = self._with_value(measure, *series, f"max((k{m}, {x})) AS last")
        found = self._over_grid(
            cells.group_by(*series).subquery("cells"), window, "max(last) AS last"
        ).group_by("asked", "period", "cells.place", f"series{m}")
        if not window.is_flow:
            # A place that is gone by the end of the period has no stock: its successor has.
            found = found.join("places AS g", on="g.number = cells.place")
            found = found.where("g.ceases IS NULL OR g.ceases > spans.ends")
        columns = ("asked", "period", f"sum(last[2]) AS v{m}")
        return _select(*columns).from_(found.subquery("found")).group_by("asked", "period")

    def _of(self, window: Window) -> list[tuple[int, Measure]]:
        return [(m, measure) for m, measure in self._measures if measure.window == window]

    def _filters_of(self, measure: Measure) -> list[str]:
        """The conditions on an entry that do not depend on the period."""
        found = [self._filters[measure.where]] if measure.where else []
        return found + ([self._stood[day]] if (day := _own_day(measure)) else [])

    def _bucket_names(self, window: Window) -> list[str]:
        return [self._buckets[day] for day in _days(window) if day]

    def _with_value(self, measure: Measure, *columns: str) -> exp.Select:
        """Of the entries that a measure lets in, those that hold a value."""
        filters = [f"{self._values_of[measure.column]} IS NOT NULL"]
        filters += [*self._filters_of(measure), *self._is_dated(measure.window)]
        return _select(*columns).from_("live").where(*filters, dialect=DIALECT)

    def _is_dated(self, window: Window) -> list[str]:
        """Leaves out entries that belong to none of the periods."""
        if not window.since:
            return []
        since = self._buckets[window.since]
        return [f"{since} < $last_bucket", *([f"{since} > 0"] if window.is_flow else [])]

    def _over_grid(self, cells: exp.Expr, window: Window, *columns: str) -> exp.Select:
        """Cells joined to the places and periods that they count for."""
        found = _select("asked", "period", *columns).from_(cells)
        found = found.join("paths", on="paths.number = cells.place")
        return found.join("spans", on=self._belongs(window))

    def _belongs(self, window: Window) -> str:
        return _belongs(window, self._buckets.__getitem__, "first_bucket", "final_bucket")


def trace_sql(measure: Measure, values: dict[str, Any]) -> str:
    """Entry, commit and amount of each entry of `versions` in the places and days bound."""
    since = measure.window.since
    order = [f"v.{quoted(since)} NULLS LAST", "v.entry"] if since else ["v.entry"]
    columns = ("v.entry", "v.from_commit", f"{_amount(measure, order)} AS amount")
    found = _select(*columns).from_("versions AS v").join("places AS p", on="p.place = v.place")
    belongs = _belongs(measure.window, lambda day: f"v.{quoted(day)}", "$starts", "$ends")
    found = found.where(belongs, dialect=DIALECT)
    if day := _own_day(measure):
        found = found.where(_stood(day), dialect=DIALECT)
    if measure.where:
        found = found.where(_where(measure.where, "w", values), dialect=DIALECT)
    return found.order_by(*order, dialect=DIALECT).sql(DIALECT)


def _belongs(window: Window, written: Callable[[str], str], first: str, final: str) -> str:
    """The window as a condition. `written` says how a column with days is written, `first` and
    `final` how the bounds of the period are."""
    if window.is_flow:
        return f"{written(window.since)} BETWEEN {first} AND {final}"
    begins = [f"{written(window.since)} <= {final}"] if window.since else []
    ends = [written(window.until)] if window.until else []
    if window.stands:
        stood = written(STOOD_FROM)
        begins.append(f"({stood} IS NULL OR {stood} <= {final})")
        ends.append(written(STOOD_TO))
    found = begins + [f"({end} IS NULL OR {end} > {final})" for end in ends]
    return " AND ".join(found) or "TRUE"


def _days(window: Window) -> tuple[str, ...]:
    """The columns with days that decide to which periods an entry belongs."""
    stood = (STOOD_FROM, STOOD_TO) if window.stands and not window.is_flow else ()
    return (window.since, window.until, *stood)


def _own_day(measure: Measure) -> str:
    """The column of the day on which an entry of a register must have stood; empty for the
    last day of the period."""
    window = measure.window
    return window.since if window.stands and window.is_flow else ""


def _stood(day: str) -> str:
    own = f"v.{quoted(day)}"
    return (
        f"(v.{STOOD_FROM} IS NULL OR v.{STOOD_FROM} <= {own})"
        f" AND (v.{STOOD_TO} IS NULL OR {own} < v.{STOOD_TO})"
    )


def _amount(measure: Measure, order: Sequence[str]) -> str:
    if not measure.column:
        return "1"
    x = f"v.{quoted(measure.column)}"
    if measure.how == "sum":
        return x
    if measure.how == "distinct":
        stands = f"row_number() OVER (PARTITION BY {x} ORDER BY {', '.join(order)}) = 1"
        return f"CASE WHEN {x} IS NOT NULL THEN CASE WHEN {stands} THEN 1 ELSE 0 END END"
    stands = (
        f"row_number() OVER (PARTITION BY v.place, v.subject, {x} IS NULL"
        f" ORDER BY {_order(measure)} DESC) = 1"
    )
    if not measure.window.is_flow:
        stands += " AND (p.ceases IS NULL OR p.ceases > $ends)"
    return f"CASE WHEN {x} IS NOT NULL THEN CASE WHEN {stands} THEN {x} ELSE 0 END END"


def _order(measure: Measure) -> str:
    """What makes one entry later than another."""
    return f"(v.{quoted(measure.window.since)}, v.from_commit, v.entry)"


def _where(where: Expression, prefix: str, values: dict[str, Any]) -> str:
    """A filter over the columns of `v`; its literals are bound under the prefix."""
    text, bound = where.sql(column=lambda name: f"v.{quoted(name)}", prefix=prefix)
    values.update(bound)
    return text


def _adds_persons(measure: Measure) -> bool:
    return measure.persons is not None and measure.how == "count"


def _numbered(letter: str, things: Iterable[T | None]) -> dict[T, str]:
    """Each thing once, without what is empty, under a name of our own."""
    once = dict.fromkeys(thing for thing in things if thing)
    return {thing: f"{letter}{n}" for n, thing in enumerate(once)}


def _select(*columns: str) -> exp.Select:
    return select(*columns, dialect=DIALECT)
