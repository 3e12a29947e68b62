"""The small parts of every page: icon, light, badge, button, figure, message, crumbs, empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, wraps
from typing import Any

from django.forms.utils import flatatt
from django.template import Context, Library
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from qianxian.core.templatetags import _numbers as numbers
from qianxian_figures import Figure, Rows

register = Library()

LIGHTS = ("green", "yellow", "red", "grey")
_KEPT = 1_000
_WORDS = (str, SafeString, bool)
_BADGE_ICONS = {"green": "check", "yellow": "bang", "red": "error"}
_MESSAGE_ICONS = {"bad": "error", "warn": "bang", "good": "check", "": "info"}


def inline(template: str, **options: Any) -> Callable[[Callable[..., dict[str, Any]]], Any]:
    """Like `inclusion_tag`, without the white space around, for parts that stand in a sentence.

    A part that is drawn from words alone is drawn once for the same words, and kept.
    """

    def register_tag(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        def draw(*args: Any, **kwargs: Any) -> SafeString:
            return SafeString(render_to_string(template, function(*args, **kwargs)).strip())

        # Typed: what is marked as markup equals the plain text, and is not the same.
        @lru_cache(maxsize=_KEPT, typed=True)
        def kept(_language: str | None, *args: Any, **kwargs: Any) -> SafeString:
            return draw(*args, **kwargs)

        @wraps(function)
        def tag(*given: Any, **named: Any) -> SafeString:
            args = [_said(value) for value in given]
            kwargs = {name: _said(value) for name, value in named.items()}
            if all(type(value) in _WORDS for value in (*args, *kwargs.values())):
                return kept(get_language(), *args, **kwargs)
            return draw(*args, **kwargs)

        register.simple_tag(tag, name=function.__name__, **options)
        return function

    return register_tag


def _said(value: Any) -> Any:
    """A word that a template has translated as it is said; all else as it is."""
    return str(value) if isinstance(value, Promise) else value


def one_of(value: str, allowed: Sequence[str], what: str) -> str:
    """The value, if it is one of those allowed.

    Errors: ValueError that names the tag's parameter, so that a typing slip shows at once.
    """
    if value not in allowed:
        raise ValueError(f"{what}: {value!r} is none of {', '.join(map(repr, allowed))}")
    return value


@register.simple_tag
@lru_cache
def icon(name: str) -> SafeString:
    """An icon of static/icons.svg. Never alone: its word stands beside it."""
    return format_html(
        '<svg class="ico" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        static("icons.svg"),
        name.removeprefix("i-"),
    )


@register.simple_tag
@lru_cache
def brand() -> SafeString:
    """The needle and its thread."""
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true"><use href="{}#brand"/></svg>',
        static("icons.svg"),
    )


def light_word(colour: str) -> str:
    words = {
        "green": gettext("green light"),
        "yellow": gettext("yellow light"),
        "red": gettext("red light"),
        "grey": gettext("grey light"),
    }
    return words[one_of(colour, LIGHTS, "colour")]


@inline("_components/light.html")
def light(colour: str, text: str = "", *, full: bool = False) -> dict[str, Any]:
    return {"colour": colour, "text": text, "full": full or not text, "word": light_word(colour)}


@inline("_components/badge.html")
def badge(text: str, kind: str = "", icon: str = "") -> dict[str, Any]:
    one_of(kind, ("", "act", "green", "yellow", "red", "seal", "cover", "unsaved-badge"), "kind")
    return {"text": text, "kind": kind, "icon": icon or _BADGE_ICONS.get(kind, "")}


@inline("_components/button.html")
def button(
    label: str,
    kind: str = "",
    *,
    size: str = "",
    icon: str = "",
    href: str = "",
    type: str = "button",
    disabled: bool = False,
    why: str = "",
    **attrs: str,
) -> dict[str, Any]:
    """Other keywords become attributes: hx_post → hx-post, name → name."""
    one_of(kind, ("", "primary", "danger", "quiet"), "kind")
    one_of(size, ("", "small", "big", "wide", "big wide", "small wide"), "size")
    extra = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items() if value}
    return {
        "label": label,
        "classes": " ".join(filter(None, ["btn", kind, size])),
        "icon": icon,
        "href": href,
        "type": type,
        "disabled": disabled,
        "why": why,
        "attrs": flatatt(extra),
    }


def _facts(value: numbers.Value, given: dict[str, str]) -> list[tuple[str, str]]:
    labels = {
        "status": gettext("status"),
        "scope": gettext("scope"),
        "formula": gettext("how counted"),
        "as_of": gettext("as of"),
    }
    facts = [(labels[key], text) for key, text in given.items() if text]
    if isinstance(value, Figure) and value.coverage and value.coverage.expected:
        told = f"{len(value.coverage.attested)}/{value.coverage.expected}"
        facts.append((gettext("reported complete"), told))
    return facts


@inline("_components/figure.html")
def figure(
    value: numbers.Value,
    unit: str = "",
    *,
    href: str = "",
    title: str = "",
    status: str = "",
    scope: str = "",
    formula: str = "",
    as_of: str = "",
    records: int | None = None,
    records_url: str = "",
    why_url: str = "",
    places: int | None = None,
    stale: bool = False,
    missing: str = "",
) -> dict[str, Any]:
    if isinstance(value, Figure):
        unit = unit or value.unit
        title = title or value.measure
        if records is None and isinstance(value.provenance, Rows):
            records = value.provenance.count
    given = {"status": status, "scope": scope, "formula": formula, "as_of": as_of}
    facts = _facts(value, given)
    text = numbers.figure(value, places)
    return {
        "text": text,
        "unit": "" if text == numbers.NOTHING else unit,
        "href": href,
        "title": title,
        "facts": facts,
        "records": records,
        "records_url": records_url,
        "why_url": why_url,
        "has_pop": bool(facts or records_url),
        "stale": stale,
        "missing": missing,
    }


@register.simple_block_tag(takes_context=True)
def message(
    context: Context, content: str, kind: str = "", title: str = "", icon: str = ""
) -> SafeString:
    one_of(kind, ("", "bad", "warn", "good"), "kind")
    given = {"kind": kind, "title": title, "icon": icon or _MESSAGE_ICONS[kind]}
    return render_to_string("_components/message.html", {**given, "content": content})


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    note: str = "",
    *,
    more: str = "",
    more_url: str = "",
    flush: bool = False,
    id: str = "",
    level: int = 2,
    classes: str = "",
) -> SafeString:
    given = {
        "content": content,
        "title": title,
        "note": note,
        "more": more,
        "more_url": more_url,
        "flush": flush,
        "id": id,
        "level": level,
        "classes": classes,
    }
    return render_to_string("_components/card.html", given)


@inline("_components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """Label, address, label, address, …, and last the label of this page."""
    if len(parts) % 2 == 0:
        raise ValueError("crumbs: label and address in turn, and this page's label last")
    labels, urls = parts[0::2], (*parts[1::2], "")
    return {"crumbs": [{"label": a, "url": b} for a, b in zip(labels, urls, strict=True)]}


@register.inclusion_tag("_components/empty_state.html")
def empty_state(
    title: str,
    text: str = "",
    *,
    action: str = "",
    action_url: str = "",
    second: str = "",
    second_url: str = "",
) -> dict[str, Any]:
    actions = [(action, action_url, "primary"), (second, second_url, "")]
    return {"title": title, "text": text, "actions": [a for a in actions if a[0] and a[1]]}


@inline("_components/as_of.html", takes_context=True)
def as_of(context: Context, at: date | None, commit: int | None = None) -> dict[str, Any]:
    return {"at": at, "commit": commit, "today": context.get("today")}
