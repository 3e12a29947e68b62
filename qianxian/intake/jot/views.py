"""The page of 记一笔: a box, proposals as cards, what was saved today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qianxian.core import parts
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotAllowed
from qianxian.core.models import User
from qianxian.core.queries import today
from qianxian.intake.jot.cards import Card, Desk, card_of
from qianxian.intake.jot.examples import examples_of
from qianxian.intake.jot.reading import LONGEST, Speaker, read, speaker_of
from qianxian.intake.jot.saving import Saved, save
from qianxian.intake.jot.today import saved_today
from qianxian.ledgers.history import undo_url
from qianxian_packs import Ledger
from qianxian_reader.jot import Kind, Proposal, Reading

_LEFT = "jot_left"


@dataclass(frozen=True, slots=True)
class Page:
    """One sentence with its cards."""

    said: str
    reading: Reading | None
    cards: tuple[Card, ...]

    @property
    def first(self) -> list[Card]:
        """The best card, and further facts of the same kind."""
        return [card for card in self.cards if _is_like(card.proposal, self.cards[0].proposal)]

    @property
    def others(self) -> list[Card]:
        """What it may be instead."""
        return [card for card in self.cards if not _is_like(card.proposal, self.cards[0].proposal)]

    @property
    def is_not_mine(self) -> bool:
        """It was understood, and nothing of it is this person's to record."""
        return bool(self.reading and self.reading.proposals and not self.cards)

    @property
    def about(self) -> Ledger | None:
        return catalogue().ledgers.get(self.reading.about) if self.reading else None


@require_http_methods(["GET", "HEAD", "POST"])
def jot(request: HttpRequest) -> HttpResponse:
    """The empty page, or a sentence that was sent and how it is read. Saves nothing."""
    speaker = _speaker(request)
    if request.method != "POST":
        said, skip = request.session.pop(_LEFT, ("", []))
        return _show(request, speaker, _page(speaker, said, {}, skip))
    said = request.POST.get("say", "").strip()[:LONGEST]
    return _show(request, speaker, _page(speaker, said, _picks(request), []))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Save one card as it was confirmed. What is wrong with it stands on the same page."""
    speaker = _speaker(request)
    desk = Desk(speaker.user, timezone.now(), speaker.on)
    said = request.POST.get("jot-say", "").strip()[:LONGEST]
    number = _number(request)
    proposal = _told(request, speaker, said, number)
    pick = request.POST.get("jot-pick", "")
    card = (
        card_of(desk, proposal, number, pick=pick, data=request.POST, files=request.FILES)
        if proposal
        else None
    )
    if card is None:
        raise NotAllowed("这一条不归你的岗位记，或者它已经变了。请重新认一遍。")
    if saved := save(desk, card):
        return _done(request, speaker, said, number, saved)
    page = _page(speaker, said, {}, [])
    kept = tuple(card if other.number == number else other for other in page.cards) or (card,)
    page = replace(page, cards=kept)
    return _show(request, speaker, page, status=422)


def _speaker(request: HttpRequest) -> Speaker:
    speaker = speaker_of(cast(User, request.user), today())
    if speaker is None:
        raise NotAllowed("记一笔给一个镇里能记台账的岗位用。你的岗位不归一个镇，请到台账里记。")
    return speaker


def _page(speaker: Speaker, said: str, picks: dict[int, str], skip: list[int]) -> Page:
    if not said:
        return Page("", None, ())
    desk = Desk(speaker.user, timezone.now(), speaker.on)
    reading, _index = read(speaker, said)
    cards = (
        card_of(desk, proposal, number, pick=picks.get(number, ""))
        for number, proposal in enumerate(reading.proposals)
        if number not in skip
    )
    return Page(said, reading, tuple(card for card in cards if card is not None))


def _picks(request: HttpRequest) -> dict[int, str]:
    found = {}
    for name, value in request.POST.items():
        number = name.removeprefix("pick")
        if name.startswith("pick") and number.isdecimal():
            found[int(number)] = str(value)
    return found


def _number(request: HttpRequest) -> int:
    text = request.POST.get("jot-number", "")
    return int(text) if text.isdecimal() and len(text) < 3 else 0


def _told(request: HttpRequest, speaker: Speaker, said: str, number: int) -> Proposal | None:
    """The proposal of the card that was sent.

    What it is about travels with the card: where a save in between makes the sentence read
    otherwise, the card stays what the person saw.
    """
    post = request.POST
    ledger = catalogue().ledgers.get(post.get("jot-ledger", ""))
    kind, step = post.get("jot-kind", ""), post.get("jot-step", "")
    if ledger is None or ledger.is_register or kind not in get_args(Kind):
        return None
    if (kind == "step") != bool(ledger.flow and step) or (kind == "end" and not ledger.span):
        return None
    reading = read(speaker, said)[0] if said else Reading("")
    told = Proposal(kind=cast(Kind, kind), ledger=ledger.id, step=step)
    if number < len(reading.proposals) and _is_like(reading.proposals[number], told):
        return reading.proposals[number]
    return told


def _is_like(one: Proposal, other: Proposal) -> bool:
    return (one.kind, one.ledger, one.step) == (other.kind, other.ledger, other.step)


def _done(
    request: HttpRequest, speaker: Speaker, said: str, number: int, saved: Saved
) -> HttpResponse:
    url = undo_url(saved.commit)
    if saved.entry.definition.flow:
        url = reverse("matters:undo", args=[saved.entry.pk, saved.commit.number])
    told = _("Saved: %(entry)s %(label)s") % {"entry": saved.entry, "label": saved.label}
    messages.success(request, told, extra_tags=parts.undo(url))
    # A second fact of the same sentence is still to be saved.
    every = read(speaker, said)[0].proposals if said else ()
    facts = [
        n for n, one in enumerate(every) if number < len(every) and _is_like(one, every[number])
    ]
    if len(facts) > 1:
        left = [n for n in range(len(every)) if n == number or n not in facts]
        request.session[_LEFT] = (said, left)
    return redirect("intake:jot")


def _show(request: HttpRequest, speaker: Speaker, page: Page, status: int = 200) -> HttpResponse:
    saved = saved_today(speaker)
    context = {
        "page": page,
        "saved": saved,
        "standing": [one for one in saved if not one.is_undone],
        "examples": examples_of(speaker),
        "longest": LONGEST,
    }
    return render(request, "intake/jot.html", context, status=status)
