"""Taking a step of a matter. Every way in ends here, and here alone it is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from qianxian.core.models import Commit, Post, User
from qianxian.core.permissions import Permission
from qianxian.ledgers import checks
from qianxian.ledgers import values as entry_values
from qianxian.ledgers.models import Entry
from qianxian.ledgers.services import corrected_state, require_unlocked
from qianxian.ledgers.states import EntryState
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import asking, filling, flows, guarding, papers, proofs, routing
from qianxian.matters import photos as evidence
from qianxian.matters.acts import opened_on, photos_used, standing, untils_of
from qianxian.matters.clocks import mark_of
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Attempt, Kind, Need
from qianxian.matters.opened import Matter, open_for, save
from qianxian.matters.opening import risen_state
from qianxian.matters.photos import Photo
from qianxian_packs import FieldInvalid, Flow, Step


@transaction.atomic
def take_step(
    *,
    entry: Entry,
    step_id: str,
    by: User,
    post: Post,
    at: datetime,
    version: int,
    values: Mapping[str, Any] | None = None,
    photos: Sequence[Photo] = (),
    reason: str = "",
    on_behalf_of: str = "",
    source: str = Commit.Source.PAGE,
) -> Commit:
    """Take one step of a matter, in a post that `by` holds; `version` is the one that was seen.

    `values` are raw, as typed. `on_behalf_of` is the username of the person who did it where `by`
    only types it: that person must hold the post, and `by` must be one who may record here; both
    count as its takers. `entry` is brought up to date.

    Raises Conflict where somebody was first, StepRefused where nothing on a form opens the step,
    InvalidEntry with every fault at its field, NotVisible outside the gate.
    """
    matter = open_for(by, entry, at=at, version=version)
    if says := flows.refusal(matter.flow, step_id, matter.entry.state):
        raise StepRefused(says)
    step = matter.flow.step_by_id[step_id]
    taker = _taker(matter, step, by=by, post=post, username=on_behalf_of)
    given, errors = _parsed(matter, step, values or {}, by=by)
    emptied = _emptied(matter, step, given)
    for name, says in _untrue(matter, given, emptied).items():
        errors.setdefault(name, says)
    errors.update(_faults_of_photos(matter, photos))
    attempt = Attempt(
        on=matter.day,
        values=given,
        photos=len(photos),
        reason=reason.strip(),
        people=frozenset({by.username, taker.username}),
        calendar=routing.calendar(),
    )
    asked = (matter.flow, step, matter.ledger, matter.position, attempt)
    needs = (
        *flows.needs(*asked),
        *guarding.backdated(*asked),
        *guarding.far_off(matter.flow, step, matter.ledger, attempt),
        *proofs.needs(photos, matter.entry, matter.acts, attempt.reason),
    )
    _refuse(step, needs, errors)
    act = _act(step, photos, needs, for_whom=taker if taker.pk != by.pk else None)
    state = _state_after(matter, step, {**given, **emptied}, act, by=by, post=post)
    paper = papers.make(matter, step, state, by=taker, post=post, reason=reason)
    if paper:
        state = replace(state, act={**state.act, "document": paper.told()})
    commit = save(matter, state, by=by, post=post.pk, reason=reason, source=source)
    proofs.keep({entry.pk: photos})
    if paper:
        papers.register(paper, commit)
    entry.refresh_from_db()
    return commit


def _taker(matter: Matter, step: Step, *, by: User, post: Post, username: str) -> User:
    """The person who takes the step: `by`, or the one for whom `by` types it."""
    taker = by
    if username and username != by.username:
        matter.require(by, Permission.ENTRY_EDIT)
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise InvalidEntry({"on_behalf_of": "没有这个人，请重新选替谁录。"})
        taker = found
    if post not in routing.posts_to_act_in(taker, step, matter.entry.place, matter.day):
        names = routing.names_of(routing.posts_for(step.role, matter.entry.place))
        attempt = Attempt(matter.day, holds=False, posts=names)
        needs = flows.needs(matter.flow, step, matter.ledger, matter.position, attempt)
        says = next(need.text for need in needs if need.kind is Kind.POST)
        raise StepRefused(f"“{step.label}”不能由{taker}办：{says}", needs)
    may_type = routing.typed_for(by, step, matter.entry.place, matter.ledger.line, matter.day)
    if taker.pk != by.pk and post not in may_type:
        raise StepRefused(f"“{step.label}”归{post}办，{by}不能替他们录，请{taker}自己办。")
    return taker


def _parsed(
    matter: Matter, step: Step, raw: Mapping[str, Any], *, by: User
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that this step gives, and faults by field."""
    ledger = matter.ledger
    errors = {
        name: f"{ledger.by_name[name].label}在办“{label}”那一步时填，不能在这里填。"
        for name, label in filling.strays(matter.flow, step, raw).items()
    }
    given = {**_own(raw, errors), **_set_by(step, raw, matter.day)}
    try:
        parsed = entry_values.parse_fields(ledger, given)
        checks.check_references(ledger, parsed, checks.Sight(by, matter.day))
    except InvalidEntry as error:
        errors = {**error.errors, **errors}
        parsed = {name: _alone(ledger.by_name.get(name), given[name]) for name in given}
    return {name: value for name, value in parsed.items() if value is not None}, errors


