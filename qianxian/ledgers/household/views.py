"""The page of a household."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible
from qianxian.core.requests import SignedIn
from qianxian.ledgers import masking, privacy
from qianxian.ledgers.display import names_in, post_names, state_badge, state_label, words_of
from qianxian.ledgers.household import members, package, visits
from qianxian.ledgers.household.forms import DayForm
from qianxian.ledgers.household.names import HOME_VISIT, HOUSEHOLD, MEMBERSHIP
from qianxian.ledgers.household.panels import panels_of
from qianxian.ledgers.household.reading import Home, Reader, Recorded
from qianxian.ledgers.models import AccessLog, Entry
from qianxian.ledgers.search import full_name
from qianxian.ledgers.views.common import now

# Readings of private values that are listed.
_READINGS = 10
# What the head of the page says already.
_IN_HEAD = ("number", "kind")


@require_safe
def household(request: SignedIn, key: UUID) -> HttpResponse:
    """一户一画像、一户一套餐: what this reader may see of one household, at one look."""
    reader = Reader(request.user, now())
    home = Home(_household_or_404(reader, key), reader)
    form = DayForm(reader.on, request.GET)
    told = members.members_on(home, form.chosen())
    context = {
        **_head(home),
        "form": form,
        "is_past": told.day != reader.on,
        "members": told if home.shows(MEMBERSHIP) else None,
        "findings": [*members.findings(home, told), *package.kind_findings(home)],
        "panels": panels_of(home),
        "package": package.package_of(home),
        "assured": package.assured(home.monitoring),
        "earlier": [(row, *_state(row)) for row in package.times(home)],
        "visits": visits.visits_to(home),
        "others": [_shown(recorded) for recorded in home.others],
        "readings": _readings(home),
    }
    return render(request, "ledgers/household.html", context)


def _household_or_404(reader: Reader, key: UUID) -> Entry:
    """The household, if the reader may see it; a removed one too, as its past can be read."""
    rows = reader.entries().filter(ledger=HOUSEHOLD, pk=key).select_related("place__parent")
    found = rows.first() if HOUSEHOLD in catalogue().ledgers else None
    if found is None:
        raise NotVisible("没有这一户，或者不归你的岗位看。回农户底册看看。")
    return found


def _head(home: Home) -> dict[str, Any]:
    """What is said of the household itself; private fields by their preset only."""
    entry, reader = home.household, home.reader
    definition = entry.definition
    names = names_in(definition, [entry.data], user=reader.user, on=reader.on)
    hidden = privacy.read_all(entry.pk, [f.name for f in definition.fields if f.private])
    facts: list[dict[str, Any]] = []
    for field in definition.fields:
        if field.private and field.name in hidden:
            facts.append({"field": field, "masked": masking.mask(field, hidden[field.name])})
        elif not (field.private or field.name in _IN_HEAD) and field.name in entry.data:
            facts.append({"field": field, "text": words_of(field, entry.data, names, reader.on)})
    may_visit = home.may_record(HOME_VISIT)
    return {
        "entry": entry,
        "ledger": definition,
        "place": full_name(entry.place),
        "facts": facts,
        "may_uncover": reader.uncovers(definition, entry.place) and not entry.deleted,
        "monitored": _state(home.monitoring) if home.monitoring else None,
        "monitoring": home.monitoring,
        "visit_url": members.record_url(HOME_VISIT, entry) if may_visit else "",
    }


def _state(row: Entry) -> tuple[str, str]:
    return state_label(row.definition, row.state), state_badge(row.definition, row.state)


def _shown(recorded: Recorded) -> dict[str, Any]:
    rows = [(row, *_state(row)) for row in recorded.rows]
    return {"ledger": recorded.ledger, "rows": rows, "total": recorded.total}


def _readings(home: Home) -> list[dict[str, Any]]:
    """Who read what in full, newest first, with the post's name."""
    rows = list(AccessLog.objects.filter(entry=home.household)[:_READINGS])
    posts, labels = post_names(row.post for row in rows), home.household.definition.by_name
    return [
        {
            "row": row,
            "post": posts.get(row.post, row.post),
            "label": labels[row.field].label if row.field in labels else row.field,
        }
        for row in rows
    ]
