"""What the page shows of one proposal: whom it may be about, the form, what is still lacking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.core.parts import Need
from qianxian.intake.jot.forms import EndForm, JotEntryForm, JotStepForm
from qianxian.ledgers.display import state_label
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian.matters import flows, routing
from qianxian.matters.flows import Kind
from qianxian.matters.page import MatterPage, StepView
from qianxian_packs import Field, Ledger
from qianxian_reader.jot import Option, Proposal

# More than these are not told apart on a card; the long form searches.
_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One of those that may be meant, with what tells it from the others."""

    key: str
    title: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Card:
    """A proposal as the page shows it. `form` is None until it is clear which matter is meant."""

    number: int
    proposal: Proposal
    ledger: Ledger
    options: tuple[Told, ...]
    form: forms.Form | None
    view: StepView | None = None
    entry: Entry | None = None
    pick: str = ""

    @property
    def title(self) -> str:
        if self.proposal.kind == "end":
            return f"{self.ledger.name} · 离开这一户"
        step = self.step_label
        return f"{self.ledger.name} · {step}" if step else self.ledger.name

    @property
    def step_label(self) -> str:
        flow = catalogue().flows.get(self.ledger.flow or "")
        step = flow.step_by_id.get(self.proposal.step) if flow else None
        return step.label if step else ""

    @property
    def save_label(self) -> str:
        title = next((told.title for told in self.options if told.is_chosen), "")
        # The number before a name makes the button too long for a phone.
        chosen = title.split(" ")[-1][:12]
        what = self.step_label or self.ledger.name.removesuffix("台账")
        return f"存：{chosen} {what}" if chosen else f"存：{what}"

    @property
    def who(self) -> str:
        """The heading of the choice."""
        if self.proposal.kind == "end":
            return "是哪个人"
        register = catalogue().ledgers.get(self.ledger.subject or "")
        return f"是哪个{register.name.removesuffix('底册')}" if register else "是哪一件"

    @property
    def needs(self) -> Sequence[Need]:
        """What the step needs; what was said counts as given."""
        if self.view is None:
            return ()
        said = self.proposal.values
        given = [n.kind is Kind.FIELD and n.field in said for n in self.view.needs]
        found = [
            Need(f"{self.ledger.by_name[n.field].label}，说了", "have") if is_given else _need(n)
            for n, is_given in zip(self.view.needs, given, strict=True)
        ]
        typist = f"归{self.view.typists_for}办，你可以替他们录"
        return [*([Need(typist)] if self.view.typists_for else ()), *found]

    @property
    def shut(self) -> Sequence[str]:
        return [need.text for need in self.view.shut] if self.view else ()

    @property
    def main(self) -> list[tuple[forms.BoundField, Field]]:
        """What was said, what has to be said, and what is wrong."""
        return [pair for pair in self._asked() if self._is_main(*pair)]

    @property
    def more(self) -> list[tuple[forms.BoundField, Field]]:
        return [pair for pair in self._asked() if not self._is_main(*pair)]

    def _asked(self) -> list[tuple[forms.BoundField, Field]]:
        asked = getattr(self.form, "asked", None)
        return asked() if asked else []

    def _is_main(self, bound: forms.BoundField, field: Field) -> bool:
        said = {*self.proposal.values, *self.proposal.doubts, self.proposal.day_field}
        return field.name in said or field.required or bool(bound.errors) or self.view is not None

    @property
    def pickers(self) -> Mapping[str, object]:
        found = getattr(self.form, "pickers", None)
        return found() if found else {}

    @property
    def bound_pick(self) -> forms.BoundField | None:
        return self.form[self.pick] if self.form and self.is_about_a_subject else None

    @property
    def bound_place(self) -> forms.BoundField | None:
        return self.form["place"] if self.form and "place" in self.form.fields else None

    @property
    def is_about_a_subject(self) -> bool:
        """Whether the choice of whom it is about is a field of the form."""
        return self.form is not None and self.pick in self.form.fields

    @property
    def is_asking(self) -> str:
        """The mark at the head: something has to be picked or looked at."""
        needs_pick = len(self.options) > 1 and not any(told.is_chosen for told in self.options)
        return "问你一句" if needs_pick or self.proposal.doubts else ""