def _own(raw: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name not in errors}


def _set_by(step: Step, raw: Mapping[str, Any], day: date) -> dict[str, Any]:
    """What the flow sets. A date that it sets to today gives way to the day that was typed."""
    return {
        name: (raw.get(name) or day) if text == "today" else text
        for name, text in step.sets.items()
    }


def _alone(field: Any, raw: Any) -> Any:
    """A value by itself where the whole could not be read, so that only what is wrong is named."""
    try:
        return field.parse(raw) if field else None
    except FieldInvalid:
        return None


def _emptied(matter: Matter, step: Step, given: Mapping[str, Any]) -> dict[str, None]:
    """What later steps wrote in the round before and no longer fits what is written now.

    A date of that round would stand in the way of a new one, and no form asks for it here.
    """
    stale = filling.stale(matter.flow, step, matter.position)
    row = {**matter.position.values, **given}
    return {
        name: None
        for check in matter.ledger.checks
        if check.failed(row)
        for name in check.require.columns & stale
    }


def _untrue(
    matter: Matter, parsed: Mapping[str, Any], emptied: Mapping[str, None]
) -> dict[str, str]:
    """Checks between fields; and the business date says when it was done, so it is not ahead."""
    ledger, name = matter.ledger, matter.ledger.date or ""
    row = {**matter.position.values, **parsed, **emptied}
    found = entry_values.failed_checks(ledger, row)
    day = parsed.get(name)
    if day is not None and day > matter.day:
        label = ledger.by_name[name].label
        found[name] = f"{label}写成了 {flows.said(day, matter.day)}，还没到。请改日期。"
    return found


def _faults_of_photos(matter: Matter, given: Sequence[Photo]) -> dict[str, str]:
    digests = [photo.digest for photo in given]
    if not all(evidence.is_kept(digest) for digest in digests):
        return {"photos": "有一张照片没有传上来，请再拍一次。"}
    if len(set(digests)) < len(digests):
        return {"photos": "有两张照片一模一样，请换一张。"}
    if used := photos_used(matter.acts) & set(digests):
        return {"photos": f"有 {len(used)} 张照片前面的步骤用过了，这一步要新拍的。"}
    return {}


def _refuse(step: Step, needs: Sequence[Need], errors: dict[str, str]) -> None:
    """Raise what stands in the way: first what nothing opens, then every fault at its field.

    Guards are asked only of values that are all there: what was left out is named as such.
    """
    unmet = flows.lacks(needs)
    complete = not errors and not any(need.kind is Kind.FIELD for need in unmet)
    shut = [need for need in unmet if need.shut and (complete or need.kind is not Kind.GUARD)]
    if shut:
        raise StepRefused("".join(need.text for need in shut), needs)
    for need in unmet:
        if not need.shut:
            errors.setdefault(need.field, f"{need.text.removesuffix('。')}。")
    if errors:
        raise InvalidEntry(errors)


