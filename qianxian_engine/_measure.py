"""An indicator as engines see it: which entries are let in for a period, and what each adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qianxian_engine._errors import BadRequest, UnknownIndicator
from qianxian_engine._source import EPISODES
from qianxian_packs import Catalogue, Expression, Indicator, Ledger, Type


@dataclass(frozen=True, slots=True)
class Window:
    """When an entry belongs to a period. Names are columns of a version, empty for none.

    flow     `since` lies in the period
    stock    `since` is on or before the last day, and `until` is empty or after it; a ledger
             without dates has neither, and every entry belongs to every period

    An entry of a register stands in stretches of days (`stands`): a stock counts it where it stood
    on the last day of the period, a flow where it stood on its own day.
    """

    is_flow: bool
    since: str
    until: str = ""
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """The ledger of subjects and the number that each stands for."""

    ledger: Ledger
    field: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A flow or stock with its ledger at hand.

    column   what is summed, told apart or last; empty for a count
    """

    name: str
    ledger: Ledger
    window: Window
    how: Literal["count", "sum", "distinct", "latest"]
    column: str
    where: Expression | None
    persons: Register | None

    @property
    def unit(self) -> str:
        """The unit of the numbers that are summed or last; empty where they have none."""
        field = self.ledger.by_name.get(self.column)
        return field.shown_unit if field and self.how in ("sum", "latest") else ""

    @property
    def columns(self) -> frozenset[str]:
        """The columns of a version that the measure reads."""
        named = {"place", self.window.since, self.window.until, self.column}
        named |= {"subject"} if self.persons or self.how == "latest" else set()
        named |= {EPISODES} if self.window.stands else set()
        filtered = self.where.columns if self.where else frozenset()
        return frozenset(named - {""}) | filtered


def find_indicator(catalogue: Catalogue, name: str) -> Indicator:
    """Errors: UnknownIndicator."""
    try:
        return catalogue.indicators[name]
    except KeyError:
        raise UnknownIndicator(f"no indicator {name!r} in the catalogue") from None


def leaves(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """The indicators that have entries of their own: itself, or the two parts of a rate."""
    indicator = find_indicator(catalogue, name)
    parts = (indicator.numerator, indicator.denominator)
    return tuple(part for part in parts if part) if indicator.kind == "rate" else (name,)


def measure(catalogue: Catalogue, name: str) -> Measure:
    """Errors: UnknownIndicator; BadRequest where the definition asks what no entry can answer."""
    indicator = find_indicator(catalogue, name)
    if indicator.kind == "rate" or indicator.from_ is None:
        raise BadRequest(f"{name} has no entries of its own: engines take the parts of a rate")
    ledger = catalogue.ledgers[indicator.from_]
    found = Measure(
        name,
        ledger,
        window=_window(indicator, ledger),
        how=indicator.value.kind,
        column=indicator.value.field or "",
        where=indicator.where,
        persons=_persons(catalogue, indicator, ledger),
    )
    _refuse_what_cannot_be_done(found)
    return found


def _window(indicator: Indicator, ledger: Ledger) -> Window:
    day, stands = indicator.on or ledger.date or "", ledger.is_register
    if indicator.kind == "stock" and indicator.during:
        since, until = indicator.during
        return Window(is_flow=False, since=since, until=until, stands=stands)
    return Window(is_flow=indicator.kind == "flow", since=day, stands=stands)


def _persons(catalogue: Catalogue, indicator: Indicator, ledger: Ledger) -> Register | None:
    if indicator.person is None or ledger.subject is None:
        return None
    return Register(catalogue.ledgers[ledger.subject], indicator.person.removeprefix("subject."))


def _refuse_what_cannot_be_done(found: Measure) -> None:
    if not found.window.since and (found.window.is_flow or found.how == "latest"):
        raise BadRequest(f"{found.name} needs a date, and {found.ledger.id} has none")
    if found.persons and (found.how, found.column) not in (
        ("count", ""),
        ("distinct", "subject"),
    ):
        raise BadRequest(f"{found.name} counts persons, so its value is count or distinct(subject)")
    field = found.ledger.by_name.get(found.column)
    is_number = field is not None and field.expression_type is Type.NUMBER
    if found.how in ("sum", "latest") and not is_number:
        raise BadRequest(f"{found.name} adds {found.column}, which is no number")
