"""Papers that steps make: a notice, a decision, a reply, with a number that is given only once.

The number is taken in the transaction of the step, under the lock of its count: two who take one at
the same time get two, a step that fails takes none, and one that is taken back leaves its number void.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.files import digest_of, write_once
from qianxian.core.models import Commit, Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.core.queries import township_of
from qianxian.ledgers import values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.store import state_of
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows
from qianxian.matters.models import Paper, PaperCount
from qianxian.matters.opened import Matter, open_for, save
from qianxian_documents import (
    DocumentNumber,
    DocumentText,
    Properties,
    Run,
    Signature,
    chinese_date,
    number_headings,
    parse_blocks,
    write_docx,
)
from qianxian_packs import Document, Step

# A line to write on by hand.
_BLANK = "＿" * 8


@dataclass(frozen=True, slots=True)
class Made:
    """A paper before its step is saved."""

    row: Paper
    definition: Document

    def told(self) -> dict[str, str]:
        """What the revision keeps of it."""
        return {
            "id": self.definition.id,
            "name": self.definition.name,
            "number": self.row.number,
            "digest": self.row.digest,
        }


def make(
    matter: Matter, step: Step, state: EntryState, *, by: User, post: Post, reason: str
) -> Made | None:
    """The paper of a step with its number and its file; None for a step that makes none."""
    if step.document is None:
        return None
    definition = catalogue().documents[step.document]
    township = township_of(matter.entry.place)
    number = _next_number(township, definition.code, matter.day.year)
    words = _words(matter, state, post=post, reason=reason, number=number)
    text = _text(definition, words, number, township, matter)
    issuer = text.issuer
    content = write_docx(
        text,
        letterhead=definition.letterhead,
        properties=Properties(creator=issuer, created_at=matter.at, subject=definition.name),
    )
    digest = digest_of(content)
    write_once(path_of(digest), content)
    row = Paper(
        township=township,
        code=number.organ,
        year=number.year,
        serial=number.serial,
        name=definition.name,
        title=text.title[:300],
        entry=matter.entry,
        step=step.label,
        digest=digest,
        issued_at=matter.at,
        by_name=by.name,
        post=post.pk,
    )
    return Made(row, definition)


def register(made: Made, commit: Commit) -> None:
    """Enter it in 发文登记, in the transaction of its step."""
    made.row.commit_number = commit.number or 0
    made.row.save(force_insert=True)


def path_of(digest: str) -> Path:
    return Path(settings.DATA) / "files" / "papers" / digest[:2] / f"{digest}.docx"


def _next_number(township: Place, code: str, year: int) -> DocumentNumber:
    key: dict[str, Any] = {"township": township, "code": code, "year": year}
    PaperCount.objects.get_or_create(**key)
    # Locked until the step is saved: the next one waits, and a step that fails gives nothing away.
    count = PaperCount.objects.select_for_update().get(**key)
    count.last += 1
    count.save(update_fields=["last"])
    return DocumentNumber(code, year, count.last)


def _words(
    matter: Matter, state: EntryState, *, post: Post, reason: str, number: DocumentNumber
) -> dict[str, str]:
    """What stands for each slot. A field that is empty leaves a line to write on."""
    ledger, place = matter.ledger, matter.entry.place
    loaded = values.loaded(ledger, state.data)
    told = {name: _said(ledger.by_name[name], value) for name, value in loaded.items()}
    village = place.parent if place.level == Place.Level.GROUP and place.parent else place
    return {
        **told,
        "place": place.name if village == place else f"{village}{place}",
        "village": village.name,
        "township": township_of(place).name,
        "today": chinese_date(matter.day),
        "number": str(number),
        "post": str(post),
        "reason": reason.strip() or _BLANK,
        "blank": _BLANK,
    }


def _said(field: Any, value: Any) -> str:
    if value is None:
        return _BLANK
    if field.type == "date":
        return chinese_date(value)
    if field.type == "entry":
        found = Entry.objects.filter(pk=value).first()
        return str(found) if found else _BLANK
    return f"{flows.said(value, timezone.localdate())}{field.shown_unit}"


def _text(
    definition: Document,
    words: dict[str, str],
    number: DocumentNumber,
    township: Place,
    matter: Matter,
) -> DocumentText:
    def fill(slot: str) -> Run:
        return Run(words[slot])

    issuer = f"{township.name}人民政府"
    blocks = number_headings(parse_blocks(definition.text, fill))
    return DocumentText(
        _line(definition.title, fill),
        (*blocks, Signature(issuer, matter.day, sealed=definition.sealed)),
        issuer=issuer,
        number=number,
        addressee=_line(definition.addressee, fill) if definition.addressee else "",
    )


def _line(template: str, fill: Any) -> str:
    (block,) = parse_blocks(template, fill)
    return "".join(run.text for run in block.runs) if hasattr(block, "runs") else ""


# ---- cancelling, and what has become void


@transaction.atomic
def void(*, paper: Paper, by: User, at: datetime, reason: str) -> Commit:
    """Cancel a paper. Its number stays in the register and is not given again."""
    fresh = Paper.objects.select_for_update().get(pk=paper.pk)
    entry = Entry.objects.get(pk=fresh.entry_id)
    matter = open_for(by, entry, at=at, version=entry.version)
    matter.require(by, Permission.ENTRY_CORRECT)
    if fresh.voided_at or fresh.pk in taken_back([fresh]):
        raise UserError(f"{fresh}已经作废了。")
    if not reason.strip():
        raise InvalidEntry({"reason": "还没写为什么作废。写一句，以后查得到。"})
    fresh.voided_at, fresh.voided_by, fresh.void_reason = at, by.name, reason.strip()[:500]
    fresh.save(update_fields=["voided_at", "voided_by", "void_reason"])
    state = state_of(matter.entry, act={"void": fresh.number})
    return save(matter, state, by=by, reason=reason)


def taken_back(papers: Iterable[Paper]) -> frozenset[int]:
    """Keys of the papers whose step was taken back and stands no more."""
    found = list(papers)
    undone = {
        stream: _undone(stream, {p.commit_number for p in found if p.township_id == stream})
        for stream in {paper.township_id for paper in found}
    }
    return frozenset(p.pk for p in found if p.commit_number in undone[p.township_id])


def _undone(stream: str, numbers: Collection[int]) -> set[int]:
    """Of these commits the ones that are undone; what undid one may be undone itself."""
    rows = Commit.objects.filter(stream=stream, undoes__in=numbers, number__isnull=False)
    by = {number or 0: undone for number, undone in rows.values_list("number", "undoes")}
    if not by:
        return set()
    not_counting = _undone(stream, set(by))
    return {undone for number, undone in by.items() if number not in not_counting and undone}
