"""可能重复: the list of proposals, two side by side, and finding somebody by an identity number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qianxian.core import parts
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.models import Place
from qianxian.core.permissions import Permission
from qianxian.core.queries import today
from qianxian.core.requests import SignedIn, whole_number
from qianxian.ledgers import masking, privacy
from qianxian.ledgers.display import names_in, words_of
from qianxian.ledgers.history import undo_url
from qianxian.ledgers.models import Entry
from qianxian.ledgers.registers import duplicates, merging
from qianxian.ledgers.search import candidates, full_name
from qianxian.ledgers.values import InvalidEntry
from qianxian.ledgers.views.common import ledger_or_404, now, post_for
from qianxian_packs import Field, Ledger

_SIDES = ("one", "other")


@require_safe
def proposals(request: SignedIn, ledger: str) -> HttpResponse:
    """可能重复 in a register, by what the reader sees; `?place=` for one place."""
    definition = _register_or_404(request, ledger)
    place = Place.objects.filter(pk=request.GET.get("place", "")).first()
    found = duplicates.proposals(definition, user=request.user, on=today(), within=place)
    return render(
        request, "ledgers/registers/duplicates.html", {"ledger": definition, "found": found}
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One field on both sides. `name` is empty for what goes with the one that goes on."""

    name: str
    label: str
    sides: tuple[tuple[str, str], ...]
    differs: bool
    chosen: str = "one"


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: SignedIn, ledger: str) -> HttpResponse:
    """Two entries side by side: which goes on, field by field which is right."""
    definition = _register_or_404(request, ledger)
    one = _entry(request, definition, request.GET.get("one", ""))
    other = _entry(request, definition, request.GET.get("other", ""))
    if one is None:
        raise NotVisible("没有这一条，或者不归你的岗位看。回列表看看。")
    if other is None or other.pk == one.pk:
        return _find(request, definition, one)
    merging.require_merge(one, other, by=request.user, at=now())
    errors: list[str] = []
    if request.method == "POST":
        try:
            return _decided(request, one, other)
        except InvalidEntry as error:
            errors = list(error.errors.values())
        except NotVisible:
            raise
        except UserError as error:
            errors = [str(error)]
    context = {
        "ledger": definition,
        "sides": (("one", one), ("other", other)),
        "rows": _rows(request, one, other),
        "keep": _keep(request),
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        **_following(request, other if _keep(request) == "one" else one),
    }
    both = {"one": one, "other": other}
    status = 422 if errors else 200
    return render(request, "ledgers/registers/merge.html", {**context, **both}, status=status)


def _register_or_404(request: SignedIn, ledger: str) -> Ledger:
    definition = ledger_or_404(request.user, ledger)
    if not duplicates.may_propose(definition):
        raise NotVisible(f"{definition.name}里不找重复的。")
    return definition


def _entry(request: SignedIn, ledger: Ledger, key: str) -> Entry | None:
    rows = Entry.objects.visible_to(request.user, today()).present().filter(ledger=ledger.id)
    try:
        return rows.select_related("place__parent", "subject").filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _find(request: SignedIn, ledger: Ledger, one: Entry) -> HttpResponse:
    text = request.GET.get("q", "")
    found = candidates(ledger, text, user=request.user, on=today())
    hits = [(entry, full_name(entry.place)) for entry in found if entry.pk != one.pk]
    context = {"ledger": ledger, "one": one, "other": None, "text": text, "hits": hits}
    return render(request, "ledgers/registers/merge.html", context)


def _keep(request: SignedIn) -> str:
    return "other" if request.POST.get("keep") == "other" else "one"


