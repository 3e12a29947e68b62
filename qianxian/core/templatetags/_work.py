"""Parts about work: matters, clocks, next steps, timelines, findings, proposals, tabs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qianxian.core.parts import Clock, FindingCard, Happening, Link, MatterRow, NextStep, Stage
from qianxian.core.templatetags import _dates as dates
from qianxian.core.templatetags._basics import one_of

register = Library()


def _today(context: Context, given: date | None) -> date:
    today = given or context.get("now") or context.get("today")
    if not isinstance(today, date):
        raise ValueError("this component needs `today`, given or in the page's context")
    return today


@register.simple_tag(takes_context=True)
def matter_row(context: Context, row: MatterRow, today: date | None = None) -> SafeString:
    """One <li> of <ul class="matters">, soonest due first. Written here: a page has eighty."""
    title = conditional_escape(row.title)
    link = f'<a class="matter-title" href="{conditional_escape(row.url)}">{title}</a>'
    return SafeString(
        f"<li>{_due(row, _today(context, today))}\n"
        f'<div>{link}\n<div class="meta">{_meta(row)}</div></div>\n{_action(row, title)}</li>\n'
    )


def _due(row: MatterRow, now: date) -> str:
    late = row.due is not None and dates.is_late(row.due, now)
    due_now = row.due is not None and dates.days_left(row.due, now) == 0
    note = dates.due_note(row.due, now)
    told = conditional_escape(note if late else row.note or note)
    urgency = " late" if late else " now" if due_now else ""
    due = conditional_escape(dates.due(row.due, now))
    return f'<div class="due{urgency}"><b>{due}</b><span>{told}</span></div>'


def _meta(row: MatterRow) -> str:
    parts = [f"<span>{conditional_escape(words)}</span>" for words in row.meta]
    if row.covering:
        words = gettext("covering")
        parts.insert(0, f'<span class="badge cover">{words}</span>')
    if row.stuck:
        words = gettext("stuck at: %(where)s") % {"where": conditional_escape(row.stuck)}
        parts.append(f"<span>{words}</span>")
    return "".join(parts)


def _action(row: MatterRow, title: str) -> str:
    if not row.action:
        return ""
    action = conditional_escape(row.action)
    kind = " primary" if row.primary else ""
    url = conditional_escape(row.action_url or row.url)
    return f'<a class="btn small{kind}" href="{url}" aria-label="{action}：{title}">{action}</a>'


def _left(value: date | datetime, now: date) -> tuple[str, str, str]:
    """How much is left: the number, its unit, and the word beside it."""
    away = dates.days_left(value, now)
    word = gettext("over") if dates.is_late(value, now) else gettext("left over")
    if away == 0 and isinstance(value, datetime) and isinstance(now, datetime):
        hours = abs(value - now).total_seconds() / 3600
        return f"{hours:.1f}", gettext("hours"), word
    return str(abs(away)), gettext("days"), word


@register.inclusion_tag("_components/clock.html", takes_context=True)
def clock(context: Context, clock: Clock, today: date | None = None) -> dict[str, Any]:
    now = _today(context, today)
    number, unit, word = _left(clock.due, now)
    facts = [
        (gettext("how counted"), clock.how),
        (gettext("holidays"), clock.holidays),
        (gettext("pauses"), clock.paused),
        (gettext("basis"), clock.basis),
        (gettext("when it runs out"), clock.overdue),
    ]
    return {
        "clock": clock,
        "number": number,
        "unit": unit,
        "word": word,
        "late": dates.is_late(clock.due, now),
        "today": now,
        "past": sum(cell in ("past", "paused") for cell in clock.cells),
        "pauses": sum(cell == "paused" for cell in clock.cells),
        "facts": [(label, text) for label, text in facts if text],
        "basis_label": gettext("basis"),
    }


@register.inclusion_tag("_components/next_steps.html", takes_context=True)
def next_steps(context: Context, steps: Iterable[NextStep]) -> dict[str, Any]:
    return {"steps": list(steps)}


@register.inclusion_tag("_components/timeline.html", takes_context=True)
def timeline(
    context: Context, happenings: Iterable[Happening], *, newest_first: bool = False
) -> dict[str, Any]:
    return {
        "happenings": list(happenings),
        "newest_first": newest_first,
        "today": context.get("today"),
    }


@register.inclusion_tag("_components/stages.html")
def stages(stages: Iterable[Stage], label: str = "") -> dict[str, Any]:
    return {"stages": list(stages), "label": label or gettext("Progress of the matter")}


@register.inclusion_tag("_components/finding.html")
def finding(card: FindingCard, level: int = 3) -> dict[str, Any]:
    one_of(card.severity, ("error", "warn", "info"), "severity")
    return {"card": card, "level": level}


@register.simple_block_tag
def proposal(
    content: str, title: str, state: str = "", *, ask: str = "", more: str = "", more_url: str = ""
) -> SafeString:
    """A broken frame: not saved. The content holds .unsaved-body and .unsaved-foot."""
    given = {"title": title, "state": state or gettext("not saved yet"), "ask": ask}
    return render_to_string(
        "_components/proposal.html",
        {**given, "content": content, "more": more, "more_url": more_url},
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """Opened by any [data-dialog=id]; holds a <form> with .dialog-body and .dialog-foot."""
    return render_to_string(
        "_components/dialog.html", {"content": content, "id": id, "title": title}
    )


@register.simple_block_tag
def copy_sentence(content: str, label: str = "", *, primary: bool = True) -> SafeString:
    """A sentence for the clipboard, shown before it is copied."""
    given = {"content": content.strip(), "label": label or gettext("Copy the sentence")}
    return render_to_string("_components/copy_sentence.html", {**given, "primary": primary})


@register.inclusion_tag("_components/tabs.html")
def tabs(links: Iterable[Link], label: str) -> dict[str, Any]:
    return {"tabs": list(links), "label": label}


@register.inclusion_tag("_components/masked.html")
def masked(text: str, url: str = "", what: str = "") -> dict[str, Any]:
    """A private value by its preset; `url` is the page that asks for the reason."""
    return {"text": text, "url": url, "what": what}
