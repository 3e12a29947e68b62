"""Parts of a list's page that many pages share, each drawn once for the same facts and kept.

They hold nothing of any entry. What depends on the reader, as the places to choose from and the
right to record, is among the facts, so that nobody is shown what was drawn for somebody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qianxian.core.definitions import catalogue, once_per_catalogue
from qianxian.core.templatetags._forms import condition
from qianxian.ledgers.filters import MAIN, UNFOLDED, FilterForm
from qianxian.ledgers.listing import Listing
from qianxian.ledgers.lists.columns import Column
from qianxian.ledgers.lists.counting import Kept
from qianxian.ledgers.lists.grouping import groupings
from qianxian_packs import Ledger

# Stands in what is kept where the conditions of the address come.
_QUERY = secrets.token_hex(16)


@once_per_catalogue
def _kept() -> Kept[SafeString]:
    return Kept(1_000)


def once(told: Hashable, draw: Callable[[], SafeString]) -> SafeString:
    """What `draw` gives. `told` says all that it is made of, but definitions and language."""
    return _kept().get((get_language(), told), draw)


def acts(ledger: Ledger, *, may_record: bool, is_print: bool, query: str) -> SafeString:
    """What can be done with the list."""
    facts = {"may_record": may_record, "is_print": is_print, "query": query and _QUERY}
    told = ("acts", ledger.id, *facts.values())
    drawn = once(told, lambda: _drawn("list_acts", {"ledger": ledger, **facts}))
    return SafeString(drawn.replace(_QUERY, escape(query)))


def many(ledger: Ledger, count: int, *, may_record: bool) -> SafeString:
    """What can be done with the ticked rows, or with all that fit."""
    told = ("many", ledger.id, count, may_record)
    return once(told, lambda: _drawn("many", _many(ledger, count, may_record=may_record)))


def _many(ledger: Ledger, count: int, *, may_record: bool) -> dict[str, Any]:
    flow = catalogue().flows.get(ledger.flow or "")
    together = [s for s in flow.steps if s.bulk == "allowed"] if flow else []
    return {"ledger": ledger, "count": count, "may_record": may_record, "together": together}


def conditions(form: FilterForm) -> SafeString:
    """The conditions as controls."""
    facts = (form.ledger.id, form.on, form.choices, form.about is None)
    told = ("conditions", *facts, form.address())
    return once(told, lambda: _drawn("conditions", _controls(form, facts)))


def _controls(form: FilterForm, facts: Hashable) -> dict[str, Any]:
    """Of conditions that nobody has set so together, each may have been set so before."""

    def control(name: str) -> SafeString:
        told = ("condition", facts, name, form.data.get(name))
        return once(told, lambda: condition(form[name]))

    return {
        "form": form,
        "bar": [control(name) for name in MAIN if name in form.fields],
        "more": [control(name) for name in form.fields if name not in UNFOLDED],
        "groupings": groupings(form.ledger).items(),
        "group": form.query.get("g", ""),
    }


def table_head(form: FilterForm, shown: Listing, *, with_ticks: bool) -> SafeString:
    """The heads of the columns, each with the address that sorts by it."""
    keys, order = tuple(column.key for column in shown.columns), shown.order.text
    told = ("head", shown.ledger.id, keys, order, with_ticks)
    drawn = once(told, lambda: _drawn("table_head", {**_heads(shown), "ticks": with_ticks}))
    return SafeString(drawn.replace(_QUERY, escape(form.address(o="").removesuffix("o="))))


def _heads(shown: Listing) -> dict[str, Any]:
    title = {"label": title_label(shown.ledger), **_sorted(shown, "title")}
    return {"title_head": title, "heads": [_head(shown, column) for column in shown.columns]}


def title_label(definition: Ledger) -> str:
    """What the first column holds: the fields of the title, or the register of the subject."""
    labels = [definition.by_name[n].label for n in definition.title if n != definition.date]
    if labels:
        return " ".join(labels)
    register = catalogue().ledgers.get(definition.subject or "")
    return register.name.removesuffix("底册") if register else _("Entry")


def _head(shown: Listing, column: Column) -> dict[str, Any]:
    head = {"label": column.label, "unit": column.unit, "num": column.is_number}
    return head | (_sorted(shown, column.sort) if column.sort else {})


def _sorted(shown: Listing, key: str) -> dict[str, str]:
    """The address that sorts by this column: the other way round if it sorts already."""
    order = shown.order.text
    sorted_as = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    way = key if order == f"-{key}" else f"-{key}"
    return {"sort": f"{_QUERY}o={way}", "sorted": sorted_as}


def _drawn(part: str, facts: dict[str, Any]) -> SafeString:
    return render_to_string(f"ledgers/parts/{part}.html", facts)
