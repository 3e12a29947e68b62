"""The page of a grid, and what its script asks: check these rows, save them, find an entry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed, NotVisible, UserError, status_of
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn
from qianxian.ledgers.filters import MAIN, UNFOLDED, FilterForm, filter_places
from qianxian.ledgers.forms import places_to_record
from qianxian.ledgers.grid.columns import Column, columns_of, named_registers
from qianxian.ledgers.grid.forms import sent
from qianxian.ledgers.grid.services import Outcome, check_rows, save_rows
from qianxian.ledgers.grid.texts import row_of, texts_of
from qianxian.ledgers.history import undo_url
from qianxian.ledgers.listing import in_order, selected
from qianxian.ledgers.models import Entry, EntryQuerySet
from qianxian.ledgers.search import candidates, full_name
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import ledger_or_404, now
from qianxian_packs import Ledger

# More rows than this are looked through by conditions, not by scrolling.
ROWS = 200
# Empty rows below the stored ones; pasting adds as many as it needs.
EMPTY = 5


@require_safe
def grid(request: SignedIn, ledger: str) -> HttpResponse:
    """The rows that fit the conditions, and empty ones below them."""
    on = today()
    definition = ledger_or_404(request.user, ledger)
    places = places_to_record(request.user, definition, on)
    if not places:
        raise NotAllowed(f"{definition.name}不归你的岗位记。要记，请找条线负责人给你的岗位开。")
    form = _filters(request, definition, on)
    rows = selected(definition, form.conditions(), user=request.user, on=on)
    entries, is_cut = _last_rows(definition, rows)
    first = next((p for p in places if p.code == request.GET.get("place")), None)
    texts = texts_of(definition, entries, user=request.user, on=on)
    columns = _worth_showing(columns_of(definition, request.user, on, first), texts.values())
    context = {
        "ledger": definition,
        "line": catalogue().lines[definition.line],
        "form": form,
        "bar": [form[name] for name in MAIN if name in form.fields],
        "more": [form[name] for name in form.fields if name not in UNFOLDED],
        "chips": form.chips(),
        "most": ROWS if is_cut else 0,
        "columns": columns,
        "rows": [row_of(entry, texts[entry.pk], columns) for entry in entries],
        "grid": json.dumps(_told_to_script(definition, columns), ensure_ascii=False),
        "now": now(),
        "query": request.GET.urlencode(),
    }
    return render(request, "ledgers/grid.html", context)


def _worth_showing(columns: list[Column], rows: Iterable[Mapping[str, str]]) -> list[Column]:
    """Where nothing may be typed, a column is there only for what it holds."""
    filled = {name for texts in rows for name, text in texts.items() if text}
    return [column for column in columns if not column.why_not or column.name in filled]


def _last_rows(definition: Ledger, rows: EntryQuerySet) -> tuple[list[Entry], bool]:
    """As a paper ledger is kept: the newest stands last, right above the empty rows."""
    newest_first = in_order(rows, "-on" if definition.date else "title")
    # One more than is shown tells that there are more.
    listed = list(newest_first.select_related("place__parent", "subject")[: ROWS + 1])
    entries = listed[:ROWS]
    return entries[::-1] if definition.date else entries, len(listed) > ROWS


def _filters(request: SignedIn, definition: Ledger, on: date) -> FilterForm:
    form = FilterForm(definition, filter_places(request.user, definition.line, on), on, request.GET)
    # A past day is read, not written.
    form.fields.pop("as_of", None)
    return form


def _told_to_script(definition: Ledger, columns: list[Column]) -> dict[str, Any]:
    return {
        "columns": [column.as_json() for column in columns],
        "empty": EMPTY,
        "check": reverse("ledgers:grid_check", args=[definition.id]),
        "save": reverse("ledgers:grid_save", args=[definition.id]),
        "find": reverse("ledgers:grid_find", args=[definition.id, "x"]).removesuffix("x/"),
    }


@require_POST
def check(request: SignedIn, ledger: str) -> JsonResponse:
    """What saving these rows would say. Writes nothing."""
    definition = ledger_or_404(request.user, ledger)
    try:
        told = sent(request.body)
        found = check_rows(ledger=definition, rows=told.rows, by=request.user, at=now())
    except UserError as error:
        return _refused(error)
    return JsonResponse(_as_json(found))


@require_POST
def save(request: SignedIn, ledger: str) -> JsonResponse:
    """Save what can be saved, as one commit; tell the rest row by row."""
    definition = ledger_or_404(request.user, ledger)
    try:
        told = sent(request.body)
        found = save_rows(
            ledger=definition, rows=told.rows, by=request.user, at=now(), reason=told.reason
        )
    except UserError as error:
        return _refused(error)
    return JsonResponse(_as_json(found))


def _refused(error: UserError) -> JsonResponse:
    errors = error.errors if isinstance(error, InvalidEntry) else {}
    return JsonResponse({"says": str(error), "errors": errors}, status=status_of(error))


def _as_json(found: Outcome) -> dict[str, Any]:
    return {
        "saved": {
            str(key): {"version": row.version, "texts": row.texts}
            for key, row in found.saved.items()
        },
        "faults": {str(key): faults for key, faults in found.faults.items()},
        "clashes": {
            str(key): {
                "says": clash.says,
                "who": clash.who,
                "when": clash.when,
                "version": clash.version,
                "texts": clash.texts,
                "cells": {
                    name: {"was": cell.was, "now": cell.now} for name, cell in clash.cells.items()
                },
            }
            for key, clash in found.clashes.items()
        },
        "texts": {str(key): texts for key, texts in found.texts.items()},
        "undo": undo_url(found.commit) if found.commit else "",
    }


@require_safe
def find(request: SignedIn, ledger: str, name: str) -> JsonResponse:
    """Entries of a register that fit what is being typed, through the gate."""
    definition = ledger_or_404(request.user, ledger)
    register = named_registers(definition).get(name)
    if register is None:
        raise NotVisible("没有这一栏，或者不归你的岗位看。")
    rows = candidates(register, request.GET.get("q", ""), user=request.user, on=today())
    found = [{"key": e.pk.hex, "text": e.title, "note": full_name(e.place)} for e in rows]
    return JsonResponse({"found": found})
