"""The story of a matter as people read it: one knot of the thread for each save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qianxian.ledgers.models import Entry
from qianxian.ledgers.store import SYSTEM
from qianxian.matters import flows, routing
from qianxian.matters.acts import Act, photos_used
from qianxian.matters.page import MatterPage
from qianxian.matters.proofs import seen_elsewhere


@dataclass(frozen=True, slots=True)
class Also:
    """Another matter that stands on the same photo; without `url` not for this reader to open."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo in the story, with the other matters that it is evidence of."""

    url: str
    small_url: str
    label: str
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperLink:
    """The paper that a step made."""

    number: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Knot:
    """One save. `notes` are finished sentences; what was taken back stays and says so."""

    at: datetime
    did: str
    who: str
    notes: tuple[str, ...] = ()
    shots: tuple[Shot, ...] = ()
    is_taken_back: bool = False
    undo_url: str = ""
    paper: PaperLink | None = None


def story_of(page: MatterPage) -> list[Knot]:
    """Newest first."""
    posts, also = _posts(page.acts), _also(page)
    knots, before = [], None
    for act in page.acts:
        knots.append(_knot(page, act, before, posts, also))
        before = act
    return list(reversed(knots))


def _also(page: MatterPage) -> dict[str, tuple[Also, ...]]:
    """Digest → the other matters that stand on the same photo."""
    used = photos_used(page.acts)
    found = seen_elsewhere(used, page.entry, page.user, page.on) if used else {}
    return {digest: tuple(map(_other, others)) for digest, others in found.items()}


def _other(entry: Entry | None) -> Also:
    if entry is None:
        return Also(_("a record that is not for your post to see"))
    is_matter = bool(entry.definition.flow)
    url = reverse("matters:matter", args=[entry.pk]) if is_matter else entry.get_absolute_url()
    return Also(f"{entry.definition.name}“{entry}”", url)


def _posts(acts: Sequence[Act]) -> dict[str, str]:
    codes = {act.post for act in acts if act.post}
    codes |= {rise["post"] for act in acts for rise in _rises(act)}
    return routing.names_by_code(codes | {code for act in acts for code in _handed(act)})


def _handed(act: Act) -> Iterable[str]:
    told = act.act.get("hand")
    return (told["from"], told["to"]) if told else ()


def _rises(act: Act) -> Sequence[dict[str, str]]:
    found: Sequence[dict[str, str]] = act.act.get("rise", ())
    return found


def _knot(
    page: MatterPage,
    act: Act,
    before: Act | None,
    posts: dict[str, str],
    also: dict[str, tuple[Also, ...]],
) -> Knot:
    is_last = act is page.acts[-1]
    may_undo = is_last and act.by == page.user.username and bool(act.act) and act.undoes is None
    undo_url = reverse("matters:undo", args=[page.entry.pk, act.number]) if may_undo else ""
    return Knot(
        at=act.at,
        did=_did(page, act),
        who=_who(act, posts),
        notes=(*_notes(page, act, before), *_hand(act, posts), *_risen(act, posts)),
        shots=_shots(page, act, also),
        is_taken_back=not act.stands and act.undoes is None,
        undo_url=undo_url,
        paper=_paper(page, act),
    )


def _paper(page: MatterPage, act: Act) -> PaperLink | None:
    told = act.act.get("document")
    if not told:
        return None
    url = reverse("matters:paper", args=[page.entry.pk, told["digest"]])
    return PaperLink(told["number"], told["name"], url)


def _hand(act: Act, posts: dict[str, str]) -> Iterable[str]:
    if told := act.act.get("hand"):
        giver = posts.get(told["from"], told["from"]) or "没有岗位"
        yield f"请{posts.get(told['to'], told['to'])}接办，接以前还由{giver}负责。"


def _risen(act: Act, posts: dict[str, str]) -> Iterable[str]:
    for rise in _rises(act):
        yield f"升级到{posts.get(rise['post'], rise['post'])}。{rise['why']}"


