"""The list of matters: whose, of which kind, where, in which state, and how urgent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.parts import Link, MatterRow
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties
from qianxian.ledgers.models import EntryQuerySet
from qianxian.matters import queries
from qianxian.matters.bulk import Together, open_to, steps_together
from qianxian.matters.forms import FilterForm
from qianxian.matters.rows import matter_row
from qianxian.matters.slices import Slices, Soonest

PAGE = 20
# Scope → what its tab says. `mine` is the first, as a page opens with what to do.
SCOPES = (
    "mine",
    "offered",
    "asked",
    "watched",
    "open",
    "overdue",
    "closed",
    "cancelled",
    "unrouted",
)
# Rare: a tab that says 0 would only be in the way.
_RARE = ("unrouted", "watched", "offered", "asked")


@dataclass(frozen=True, slots=True)
class MatterList:
    """One page of the list with its tabs and conditions."""

    tabs: list[Link]
    form: FilterForm
    chips: list[tuple[str, str]]
    page: Page[Any]
    rows: list[MatterRow]
    told: str
    scope: str
    together: list[Together]


def matter_list(user: User, on: date, given: Mapping[str, str]) -> MatterList:
    """What the address asks for; an unknown condition is none."""
    rows = queries.matters().visible_to(user, on)
    scopes = _scopes(user, on)
    counts = _counts(rows, scopes, on)
    asked = given.get("scope", "")
    scope = asked if asked in SCOPES else "mine" if counts["mine"] else "open"
    form = _form(user, on, given, scope)
    form.is_valid()
    narrowed = _narrowed(rows.filter(scopes[scope]), form.cleaned_data)
    is_whole = not any(form.cleaned_data.get(name) for name in ("kind", "state", "village"))
    ordered: Any = _ordered(narrowed, scope, counts[scope] if is_whole else None)
    page: Paginator[Any] = Paginator(ordered, PAGE)
    shown = page.get_page(given.get("page"))
    return MatterList(
        tabs=_tabs(scope, counts),
        form=form,
        chips=_chips(form, scope),
        page=shown,
        rows=_rows(shown, user, on, scope),
        told=_("%(count)d matters, soonest due first") % {"count": page.count}
        if scope not in ("closed", "cancelled")
        else _("%(count)d matters, newest first") % {"count": page.count},
        scope=scope,
        together=_together(form, user, on) if scope == "mine" else [],
    )


def _together(form: FilterForm, user: User, on: date) -> list[Together]:
    """Steps that several of the chosen kind may take at once, where more than one waits for it."""
    kind = form.cleaned_data.get("kind")
    ledgers = [catalogue().ledgers[kind]] if kind else list(catalogue().ledgers.values())
    return [each for each in steps_together(ledgers) if open_to(user, each, on)[1:2].exists()]


def _scopes(user: User, on: date) -> dict[str, Q]:
    held = duties(user, on)
    posts = [duty.post.pk for duty in held]
    is_open = queries.in_states("open")
    return {
        "mine": Q(post__in=posts),
        "offered": is_open & Q(offered__in=posts),
        "asked": queries.in_states("closed") & Q(offered__in=posts),
        "watched": Q(pk__in=queries.watched_by(user, held, on).order_by().values("pk")),
        "open": is_open,
        "overdue": is_open & Q(due_on__lt=on),
        "closed": queries.in_states("closed"),
        "cancelled": queries.in_states("cancelled"),
        "unrouted": is_open & Q(post__isnull=True),
    }


def _counts(rows: EntryQuerySet, scopes: Mapping[str, Q], on: date) -> dict[str, int]:
    """How many each tab holds. What is told by its state is counted in one pass."""
    grouped = rows.order_by().exclude(state="").values("ledger", "state")
    told = grouped.annotate(
        number=Count("*"),
        overdue=Count("ledger", filter=Q(due_on__lt=on)),
        unrouted=Count("ledger", filter=Q(post__isnull=True)),
    )
    found = dict.fromkeys(SCOPES, 0)
    for row in told:
        kind = queries.kind_of(row["ledger"], row["state"])
        found[kind] += row["number"]
        if kind == "open":
            found["overdue"] += row["overdue"]
            found["unrouted"] += row["unrouted"]
    for name in ("mine", "offered", "asked", "watched"):
        found[name] = rows.filter(scopes[name]).order_by().count()
    return found


def _tabs(scope: str, counts: Mapping[str, int]) -> list[Link]:
    labels = {
        "mine": _("Waiting for me"),
        "offered": _("Asked to take over"),
        "asked": _("To be asked afterwards"),
        "watched": _("Watched over"),
        "open": _("All under way"),
        "overdue": _("Overdue"),
        "closed": _("Closed"),
        "cancelled": _("Given up"),
        "unrouted": _("Waiting for nobody"),
    }
    shown = [name for name in SCOPES if name not in _RARE or counts[name] or scope == name]
    return [
        Link(
            labels[name],
            f"?{urlencode({'scope': name})}",
            current=name == scope,
            count=counts[name],
            hot=name in ("overdue", "unrouted", "watched", "offered") and counts[name] > 0,
        )
        for name in shown
    ]


def _form(user: User, on: date, given: Mapping[str, str], scope: str) -> FilterForm:
    ledgers = [ledger for ledger in catalogue().ledgers.values() if ledger.flow]
    chosen = [ledger for ledger in ledgers if ledger.id == given.get("kind")] or ledgers
    states = {
        name: state.label
        for ledger in chosen
        for name, state in catalogue().flows[ledger.flow or ""].states.items()
    }
    villages = Place.objects.filter(
        gate.visible_places(user, Permission.ENTRY_VIEW, on), level=Place.Level.VILLAGE
    )
    data = {name: given.get(name, "") for name in ("kind", "village", "state")}
    return FilterForm(
        {**data, "scope": scope},
        kinds=[(ledger.id, catalogue().flows[ledger.flow or ""].name) for ledger in ledgers],
        villages=villages,
        states=states.items(),
    )


def _narrowed(rows: EntryQuerySet, asked: Mapping[str, str]) -> EntryQuerySet:
    if kind := asked.get("kind"):
        rows = rows.filter(ledger=kind)
    if state := asked.get("state"):
        rows = rows.filter(state=state)
    if village := asked.get("village"):
        rows = rows.filter(Q(place=village) | Q(place__parent=village))
    return rows


def _ordered(rows: EntryQuerySet, scope: str, total: int | None) -> Slices:
    if scope in ("closed", "cancelled"):
        return Slices(rows.order_by("-changed_at", "pk"), total)
    return Soonest(rows, total)


def _chips(form: FilterForm, scope: str) -> list[tuple[str, str]]:
    given = {name: value for name, value in form.cleaned_data.items() if value and name != "scope"}
    found = []
    for name, value in given.items():
        field = form.fields[name]
        label = dict(getattr(field, "choices", ())).get(value, value)
        rest = {key: kept for key, kept in given.items() if key != name}
        found.append((f"{field.label}：{label}", f"?{urlencode({'scope': scope, **rest})}"))
    return found


def _rows(page: Page[Any], user: User, on: date, scope: str) -> list[MatterRow]:
    held = duties(user, on)
    own = {duty.post.pk for duty in held}
    asks = scope if scope in (queries.OFFERED, queries.ASKED) else ""
    return [
        matter_row(
            queries.waiting(entry, on, held=held, asks=asks),
            own=entry.post_id in own,
        )
        for entry in page.object_list
    ]
