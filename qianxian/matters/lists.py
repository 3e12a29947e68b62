"""The list of matters: whose, of which kind, where, in which state, and how urgent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian.core.parts import Link, MatterRow
from qianxian.core.permissions import Permission
from qianxian.core.prepared_query import PreparedQuery
from qianxian.core.queries import Duty, duties
from qianxian.core.templatetags._forms import filter_controls
from qianxian.ledgers.lists.drawing import once
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.matters import queries
from qianxian.matters.bulk import Together, open_in, steps_together
from qianxian.matters.forms import FilterForm
from qianxian.matters.keeping import kept, prepared
from qianxian.matters.queries import Asked
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
_ENDED = ("closed", "cancelled")
# Rare: a tab that says 0 would only be in the way.
_RARE = ("unrouted", "watched", "offered", "asked")


@dataclass(frozen=True, slots=True)
class MatterList:
    """One page of the list with its tabs and conditions."""

    tabs: list[Link]
    conditions: SafeString
    chips: list[tuple[str, str]]
    page: Page[Any]
    rows: list[MatterRow]
    told: str
    scope: str
    together: list[Together]


def matter_list(user: User, on: date, given: Mapping[str, str]) -> MatterList:
    """What the address asks for; an unknown condition is none."""
    held = duties(user, on)
    asked = Asked.of(user, held, on)
    counts = _counts(asked)
    wanted = given.get("scope", "")
    scope = wanted if wanted in SCOPES else "mine" if counts["mine"] else "open"
    form = _form(user, on, given, scope)
    form.is_valid()
    ordered: Any = _slices(asked, scope, form, held, counts)
    page: Paginator[Any] = Paginator(ordered, PAGE)
    shown = page.get_page(given.get("page"))
    return MatterList(
        tabs=_tabs(scope, counts),
        conditions=_controls(form),
        chips=_chips(form, scope),
        page=shown,
        rows=_rows(shown, held, on, scope),
        told=_("%(count)d matters, newest first") % {"count": page.count}
        if scope in _ENDED
        else _("%(count)d matters, soonest due first") % {"count": page.count},
        scope=scope,
        together=_together(form, asked) if scope == "mine" else [],
    )


def _together(form: FilterForm, asked: Asked) -> list[Together]:
    """Steps that several of the chosen kind may take at once, where more than one waits for it."""
    kind = form.cleaned_data.get("kind")
    ledgers = [catalogue().ledgers[kind]] if kind else list(catalogue().ledgers.values())
    return [each for each in steps_together(ledgers) if _are_several(asked, each)]


def _are_several(asked: Asked, what: Together) -> bool:
    key = ("several", asked, what.ledger.id, what.step.id)
    return kept(key, lambda: open_in(asked, what)[1:2].exists())


def _scope(asked: Asked, name: str) -> Q:
    if name == "mine":
        return Q(post__in=asked.posts)
    if name == "watched":
        return Q(pk__in=asked.risen().values("pk"))
    if name == "asked":
        return queries.in_states("closed") & Q(offered__in=asked.posts)
    if name in _ENDED:
        return queries.in_states(name)
    if name == "overdue":
        # One that has ended has a last day while somebody is to be asked.
        return queries.in_states("open", "closed") & Q(due_on__lt=asked.on)
    narrowed = {
        "open": Q(),
        "offered": Q(offered__in=asked.posts),
        "unrouted": Q(post__isnull=True),
    }
    return queries.in_states("open") & narrowed[name]


def _counts(asked: Asked) -> Mapping[str, int]:
    """How many each tab holds."""
    told = queries.tally(asked)
    own = {
        "mine": told.total(*queries.GROUP_KEYS),
        "offered": told.asked.get("open", 0),
        "asked": told.asked.get("closed", 0),
        "watched": told.risen,
    }
    key = ("states", asked.reach, asked.on)
    by_state = kept(key, lambda: _by_state(prepared(key, lambda: _states(asked))))
    return {**by_state, **own}


def _states(asked: Asked) -> QuerySet[Entry, Any]:
    """What is told by its state is counted in one pass, the same for all who see the same."""
    grouped = asked.all().exclude(state="").values_list("ledger", "state")
    return grouped.annotate(
        number=Count("*"),
        overdue=Count("ledger", filter=Q(due_on__lt=asked.on)),
        unrouted=Count("ledger", filter=Q(post__isnull=True)),
    )


def _by_state(told: PreparedQuery[Entry]) -> Mapping[str, int]:
    found = dict.fromkeys(SCOPES, 0)
    for ledger, state, number, overdue, unrouted in told.rows():
        kind = queries.kind_of(ledger, state)
        found[kind] += number
        found["overdue"] += overdue
        if kind == "open":
            found["unrouted"] += unrouted
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
    seen = tuple(each.path for each in gate.reaches(user, Permission.ENTRY_VIEW, on))
    villages = [
        place
        for place in gate.places().values()
        if place.level == Place.Level.VILLAGE and place.path.startswith(seen)
    ]
    data = {name: given.get(name, "") for name in ("kind", "village", "state")}
    return FilterForm(
        {**data, "scope": scope},
        kinds=[(ledger.id, catalogue().flows[ledger.flow or ""].name) for ledger in ledgers],
        villages=villages,
        states=states.items(),
    )


def _controls(form: FilterForm) -> SafeString:
    """The conditions as controls; another form with the same choices and answers looks the same."""
    choices = [tuple(getattr(field, "choices", ())) for field in form.fields.values()]
    told = ("matters", *choices, *form.data.values())
    return once(told, lambda: filter_controls(form))


def _slices(
    asked: Asked,
    scope: str,
    form: FilterForm,
    held: Iterable[Duty],
    counts: Mapping[str, int],
) -> Slices:
    """The rows of a tab that fit the conditions, in its order."""
    conditions = tuple(form.cleaned_data.get(name) or "" for name in ("kind", "state", "village"))

    def rows() -> EntryQuerySet:
        found = _narrowed(asked.all().filter(_scope(asked, scope)), *conditions)
        return found.order_by("-changed_at", "pk") if scope in _ENDED else found

    order = Slices if scope in _ENDED else Soonest
    total = None if any(conditions) else counts[scope]
    return order(rows, (asked, scope, conditions), total, {d.post.pk: d.post for d in held})


def _narrowed(rows: EntryQuerySet, kind: str, state: str, village: str) -> EntryQuerySet:
    if kind:
        rows = rows.filter(ledger=kind)
    if state:
        rows = rows.filter(state=state)
    if village:
        rows = rows.filter(Q(place=village) | Q(place__parent=village))
    return rows


def _chips(form: FilterForm, scope: str) -> list[tuple[str, str]]:
    given = {name: value for name, value in form.cleaned_data.items() if value and name != "scope"}
    found = []
    for name, value in given.items():
        field = form.fields[name]
        label = dict(getattr(field, "choices", ())).get(value, value)
        rest = {key: kept for key, kept in given.items() if key != name}
        found.append((f"{field.label}：{label}", f"?{urlencode({'scope': scope, **rest})}"))
    return found


def _rows(page: Page[Any], held: Sequence[Duty], on: date, scope: str) -> list[MatterRow]:
    own = {duty.post.pk for duty in held}
    asks = scope if scope in (queries.OFFERED, queries.ASKED) else ""
    return [
        matter_row(
            queries.waiting(entry, on, held=held, asks=asks),
            own=entry.post_id in own,
        )
        for entry in page.object_list
    ]