def _need(need: flows.Need) -> Need:
    return Need(need.text, "have" if need.met else "stop" if need.shut else "lack")


@dataclass(frozen=True, slots=True)
class Desk:
    """For whom cards are made, and when."""

    user: User
    now: datetime
    on: date

    def entry(self, key: str) -> Entry | None:
        """An entry that the person may see; None for any other key."""
        try:
            rows = Entry.objects.visible_to(self.user, self.on).present().filter(pk=UUID(key))
            return rows.select_related("place__parent", "post__office", "subject__place").first()
        except (ValueError, ValidationError):
            return None


def card_of(
    desk: Desk,
    proposal: Proposal,
    number: int,
    *,
    pick: str = "",
    data: Any = None,
    files: Any = None,
) -> Card | None:
    """The card of a proposal; None where the person may not record what it proposes.

    `pick` is what the person chose among the options: of a step the matter, else the thing.
    """
    ledger = catalogue().ledgers[proposal.ledger]
    if proposal.kind == "step":
        return _step_card(desk, proposal, ledger, number, pick, data, files)
    if proposal.kind == "end":
        return _end_card(desk, proposal, ledger, number, pick, data)
    return _entry_card(desk, proposal, ledger, number, pick, data)


# ---- a new entry


def _entry_card(
    desk: Desk, proposal: Proposal, ledger: Ledger, number: int, pick: str, data: Any
) -> Card | None:
    chosen = pick or (proposal.chosen.thing if proposal.chosen else "")
    name = pointing_field(ledger, desk, proposal.options)
    initial: dict[str, Any] = {**proposal.values, name: chosen} if name else dict(proposal.values)
    if name != "subject" or not chosen:
        initial["place"] = proposal.place
    if proposal.day_field in proposal.doubts:
        initial[proposal.day_field] = ""
    subject = desk.entry(chosen) if chosen and ledger.subject else None
    form = JotEntryForm(
        ledger,
        desk.user,
        desk.on,
        data,
        initial=initial,
        parent=parent_of(desk, ledger, subject),
        auto_id=f"card{number}_%s",
        doubts=proposal.doubts,
    )
    if not form.places:
        return None
    options = _told_things(desk, proposal.options, chosen)
    return Card(number, proposal, ledger, options, form, pick=name)


def pointing_field(ledger: Ledger, desk: Desk, options: Iterable[Option]) -> str:
    """The field of the form that says whom it is about."""
    if ledger.subject:
        return "subject"
    first = next((desk.entry(option.thing) for option in options if option.thing), None)
    if first is None:
        return ""
    fields = (f.name for f in ledger.fields if f.type == "entry" and f.of == first.ledger)
    return next(fields, "")


def parent_of(desk: Desk, ledger: Ledger, subject: Entry | None) -> Entry | None:
    """The one open matter of the subject on which an entry of this ledger hangs."""
    above = [name for name in ledger.parents if catalogue().ledgers[name].flow]
    if subject is None or not above:
        return None
    rows = Entry.objects.visible_to(desk.user, desk.on).open_matters()
    found = list(rows.filter(ledger__in=above, subject=subject).select_related("place")[:2])
    return found[0] if len(found) == 1 else None


def _told_things(desk: Desk, options: Sequence[Option], chosen: str) -> tuple[Told, ...]:
    told = []
    for option in options[:_OPTIONS]:
        entry = desk.entry(option.thing)
        if entry is not None:
            key = str(entry.pk)
            told.append(Told(key, entry.title, full_name(entry.place), key == chosen))
    return tuple(told)


# ---- a step


