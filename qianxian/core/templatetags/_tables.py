"""Tables, progress and coverage: what shows many values at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from qianxian.core.templatetags import _dates as dates
from qianxian.core.templatetags import _numbers as numbers
from qianxian.core.templatetags._basics import one_of
from qianxian_figures import Figure

register = Library()

_HUNDRED = Decimal(100)
_ARROWS = {"": "", "ascending": " ▲", "descending": " ▼"}


@register.simple_block_tag
def table(
    content: str,
    label: str,
    *,
    cards: bool = False,
    two: bool = False,
    tight: bool = False,
    height: str = "",
    classes: str = "",
    caption: str = "",
) -> SafeString:
    """A region that scrolls by itself and can be reached by keyboard, with the table in it."""
    one_of(height, ("", "low", "tall", "page"), "height")
    kinds = {"cards": cards or two, "two": two, "tight": tight}
    given = {
        "content": content,
        "label": label,
        "caption": caption,
        "wrap": " ".join(filter(None, ["t-wrap", height, "cards-wrap" if cards or two else ""])),
        "classes": " ".join(["t", *(name for name, on in kinds.items() if on), classes]).strip(),
    }
    return render_to_string("_components/table.html", given)


@register.simple_tag
def head(
    label: str,
    *,
    unit: str = "",
    num: bool = False,
    fix: bool = False,
    sort: str = "",
    sorted: str = "",
    phone: bool = True,
    hidden: bool = False,
) -> SafeString:
    """A heading of a column, written here as a page has a dozen.

    `sort` is the address that sorts by this column; `sorted` is how it is sorted now.
    """
    one_of(sorted, tuple(_ARROWS), "sorted")
    flags = {"num": num, "fix": fix, "hide-phone": not phone}
    classes = " ".join(name for name, on in flags.items() if on)
    words = str(conditional_escape(label))
    if hidden:
        words = f'<span class="sr">{words}</span>'
    elif sort:
        words = f'<a class="sort" href="{conditional_escape(sort)}">{words}{_ARROWS[sorted]}</a>'
    kind = f' class="{classes}"' if classes else ""
    order = f' aria-sort="{sorted}"' if sorted else ""
    more = f" <small>{conditional_escape(unit)}</small>" if unit else ""
    return SafeString(f'<th scope="col"{kind}{order}>{words}{more}</th>')


@register.inclusion_tag("_components/rowhead.html")
def rowhead(label: str, url: str = "", *, fix: bool = True, num: bool = False) -> dict[str, Any]:
    flags = {"fix": fix, "n": num}
    classes = " ".join(name for name, on in flags.items() if on)
    return {"label": label, "url": url, "classes": classes}


def _written(value: object, places: int | None, today: object) -> tuple[str, str]:
    """The words of a cell and the class that aligns them."""
    if isinstance(value, Decimal | int | Figure) and not isinstance(value, bool):
        return numbers.figure(value, places), "num"
    if isinstance(value, date):
        return dates.short_day(value, today if isinstance(today, date) else None), "n nowrap"
    return (numbers.NOTHING, "") if value is None or value == "" else (str(value), "")


@register.inclusion_tag("_components/cell.html", takes_context=True)
def cell(
    context: Context,
    value: object,
    label: str = "",
    *,
    places: int | None = None,
    num: bool = False,
    href: str = "",
    edited: bool = False,
    wrong: str = "",
    phone: bool = True,
    classes: str = "",
) -> dict[str, Any]:
    """A number, a date or words. `label` heads the value where the row is a card on a phone."""
    text, align = _written(value, places, context.get("today"))
    flags = {"edited": edited, "wrong": bool(wrong), "hide-phone": not phone, "num": num}
    words = [align, *(name for name, on in flags.items() if on and name != align), classes]
    # Markup that a caller marked safe (a light, a figure) goes through as it is.
    shown = value if isinstance(value, SafeString) else text
    return {
        "text": shown,
        "label": label,
        "href": href if text != numbers.NOTHING else "",
        "wrong": wrong,
        "classes": " ".join(filter(None, words)),
    }


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Percent of `whole` to one decimal; None where it cannot be said."""
    if part is None or not whole:
        return None
    return (part / whole * _HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)


def within(percent: Decimal | None) -> str:
    """A place on a bar, 0 to 100, as an SVG percentage."""
    return f"{min(max(percent or Decimal(0), Decimal(0)), _HUNDRED)}%"


@register.inclusion_tag("_components/progress.html")
def progress(
    done: numbers.Value,
    target: numbers.Value,
    expected: numbers.Value = None,
    unit: str = "",
    *,
    places: int | None = None,
    small: bool = False,
    label: str = "",
) -> dict[str, Any]:
    """One bar in one colour: done, a tick where the plan says we should be, the end the target."""
    exact_done, exact_target = numbers.exact(done), numbers.exact(target)
    exact_expected = numbers.exact(expected)
    percent = share(exact_done, exact_target)
    return {
        "done": numbers.figure(done, places),
        "target": numbers.figure(target, places),
        "expected": numbers.figure(expected, places) if exact_expected is not None else "",
        "percent": numbers.percent(percent) if percent is not None else "",
        "fill": within(percent),
        "tick": within(share(exact_expected, exact_target)) if exact_expected is not None else "",
        "unit": unit,
        "small": small,
        "label": label,
    }


@register.inclusion_tag("_components/coverage.html")
def coverage(
    places: Iterable[tuple[str, bool]], *, noun: str = "", strip: bool = True
) -> dict[str, Any]:
    """`places` in official order: (name, whether it has said that it reported everything)."""
    cells = [{"name": name, "reported": reported} for name, reported in places]
    missing = [str(cell["name"]) for cell in cells if not cell["reported"]]
    return {
        "cells": cells,
        "reported": len(cells) - len(missing),
        "total": len(cells),
        "missing": "、".join(missing),
        "noun": noun,
        "strip": strip,
    }


@register.inclusion_tag("_components/paging.html", takes_context=True)
def paging(context: Context, page: Any) -> dict[str, Any]:
    """`page` is a Django Page; the other conditions of the address stay as they are."""
    query = context["request"].GET.copy() if "request" in context else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "before": address(page.number - 1) if page.has_previous() else "",
        "after": address(page.number + 1) if page.has_next() else "",
    }