def _decided(request: SignedIn, one: Entry, other: Entry) -> HttpResponse:
    post = post_for(request.user, Permission.ENTRY_CORRECT, one.definition, one.place)
    if request.POST.get("do") == "apart":
        merging.tell_apart(first=one, second=other, by=request.user, at=now(), post=post)
        messages.success(request, f"记下了：{one}和{other}不是同一个，不再提。")
        return redirect("ledgers:duplicates", one.ledger)
    sides = {"one": one, "other": other}
    kept = _keep(request)
    gone = next(side for side in _SIDES if side != kept)
    take = [f.name for f in one.definition.fields if _side_of(request, f.name) == gone]
    commit = merging.merge_entries(
        keep=sides[kept],
        drop=sides[gone],
        take=take,
        versions=(_version(request, kept), _version(request, gone)),
        by=request.user,
        at=now(),
        reason=request.POST.get("reason", ""),
        post=post,
    )
    said = f"合并好了：{sides[gone]}并入{sides[kept]}，{commit.revisions_count - 2}条记录跟着转了"
    messages.success(request, said, extra_tags=parts.undo(undo_url(commit)))
    return redirect(sides[kept])


def _side_of(request: SignedIn, name: str) -> str:
    """The side chosen for a field; one that does not differ is not asked for."""
    chosen = request.POST.get(f"field_{name}", "")
    return chosen if chosen in _SIDES else _keep(request)


def _version(request: SignedIn, side: str) -> int:
    return whole_number(request.POST.get(f"{side}_version", ""))


def _rows(request: SignedIn, one: Entry, other: Entry) -> list[Row]:
    definition = one.definition
    names = names_in(definition, [one.data, other.data], user=request.user, on=today())
    private = [f.name for f in definition.fields if f.private]
    hidden = {entry.pk: privacy.read_all(entry.pk, private) for entry in (one, other)}
    place = ((side, full_name(e.place)) for side, e in zip(_SIDES, (one, other), strict=True))
    rows = [Row("", "地方", tuple(place), one.place_id != other.place_id)]
    for field in definition.fields:
        told = [
            _covered(field, hidden[e.pk])
            if field.private
            else words_of(field, e.data, names, today())
            for e in (one, other)
        ]
        differs = _values(field, one, hidden) != _values(field, other, hidden)
        chosen = _side_of(request, field.name) if request.method == "POST" else _fuller(told)
        sides = tuple(zip(_SIDES, told, strict=True))
        rows.append(Row(field.name, field.label, sides, differs, chosen))
    return rows


def _covered(field: Field, hidden: Mapping[str, str]) -> str:
    return masking.mask(field, hidden[field.name]) if field.name in hidden else "—"


def _values(field: Field, entry: Entry, hidden: Mapping[UUID, Mapping[str, str]]) -> Any:
    return hidden[entry.pk].get(field.name) if field.private else entry.data.get(field.name)


def _fuller(told: list[str]) -> str:
    """Where one side has nothing, the other one is proposed."""
    return "other" if told[0] == "—" and told[1] != "—" else "one"


def _following(request: SignedIn, drop: Entry) -> dict[str, Any]:
    """What follows: ledger by ledger of what the reader sees, of all else the number."""
    seen, unseen = [], 0
    visible = Entry.objects.visible_to(request.user, today())
    for own in merging.following(drop):
        number = visible.filter(pk__in=[entry.pk for entry in own]).count()
        unseen += len(own) - number
        if number:
            seen.append((own[0].definition.name, number))
    return {"following": seen, "unseen": unseen}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_number(request: SignedIn, ledger: str) -> HttpResponse:
    """按证件号找: sent by POST, so that the number stands in no address and in no log."""
    definition = _register_or_404(request, ledger)
    if not any(f.private and f.type == "id_card" for f in definition.fields):
        raise NotVisible(f"{definition.name}里没有证件号，不能这样找。")
    number = request.POST.get("number", "").strip()
    says, hits = "", []
    if request.method == "POST":
        says = "" if privacy.mark_of(number) else "这不是一个完整、正确的身份证号。请核对18位。"
        rows = Entry.objects.visible_to(request.user, today()).present()
        rows = rows.filter(ledger=definition.id, pk__in=privacy.having(number))
        hits = [(row, full_name(row.place)) for row in rows.select_related("place__parent")]
    context = {
        "ledger": definition,
        "says": says,
        "hits": hits,
        "is_asked": request.method == "POST" and not says,
        "list_url": reverse("ledgers:list", args=[definition.id]),
    }
    status = 422 if says else 200
    return render(request, "ledgers/registers/by_number.html", context, status=status)