def _step_card(
    desk: Desk,
    proposal: Proposal,
    ledger: Ledger,
    number: int,
    pick: str,
    data: Any,
    files: Any,
) -> Card | None:
    chosen = pick or (proposal.chosen.case if proposal.chosen else "")
    options = _told_cases(desk, proposal, chosen)
    entry = desk.entry(chosen) if chosen else None
    if not options and entry is None:
        return None
    card = Card(number, proposal, ledger, options, None, pick="pick")
    if entry is None:
        return card
    page = MatterPage(entry, desk.user, desk.now)
    view = next((v for v in page.steps if v.step.id == proposal.step), None)
    if view is None:
        # It does not lead on from here; the option says in which state the matter is.
        return replace(card, entry=entry)
    form = _step_form(page, view, proposal, number, data, files)
    return replace(card, form=form, view=view, entry=entry)


def _step_form(
    page: MatterPage, view: StepView, proposal: Proposal, number: int, data: Any, files: Any
) -> JotStepForm:
    line, place = page.ledger.line, page.entry.place
    owners = routing.typed_for(page.user, view.step, place, line, page.on)
    others = [p for p in routing.holders(owners, page.on) if p.pk != page.user.pk]
    return JotStepForm(
        page.entry,
        view.step,
        page.user,
        page.on,
        data,
        files,
        needs=view.needs,
        typed_for=others,
        may_take=bool(view.posts),
        said={**proposal.values, **({"reason": proposal.reason} if proposal.reason else {})},
        auto_id=f"card{number}_%s",
    )


def _told_cases(desk: Desk, proposal: Proposal, chosen: str) -> tuple[Told, ...]:
    told = []
    for option in proposal.options[:_OPTIONS]:
        entry = desk.entry(option.case)
        if entry is None:
            continue
        state = state_label(entry.definition, entry.state)
        note = f"{full_name(entry.place)}，{state}"
        if option.blocked:
            note += "，这一步还不能办"
        key = str(entry.pk)
        told.append(Told(key, entry.title, note, key == chosen))
    return tuple(told)


# ---- the end of a tie


def _end_card(
    desk: Desk, proposal: Proposal, ledger: Ledger, number: int, pick: str, data: Any
) -> Card | None:
    ties = _standing_ties(desk, ledger, proposal)
    chosen = pick or _tie_of_member(ledger, ties, proposal.values)
    options = tuple(
        Told(
            str(tie.pk),
            _member_title(desk, ledger, tie),
            full_name(tie.place),
            str(tie.pk) == chosen,
        )
        for tie in ties[:_OPTIONS]
    )
    card = Card(number, proposal, ledger, options, None, pick="pick")
    entry = desk.entry(chosen) if chosen else None
    if entry is None:
        return card if options else None
    form = EndForm(
        entry,
        desk.user,
        desk.on,
        data,
        said=_without_member(ledger, proposal.values),
        auto_id=f"card{number}_%s",
    )
    return replace(card, form=form, entry=entry)


def _standing_ties(desk: Desk, ledger: Ledger, proposal: Proposal) -> list[Entry]:
    assert ledger.span is not None  # noqa: S101  proposals of an end are of ledgers with a span
    homes = [UUID(option.thing) for option in proposal.options if option.thing]
    rows = Entry.objects.visible_to(desk.user, desk.on).present()
    rows = rows.filter(ledger=ledger.id, subject__in=homes).select_related("place__parent")
    return [tie for tie in rows.order_by("on", "pk") if tie.data.get(ledger.span.to) is None]


def _tie_of_member(ledger: Ledger, ties: Iterable[Entry], values: Mapping[str, Any]) -> str:
    assert ledger.span is not None  # noqa: S101  proposals of an end are of ledgers with a span
    member = ledger.span.of[0]
    wanted = values.get(member)
    return next((str(t.pk) for t in ties if wanted and t.data.get(member) == wanted), "")


def _member_title(desk: Desk, ledger: Ledger, tie: Entry) -> str:
    assert ledger.span is not None  # noqa: S101  proposals of an end are of ledgers with a span
    person = desk.entry(str(tie.data.get(ledger.span.of[0]) or ""))
    return person.title if person else tie.title


def _without_member(ledger: Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
    assert ledger.span is not None  # noqa: S101  proposals of an end are of ledgers with a span
    return {name: value for name, value in values.items() if name not in ledger.span.of}
