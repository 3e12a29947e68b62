"""Matters: which steps are offered and what they need; taking one, with its photos."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core import signing
from ninja import File, Router, Status, UploadedFile

from qianxian.api.calling import Called, Caller, writing
from qianxian.api.problems import needs_as_json
from qianxian.api.schemas import MatterSteps, PhotoOut, Receipt, TakeStep
from qianxian.api.shown import receipt_of
from qianxian.api.views.common import ERRORS, telling_changes
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible
from qianxian.core.models import Post, User
from qianxian.ledgers.models import Entry
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import flows, photos, routing
from qianxian.matters.errors import BadPhoto, StepRefused
from qianxian.matters.page import MatterPage, StepView
from qianxian.matters.photos import Photo
from qianxian.matters.queries import matters
from qianxian.matters.services import take_step
from qianxian_packs import Step

router = Router(tags=["事项"])
_KEPT_FOR = 12 * 60 * 60


@router.get("/{uuid:key}/steps", response={200: MatterSteps, **ERRORS}, summary="现在能办哪些步骤")
def steps(request: Called, key: UUID) -> dict[str, Any]:
    """每一步还差什么，和页面上写的一样。"""
    caller = request.auth
    page = MatterPage(_matter(caller, key), caller.user, caller.at)
    return {
        "id": page.entry.pk,
        "version": page.entry.version,
        "state": page.entry.state,
        "state_label": page.state,
        "steps": [_step(view) for view in page.steps],
    }


def _step(view: StepView) -> dict[str, Any]:
    step, flow = view.step, view.page.flow
    return {
        "id": step.id,
        "label": step.label,
        "to": step.to,
        "to_label": flow.states[step.to].label,
        "role": step.role,
        "mine": bool(view.posts),
        "open": not view.shut,
        "fields": list(step.needs),
        "photos": flows.pictures_needed(step),
        "needs": needs_as_json(view.needs),
    }


@router.post("/{uuid:key}/steps/{step}", response={200: Receipt, **ERRORS}, summary="办一步")
def take(request: Called, key: UUID, step: str, body: TakeStep) -> Receipt:
    """条件不满足的，422 里写的就是页面上的那句话。"""
    with writing(request) as caller:
        entry = _matter(caller, key)
        flow = catalogue().flows[entry.definition.flow or ""]
        known = flow.step_by_id.get(step)
        refused = flows.refusal(flow, step, entry.state)
        # Where somebody was quicker, that is what is told.
        if known is None or (refused and body.version == entry.version):
            raise StepRefused(refused)
        pictures = [_sent(caller, entry, text) for text in body.photos]
        with telling_changes(entry, body.version, caller):
            take_step(
                entry=entry,
                step_id=known.id,
                values=body.values,
                photos=pictures,
                by=caller.user,
                post=_post(caller, known, entry, body.on_behalf_of),
                at=caller.at,
                version=body.version,
                reason=body.reason,
                on_behalf_of=body.on_behalf_of,
            )
        return Receipt(**receipt_of(entry))


def _post(caller: Caller, step: Step, entry: Entry, on_behalf_of: str) -> Post:
    """The nearest post of whoever takes it; that person is asked by the service whether it fits."""
    taker = caller.user
    if on_behalf_of:
        taker = User.objects.filter(username=on_behalf_of).first() or caller.user
    held = routing.posts_to_act_in(taker, step, entry.place, caller.on)
    post = next(iter([*held, *routing.posts_for(step.role, entry.place)]), None)
    if post is None:
        raise StepRefused("办这一步的岗位还没有设。请找管理员设好再来。")
    return post


@router.post("/{uuid:key}/photos", response={201: PhotoOut, **ERRORS}, summary="传一张照片")
def photo(request: Called, key: UUID, photo: File[UploadedFile]) -> Status[dict[str, str]]:
    """答回来的 photo 放进办一步的 photos，12 小时内有效，只能用在这一件上。"""
    with writing(request) as caller:
        entry = _matter(caller, key)
        try:
            kept = photos.keep(cast(BinaryIO, photo), photo.name or "")
        except BadPhoto as error:
            raise InvalidEntry({"photo": str(error)}) from error
        return Status(201, {"photo": signing.dumps(kept.as_json(), salt=_salt(caller, entry))})


def _sent(caller: Caller, entry: Entry, text: str) -> Photo:
    """A photo that this token sent for this matter: nobody can name a picture of another."""
    try:
        found = signing.loads(text, salt=_salt(caller, entry), max_age=_KEPT_FOR)
    except signing.BadSignature as error:
        raise InvalidEntry({"photos": "有一张照片对不上这一件，请重新传一次。"}) from error
    return photos.from_json(found)


def _salt(caller: Caller, entry: Entry) -> str:
    return f"api.photos.{entry.pk}.{caller.token.pk}"


def _matter(caller: Caller, key: UUID) -> Entry:
    """Through the gate and the token, as its page."""
    rows = matters().visible_to(caller.user, caller.on)
    found = rows.select_related("place__parent", "post__office", "subject").filter(pk=key).first()
    if found is None or not caller.token.covers(found.ledger):
        raise NotVisible("没有这一件，或者不归你的岗位看。")
    return found
