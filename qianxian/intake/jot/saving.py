"""Saving what the person confirmed, by the services that every other page uses.

Nothing here reads a sentence: what is saved is what stands in the confirmed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qianxian.core.definitions import catalogue
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, Revision, User
from qianxian.core.permissions import Permission
from qianxian.intake.jot.cards import Card, Desk, parent_of
from qianxian.intake.jot.forms import EndForm, JotEntryForm, JotStepForm
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.models import Entry
from qianxian.ledgers.queries import acting_post
from qianxian.ledgers.registers.ending import end_entry
from qianxian.ledgers.services import Row, correct_entry, save_entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import routing
from qianxian.matters.errors import StepRefused
from qianxian.matters.services import take_step

# The reason that a correction made this way has in the history.
_FROM = "记一笔"


@dataclass(frozen=True, slots=True)
class Saved:
    """The entry that was saved, what was done with it, and the commit that takes it back."""

    entry: Entry
    label: str
    commit: Commit


def save(desk: Desk, card: Card) -> Saved | None:
    """Save a card whose form is valid. None where the form then says what is wrong.

    Raises nothing of its own: what the services refuse stands at its field, or at the top.
    """
    form = card.form
    if form is None or not form.is_valid():
        return None
    try:
        if isinstance(form, JotStepForm):
            return _save_step(desk, card, form)
        if isinstance(form, EndForm):
            return _save_end(desk, form)
        assert isinstance(form, JotEntryForm)  # noqa: S101  a card has one of three forms
        return _save_entry(desk, form)
    except InvalidEntry as error:
        form.refuse(error)  # type: ignore[attr-defined]  # all three are ledger forms
    except UserError as error:
        form.add_error(None, str(error))
    return None


def _save_entry(desk: Desk, form: JotEntryForm) -> Saved:
    ledger, key = form.ledger, form.cleaned_data.get("subject")
    subject = Sight(desk.user, desk.on).entry(ledger.subject or "", key) if key else None
    place = form.place(subject)
    if ledger.subject and subject is None:
        raise InvalidEntry({"subject": "还没选是哪一个。先点一个，再存。"})
    if place is None:
        raise InvalidEntry({"place": "还没选地方，或者那里不归你的岗位记。请选一个归你记的地方。"})
    known = Entry.objects.visible_to(desk.user, desk.on).filter(pk=form.cleaned_data["token"])
    entry = known.filter(ledger=ledger.id).first()
    if entry is None:
        row = Row(
            form.raw(),
            place,
            subject,
            id=form.cleaned_data["token"],
            parent=parent_of(desk, ledger, subject),
        )
        post = _post(desk, ledger.line, place)
        entry = save_entry(
            ledger=ledger,
            row=row,
            by=desk.user,
            at=desk.now,
            post=post,
            source=Commit.Source.JOT,
        )
    return Saved(entry, ledger.name.removesuffix("台账"), _last_commit(entry))


def _post(desk: Desk, line: str, place: Place) -> str:
    return acting_post(desk.user, Permission.ENTRY_EDIT, line=line, place=place, on=desk.on)


def _save_step(desk: Desk, card: Card, form: JotStepForm) -> Saved:
    entry, data = form.entry, form.cleaned_data
    for_whom = data.get("on_behalf_of") or ""
    taker = User.objects.filter(username=for_whom).first() if for_whom else desk.user
    held = routing.posts_to_act_in(taker, form.step, entry.place, desk.on) if taker else []
    post = next(iter([*held, *routing.posts_for(form.step.role, entry.place)]), None)
    if post is None:
        raise StepRefused("办这一步的岗位还没有设。请找管理员设好再来。")
    commit = take_step(
        entry=entry,
        step_id=form.step.id,
        values=form.raw(form.given),
        photos=form.pictures,
        by=desk.user,
        post=post,
        at=desk.now,
        version=data["version"],
        reason=data.get("reason") or "",
        on_behalf_of=for_whom,
        source=Commit.Source.JOT,
    )
    return Saved(entry, card.step_label, commit)


def _save_end(desk: Desk, form: EndForm) -> Saved:
    entry = form.entry
    changed = form.changed_values(entry.data)
    if not changed:
        raise UserError("没有改动，和原来一样。写上离户日期和原因再存。")
    label = catalogue().ledgers[entry.ledger].name
    if commit := _ended_whole(desk, form, changed):
        entry.refresh_from_db()
        return Saved(entry, label, commit)
    correct_entry(
        entry=entry,
        values_changed=changed,
        version=form.cleaned_data["version"],
        by=desk.user,
        at=desk.now,
        reason=_FROM,
        post=_post(desk, entry.definition.line, entry.place),
    )
    return Saved(entry, label, _last_commit(entry))


def _ended_whole(desk: Desk, form: EndForm, changed: Mapping[str, Any]) -> Commit | None:
    """Who moved away or died is no longer on the register either, which ends the tie too; who only
    changed households is. None where it is not that, or where the form is not as of now."""
    tie, span = form.entry, form.ledger.span
    if span is None or span.why is None or set(changed) != {span.to, span.why}:
        return None
    field = next((f for f in form.ledger.fields if f.name in span.of and f.of), None)
    who = desk.entry(str(tie.data.get(field.name))) if field else None
    why, on = changed[span.why], form.ledger.by_name[span.to].parse(changed[span.to])
    is_fresh = form.cleaned_data["version"] == tie.version
    if who is None or who.gone_on or why not in who.definition.ends or not is_fresh:
        return None
    return end_entry(
        entry=who,
        on=on,
        why=why,
        version=who.version,
        by=desk.user,
        at=desk.now,
        note=_FROM,
        post=_post(desk, who.definition.line, who.place),
    )


def _last_commit(entry: Entry) -> Commit:
    rows = Commit.objects.filter(revisions__kind=Revision.Kind.ENTRY, revisions__key=entry.pk.hex)
    return rows.latest("number")