def _who(act: Act, posts: dict[str, str]) -> str:
    post = posts.get(act.post, "")
    if act.act.get("for"):
        return f"{post} {act.act['for_name']} 办，{act.by_name} 代录".strip()
    return f"{post} {act.by_name}".strip()


def _did(page: MatterPage, act: Act) -> str:
    told = act.act
    if act.undoes is not None:
        return _("Taken back")
    if act.is_first:
        return _("Recorded")
    if act.step:
        step = page.flow.step_by_id.get(act.step)
        return step.label if step else act.step
    if told.get("reopen") and not told.get("asked"):
        return f"重新办，第 {act.body.get('episode', 1)} 次"
    if set(told) == {"rise"} and act.by == SYSTEM.username:
        return _("Rose by itself")
    return (
        _about_others(told)
        or _about_time(page, told)
        or (_("Removed") if act.body.get("deleted") else _("Corrected"))
    )


# Key of an act that has to do with other posts or matters → what people call it.
_WITH_OTHERS = {
    "hand": "转办",
    "take_over": "接办",
    "turn_down": "退回，没有接",
    "link": "关联另一件",
    "unlink": "取消关联",
    "merge": "并入另一件",
    "merged": "另一件并了进来",
    "unmerge": "从并入的那件拆开",
    "unmerged": "并进来的一件拆开了",
    "split": "拆出另外的事",
    "void": "文书作废",
}


def _about_others(told: Any) -> str:
    if told.get("asked"):
        return f"回访：{told['asked']}"
    return next((words for key, words in _WITH_OTHERS.items() if key in told), "")


def _about_time(page: MatterPage, told: Any) -> str:
    if ask := told.get("ask"):
        return f"申请“{_clock(page, ask)}”延 {ask['days']} 天"
    if extend := told.get("extend"):
        return f"批准“{_clock(page, extend)}”延 {extend['days']} 天，{extend['asked_by_name']}申请"
    if refuse := told.get("refuse"):
        return f"没有批“{_clock(page, refuse)}”的延期，{refuse['asked_by_name']}申请"
    return "重新算期限和岗位" if told.get("recount") else ""


def _clock(page: MatterPage, told: Any) -> str:
    known = page.flow.clock_by_id.get(told["clock"])
    return known.label if known else str(told["clock"])


def _notes(page: MatterPage, act: Act, before: Act | None) -> Iterable[str]:
    if act.reason and act.undoes is None:
        yield f"理由：{act.reason}"
    for passed in act.act.get("opened", ()):
        yield f"按理由放行：{passed}"
    if changed := _changed(page, act, before):
        yield changed
    if act.act.get("asked") and act.act.get("reopen"):
        yield f"重新办，第 {act.body.get('episode', 1)} 次。"


def _changed(page: MatterPage, act: Act, before: Act | None) -> str:
    """Which fields this save filled or changed, with their new values."""
    old = before.body.get("data", {}) if before else {}
    new = act.body.get("data", {})
    told = [
        f"{field.label} {_said(page, field, new.get(field.name))}"
        for field in page.ledger.fields
        if new.get(field.name) != old.get(field.name)
    ]
    return "，".join(told)


def _said(page: MatterPage, field: Any, value: Any) -> str:
    return "清空" if value is None else page.said(field, value)


def _shots(page: MatterPage, act: Act, also: dict[str, tuple[Also, ...]]) -> tuple[Shot, ...]:
    if not act.stands:
        return ()
    return tuple(
        _shot(page, photo, also.get(photo["digest"], ())) for photo in act.act.get("photos", ())
    )


def _shot(page: MatterPage, photo: dict[str, str], also: tuple[Also, ...]) -> Shot:
    url = reverse("matters:photo", args=[page.entry.pk, photo["digest"]])
    taken = photo.get("taken")
    if not taken:
        return Shot(url, f"{url}?size=small", _("No time in the photo"), also)
    at = datetime.fromisoformat(taken)
    label = f"拍于 {flows.said(at.date(), page.on)} {at:%H:%M}"
    return Shot(url, f"{url}?size=small", label, also)