_PASSED = (Kind.GUARD, Kind.OUTSIDE, Kind.PERSON)


def _act(
    step: Step, photos: Sequence[Photo], needs: Sequence[Need], *, for_whom: User | None
) -> dict[str, Any]:
    """What the revision tells about the step."""
    act: dict[str, Any] = {"step": step.id}
    if for_whom:
        act |= {"for": for_whom.username, "for_name": for_whom.name}
    if photos:
        act["photos"] = [photo.as_json() for photo in photos]
    # Guards that a written reason opened: whoever reads the story sees that one was passed.
    opened = (need for need in needs if need.kind in _PASSED and need.field)
    if passed := [need.text for need in opened]:
        act["opened"] = passed
    return act


def _state_after(
    matter: Matter,
    step: Step,
    given: Mapping[str, Any],
    act: Mapping[str, Any],
    *,
    by: User,
    post: Post,
) -> EntryState:
    """The whole state after the step: values, state, owner, due date, episode, evidence."""
    state = _with_values(matter, given, by=by)
    is_open = flows.is_open(matter.flow, step.to)
    moved = mark_of(matter.flow, step, matter.entry.state, timezone.localtime(matter.at))
    mark = replace(moved, untils=untils_of(matter.flow, state.data))
    next_post = _next_post(matter, step, post)
    # Until the next one accepts, whoever acted answers for it.
    waits = is_open and _has_to_accept(matter.flow, step) and next_post != post
    asker = asking.asker_of(matter, step.to, {by.username, act.get("for", "")})
    episode = flows.next_episode(matter.flow, step, matter.position)
    is_new = episode != matter.entry.episode
    after = replace(
        state,
        state=step.to,
        post="" if not is_open else post.pk if waits else next_post.pk,
        offered=next_post.pk if waits else asker,
        due_on=asking.last_day(matter) if asker else matter.due_after(mark),
        episode=episode,
        # What was late before it ended is no longer: the asking has a limit of its own.
        risen={} if is_new or asker else state.risen,
        evidence=(*state.evidence, *(photo["digest"] for photo in act.get("photos", ()))),
        act={**act, "hand": {"from": post.pk, "to": next_post.pk}} if waits else dict(act),
    )
    began = matter.day if is_new else opened_on(matter.entry, matter.acts)
    return risen_state(matter.flow, matter.ledger, matter.entry.place, after, matter.day, began)


def _next_post(matter: Matter, step: Step, post: Post) -> Post:
    """The post that goes on: one that had it before goes first, so that what was handed on stays.

    Where nobody has the duty, whoever acted stays responsible, so that nothing is lost.
    """
    main = flows.main_step(matter.flow, step.to)
    if main is None or main.role == post.duty:
        return post
    if matter.flow.hand_on:
        held = [act.body.get("post", "") for act in standing(matter.acts)]
        found = Post.objects.standing().filter(pk__in=held, duty=main.role)
        codes = {each.pk: each for each in found.select_related("office", "place")}
        if last := next((codes[code] for code in reversed(held) if code in codes), None):
            return last
    return routing.post_for_state(matter.flow, step.to, matter.entry.place) or post


def _has_to_accept(flow: Flow, step: Step) -> bool:
    return flow.hand_on is not None and step.id in flow.hand_on.steps


def _with_values(matter: Matter, given: Mapping[str, Any], *, by: User) -> EntryState:
    entry, ledger = matter.entry, matter.ledger
    fresh = {**matter.position.values, **given}
    if entry_values.business_date(ledger, fresh) != entry.on:
        require_unlocked(entry, by=by, at=matter.at)
    _, private = entry_values.split_private(ledger, given)
    return corrected_state(entry, fresh, private, place=entry.place, version=entry.version)
