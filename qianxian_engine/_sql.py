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

The number behind a name is that of a day column (b), a measure (w filter, x value, n rows, s sum,
q persons, k order) or a window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, select

from qianxian_engine._measure import Measure, Window

DIALECT = "duckdb"
Table = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """Common tables over `versions`, `register` and the grid; the select over them; values.

    The select gives place asked and period, then rows, value and persons of each measure.
    """

    tables: tuple[Table, ...]
    select: str
    values: dict[str, Any]
    needs_days: bool


def quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(DIALECT)


class Compiler:
    """Writes the statement of some measures of one ledger."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        self._measures = list(enumerate(measures))
        self._windows = list(dict.fromkeys(m.window for m in measures))
        days = (day for w in self._windows for day in (w.since, w.until) if day)
        self._buckets = {day: f"b{n}" for n, day in enumerate(dict.fromkeys(days))}
        self._values: dict[str, Any] = {}

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
        texts = tuple((name, table.sql(DIALECT)) for name, table in tables.items())
        return Compiled(texts, self._select().sql(DIALECT), self._values, bool(self._buckets))

    def _live(self) -> exp.Select:
        columns = ["p.number AS place", "v.subject"]
        columns += [*self._bucket_columns(), *self._measure_columns()]
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

    def _measure_columns(self) -> Iterator[str]:
        for m, measure in self._measures:
            yield f"{_where(measure, f'w{m}_', self._values)} AS w{m}"
            if measure.column:
                yield f"v.{quoted(measure.column)} AS x{m}"
            if measure.how == "latest":
                yield f"{_order(measure)} AS k{m}"
            if measure.persons and _adds_persons(measure):
                yield f"r.{quoted(measure.persons.field)} AS q{m}"

    def _cells(self, window: Window) -> exp.Select:
        group = ["place", *self._bucket_names(window)]
        sums = []
        for m, measure in self._of(window):
            sums.append(f"count(*) FILTER (WHERE w{m}) AS n{m}")
            sums += [f"sum({a}) FILTER (WHERE w{m}) AS {a}" for a in _added(m, measure)]
        cells = _select(*group, *sums).from_("live").group_by(*group)
        return cells.where(self._is_dated(window), dialect=DIALECT)

    def _totals(self, w: int, window: Window) -> exp.Select:
        sums = []
        for m, measure in self._of(window):
            sums += [f"sum({a}) AS {a}" for a in (f"n{m}", *_added(m, measure))]
        cells = exp.to_table(f"cells{w}").as_("cells")
        return self._over_grid(cells, window, *sums).group_by("asked", "period")

    def _distinct(self, m: int, measure: Measure) -> exp.Select:
        window = measure.window
        cells = self._with_value(m, window, "place", *self._bucket_names(window), f"x{m} AS x")
        found = self._over_grid(cells.distinct().subquery("cells"), window, "x").distinct()
        columns = ["asked", "period", f"count(*) AS x{m}"]
        if measure.persons:
            columns.append(f"sum(r.{quoted(measure.persons.field)}) AS q{m}")
        counted = _select(*columns).from_(found.subquery("found")).group_by("asked", "period")
        if measure.persons:
            counted = counted.join("register AS r", on="r.entry = found.x", join_type="left")
        return counted

    def _latest(self, m: int, measure: Measure) -> exp.Select:
        window = measure.window
        series = ["place", "subject", *self._bucket_names(window)]
        cells = self._with_value(m, window, *series, f"max((k{m}, x{m})) AS last")
        found = self._over_grid(
            cells.group_by(*series).subquery("cells"), window, "max(last) AS last"
        ).group_by("asked", "period", "cells.place", "subject")
        if not window.is_flow:
            # A place that is gone by the end of the period has no stock: its successor has.
            found = found.join("places AS g", on="g.number = cells.place")
            found = found.where("g.ceases IS NULL OR g.ceases > spans.ends")
        columns = ("asked", "period", f"sum(last[2]) AS x{m}")
        return _select(*columns).from_(found.subquery("found")).group_by("asked", "period")

    def _select(self) -> exp.Select:
        columns = ["asked", "period"]
        for m, measure in self._measures:
            value = f"n{m}" if measure.how == "count" else f"x{m}"
            columns += [f"n{m}", value, f"q{m}" if measure.persons else "NULL"]
        tables = [f"totals{w}" for w in range(len(self._windows))]
        tables += [f"single{m}" for m, measure in self._measures if _is_single(measure)]
        found = _select(*columns).from_("grid")
        for table in tables:
            found = found.join(table, using=["asked", "period"], join_type="left")
        return found

    def _of(self, window: Window) -> list[tuple[int, Measure]]:
        return [(m, measure) for m, measure in self._measures if measure.window == window]

    def _bucket_names(self, window: Window) -> list[str]:
        return [self._buckets[day] for day in (window.since, window.until) if day]

    def _with_value(self, m: int, window: Window, *columns: str) -> exp.Select:
        """Of the entries that a measure lets in, those that hold a value."""
        filters = (f"w{m}", f"x{m} IS NOT NULL", self._is_dated(window))
        return _select(*columns).from_("live").where(*filters, dialect=DIALECT)

    def _is_dated(self, window: Window) -> str:
        if not window.since:
            return "TRUE"
        since = self._buckets[window.since]
        return (
            f"{since} > 0 AND {since} < $last_bucket"
            if window.is_flow
            else f"{since} < $last_bucket"
        )

    def _over_grid(self, cells: exp.Expr, window: Window, *columns: str) -> exp.Select:
        """Cells joined to the places and periods that they count for."""
        found = _select("asked", "period", *columns).from_(cells)
        found = found.join("paths", on="paths.number = cells.place")
        return found.join("spans", on=self._belongs(window))

    def _belongs(self, window: Window) -> str:
        if not window.since:
            return "TRUE"
        since = self._buckets[window.since]
        if window.is_flow:
            return f"{since} BETWEEN first_bucket AND final_bucket"
        if not window.until:
            return f"{since} <= final_bucket"
        until = self._buckets[window.until]
        return f"{since} <= final_bucket AND ({until} IS NULL OR {until} > final_bucket)"


def trace_sql(measure: Measure, values: dict[str, Any]) -> str:
    """Entry, commit and amount of each entry of `versions` in the places and days bound."""
    since = measure.window.since
    order = [f"v.{quoted(since)} NULLS LAST", "v.entry"] if since else ["v.entry"]
    columns = ("v.entry", "v.from_commit", f"{_amount(measure, order)} AS amount")
    found = _select(*columns).from_("versions AS v").join("places AS p", on="p.place = v.place")
    filters = (_where(measure, "w", values), _belongs(measure.window))
    found = found.where(*filters, dialect=DIALECT)
    return found.order_by(*order, dialect=DIALECT).sql(DIALECT)


def _belongs(window: Window) -> str:
    if not window.since:
        return "TRUE"
    since = f"v.{quoted(window.since)}"
    if window.is_flow:
        return f"{since} BETWEEN $starts AND $ends"
    if not window.until:
        return f"{since} <= $ends"
    until = f"v.{quoted(window.until)}"
    return f"{since} <= $ends AND ({until} IS NULL OR {until} > $ends)"


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


def _where(measure: Measure, prefix: str, values: dict[str, Any]) -> str:
    """The filter over the columns of `v`; its literals are bound under the prefix."""
    if measure.where is None:
        return "TRUE"
    text, bound = measure.where.sql(column=lambda name: f"v.{quoted(name)}", prefix=prefix)
    values.update(bound)
    return text


def _added(m: int, measure: Measure) -> list[str]:
    """The columns that add up over entries."""
    value = [f"x{m}"] if measure.how == "sum" else []
    return [*value, f"q{m}"] if _adds_persons(measure) else value


def _adds_persons(measure: Measure) -> bool:
    return measure.persons is not None and measure.how == "count"


def _is_single(measure: Measure) -> bool:
    return measure.how in ("distinct", "latest")


def _select(*columns: str) -> exp.Select:
    return select(*columns, dialect=DIALECT)
