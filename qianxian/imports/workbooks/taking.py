"""Taking a workbook back: handed in, looked at, confirmed as one commit, then step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.commits import Actor
from qianxian.core.errors import Conflict, NotVisible, UserError
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian.imports import sealing
from qianxian.imports.workbooks import stepping
from qianxian.imports.workbooks.comparing import PLACE, contradictions
from qianxian.imports.workbooks.diff import Diff, FieldDiff, Kind, RowDiff
from qianxian.imports.workbooks.matching import diff_of
from qianxian.imports.workbooks.models import Handback, Workbook
from qianxian.imports.workbooks.reading import number_of, opened
from qianxian.ledgers import checks, values
from qianxian.ledgers.corrections import NeedsApproval, guarded_changes
from qianxian.ledgers.history import undo_commit
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.services import corrected_state, prepare_entries
from qianxian.ledgers.standing import after_correction
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import store

LARGEST_FILE = 5 * 1024 * 1024
State = Handback.State


class Outdated(Conflict):
    """Something changed since the person looked at it: it is shown again."""


class Undecided(UserError):
    """A conflict that nobody has decided, or choices that contradict. `cells` names them."""

    def __init__(self, says: str, cells: Iterable[str]) -> None:
        super().__init__(says)
        self.cells = tuple(cells)


@dataclass(frozen=True)
class Choices:
    """What the person said beside the defaults; names are `<row>:<field>`.

    leave  changes, new rows ("row") and steps ("step") that are not taken
    clear  emptied cells that are to empty the field
    side   conflict → "theirs" (the workbook's) or "ours" (the ledger's)
    """

    leave: frozenset[str] = frozenset()
    clear: frozenset[str] = frozenset()
    side: Mapping[str, str] = field(default_factory=dict)

    def takes(self, row: RowDiff, one: FieldDiff) -> bool:
        name = f"{row.id}:{one.name}"
        if one.kind is Kind.CLEARED:
            return name in self.clear
        if one.kind is Kind.CONFLICT:
            return self.side.get(name) == "theirs"
        return name not in self.leave

    def takes_row(self, row: RowDiff) -> bool:
        return f"{row.id}:row" not in self.leave

    def takes_step(self, row: RowDiff) -> bool:
        return f"{row.id}:step" not in self.leave


# ---- handing in ----


def hand_back(
    *, data: bytes, name: str, by: User, at: datetime, workbook: Workbook | None = None
) -> Handback:
    """Keep a returned file, sealed. `workbook` where the person says which one it was.

    Raises NotVisible for a village that is not the person's, UserError for a file that cannot be
    read or was not written here.
    """
    if len(data) > LARGEST_FILE:
        raise UserError("文件超过 5 MB，村里的工作簿没有这么大。请删掉里面的图片再传。")
    found = workbook or _sent(opened(data, name))
    require_village(found, by, at)
    # Read through once, so that a sheet that cannot be read is told at once.
    diff_of(found, data, name, by=by, at=at)
    with transaction.atomic():
        handback = Handback.objects.create(workbook=found, name=name[:200], by=by, at=at)
        handback.sealed = sealing.seal(data, handback.ref)
        handback.save(update_fields=["sealed"])
    return handback


def _sent(book: Any) -> Workbook:
    found = Workbook.objects.filter(pk=number_of(book)).first()
    if found is None:
        raise UserError("这份工作簿的发出记录找不到了，没有收。请重新下载一份，把改的抄过去再传。")
    return found


def require_village(workbook: Workbook, by: User, at: datetime) -> None:
    """Let pass whoever may record in the village. Elsewhere it is not there."""
    line, day = workbook.definition.line, timezone.localdate(at)
    if not gate.can(by, Permission.ENTRY_EDIT, line=line, place=workbook.village, on=day):
        raise NotVisible("没有这份工作簿，或者那个村不归你的岗位记。请交给那个村的人收。")


def content_of(handback: Handback) -> bytes:
    """Raises UserError once it was dropped."""
    if handback.sealed is None:
        raise UserError("原文件存够 30 天，已经清掉了。要再看，请重新传一次。")
    return sealing.unseal(bytes(handback.sealed), handback.ref)


def look(handback: Handback, *, by: User, at: datetime) -> Diff:
    """What the file says beside the ledger as it is now."""
    return diff_of(handback.workbook, content_of(handback), handback.name, by=by, at=at)


# ---- confirming ----


def confirm(
    *, handback: Handback, choices: Choices, token: str, by: User, at: datetime
) -> Handback:
    """Save what was taken as one commit, then take the steps one by one, each as its own.

    `token` is that of the diff which the person saw. Raises Outdated, Undecided, and UserError
    where the ledger refuses; then nothing is saved.
    """
    workbook = handback.workbook
    require_village(workbook, by, at)
    diff = look(handback, by=by, at=at)
    if diff.token() != token:
        raise Outdated("你看的时候有人改过这里面的记录，下面是现在的样子。请再看一遍，再确认。")
    _require_decided(diff, choices)
    # Whether the person may change each of them, the diff has just asked.
    sight = checks.Sight(by, timezone.localdate(at))
    changed = [_changed(row, choices, sight, at) for row in diff.differing if _taken(row, choices)]
    new = [row.row for row in diff.new if row.row and choices.takes_row(row)]
    with transaction.atomic():
        held = Handback.objects.select_for_update().get(pk=handback.pk)
        if held.state != State.WAITING:
            raise UserError(f"这一份现在是“{held.get_state_display()}”，不能再确认。刷新看看。")
        made = prepare_entries(ledger=workbook.definition, rows=new, by=by, at=at) if new else []
        if changed or made:
            held.commit = _store(held, [*changed, *made], by, at).number
        held.state, held.confirmed_at = State.CONFIRMED, at
        held.counts = _counts(diff, len(changed), len(made))
        wished = [(row, wish) for row, wish in diff.steps if choices.takes_step(row)]
        stepping.keep(held, wished, by=by)
        held.save()
    stepping.take(held.pk, at=at)
    held.refresh_from_db()
    return held


def _store(handback: Handback, states: list[EntryState], by: User, at: datetime) -> Commit:
    workbook = handback.workbook
    post = acting_post(
        by,
        Permission.ENTRY_EDIT,
        line=workbook.definition.line,
        place=workbook.village,
        on=timezone.localdate(at),
    )
    return store(
        states=states,
        township=workbook.township,
        by=Actor.of(by, post),
        at=at,
        reason=f"收回工作簿 {handback.name}"[:500],
        source=Commit.Source.IMPORT,
        source_ref=handback.ref,
    )


def _counts(diff: Diff, changed: int, new: int) -> dict[str, int]:
    return {
        "changed": changed,
        "new": new,
        "same": diff.same,
        "faulty": len(diff.faulty),
        "gone": len(diff.gone),
    }


def _require_decided(diff: Diff, choices: Choices) -> None:
    """Nothing is picked where two people wrote different things; nothing untrue is saved."""
    open_cells = [
        one.cell
        for row in diff.conflicting
        for one in row.conflicts
        if choices.side.get(f"{row.id}:{one.name}") not in ("ours", "theirs")
    ]
    if open_cells:
        says = f"还有 {len(open_cells)} 处两边都改过，没选留哪个：{'、'.join(open_cells)}。"
        raise Undecided(f"{says}选好再确认，什么都还没存。", open_cells)
    for row in diff.differing:
        if row.entry and (found := contradictions(row.entry, _values(row, choices))):
            says = next(iter(found.values()))
            raise Undecided(
                f"第 {row.number} 行：{says}这一行换个选法再确认，什么都还没存。", [str(row.number)]
            )


def _taken(row: RowDiff, choices: Choices) -> list[FieldDiff]:
    return [one for one in row.fields if choices.takes(row, one)]


def _values(row: RowDiff, choices: Choices) -> dict[str, Any]:
    return {one.name: one.value for one in _taken(row, choices) if one.name != PLACE}


def _changed(row: RowDiff, choices: Choices, sight: checks.Sight, at: datetime) -> EntryState:
    """The state of an entry after what was taken. Worked out before the write lock; the version
    in it makes that safe."""
    entry = row.entry
    assert entry is not None  # noqa: S101  only stored entries have fields that differ
    ledger, day = entry.definition, timezone.localdate(at)
    fresh = values.loaded(ledger, entry.data)
    given = {n: ledger.by_name[n].from_json(v) for n, v in _values(row, choices).items()}
    code = next((one.value for one in _taken(row, choices) if one.name == PLACE), "")
    place = Place.objects.get(pk=code) if code else entry.place
    fresh |= given
    if guarded := guarded_changes(entry, _values(row, choices)):
        raise NeedsApproval(entry, guarded)
    checks.check_place(ledger, place, values.business_date(ledger, fresh) or day)
    checks.check_references(ledger, given, sight)
    state = corrected_state(entry, fresh, {}, place=place, version=entry.version)
    return after_correction(entry, state, at)


# ---- afterwards ----


def undo(*, handback: Handback, by: User, at: datetime) -> Commit:
    """Take the field changes and new rows back, as another commit. Steps are taken back where
    they were taken."""
    require_village(handback.workbook, by, at)
    if handback.state != State.CONFIRMED or handback.commit is None:
        raise UserError("这一份没有存进台账的改动，不用撤回。")
    commit = Commit.objects.get(stream=handback.workbook.township_id, number=handback.commit)
    return undo_commit(
        commit=commit, by=by, at=at, post=commit.post if commit.by == by.username else ""
    )


@transaction.atomic
def drop(*, handback: Handback, by: User, at: datetime) -> None:
    """Give a returned workbook up before it is confirmed."""
    require_village(handback.workbook, by, at)
    held = Handback.objects.select_for_update().get(pk=handback.pk)
    if held.state != State.WAITING:
        raise UserError(f"这一份现在是“{held.get_state_display()}”，不用去掉。")
    held.state, held.sealed = State.DROPPED, None
    held.save(update_fields=["state", "sealed"])


def tidy(now: object) -> int:
    """Drop files that came back long ago: they may hold what was erased since."""
    before = timezone.now() - sealing.KEPT_FOR
    old = Handback.objects.filter(at__lt=before)
    done = old.filter(state=State.WAITING).update(state=State.DROPPED)
    return done + old.filter(sealed__isnull=False).update(sealed=None)
