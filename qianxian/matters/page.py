"""What the page of one matter shows: next steps, limits, the story, who answers for it.

Everything is read once (entry, revisions, posts) and put into frozen values, so that templates
choose words and places and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Holding, Post, User
from qianxian.core.parts import Need, NextStep, Stage
from qianxian.core.permissions import Permission
from qianxian.core.queries import duties
from qianxian.ledgers.display import Names, names_in, value_of
from qianxian.ledgers.models import Entry
from qianxian.matters import flows, routing
from qianxian.matters.acts import Act, acts_of, marks_of, pending_ask, position_of
from qianxian.matters.asking import askers, handlers, is_asked
from qianxian.matters.beside import Beside, beside
from qianxian.matters.clocks import Run, due_of, runs_of
from qianxian.matters.flows import Attempt, Kind
from qianxian.matters.hanging import Above, Hanging, above, hanging_on
from qianxian.matters.limits import Ended, Limit, ended_of, limits_of
from qianxian.matters.passing import Offer, offer_of
from qianxian.matters.splitting import text_field
from qianxian.matters.stages import stages_of
from qianxian.matters.ties import Ties, ties_of
from qianxian_packs import Field, Flow, Step


@dataclass(frozen=True, slots=True)
class Responsible:
    """A post with its holders, and whether the matter waits for it."""

    post: Post
    holders: str
    what: str
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Risen:
    """To whom the matter rose, when, and by which rule."""

    post: str
    on: date
    why: str


class MatterPage:
    """One matter as one reader sees it on one day."""

    def __init__(self, entry: Entry, user: User, now: datetime) -> None:
        self.entry, self.user, self.now = entry, user, now
        self.on = timezone.localdate(now)
        self.ledger = entry.definition
        self.flow: Flow = catalogue().flows[self.ledger.flow or ""]
        self.acts: tuple[Act, ...] = acts_of(entry)
        self.position = position_of(entry, self.acts)
        self.calendar = routing.calendar()

    def can(self, permission: Permission) -> bool:
        return gate.can(
            self.user, permission, line=self.ledger.line, place=self.entry.place, on=self.on
        )

    @property
    def is_open(self) -> bool:
        return flows.is_open(self.flow, self.entry.state)

    @property
    def is_cancelled(self) -> bool:
        known = self.flow.states.get(self.entry.state)
        return known is not None and known.kind == "cancelled"

    @cached_property
    def may_correct(self) -> bool:
        return self.can(Permission.ENTRY_EDIT)

    @cached_property
    def covers(self) -> User | None:
        """The A holder who is away, where the reader acts as B for the post that it waits for."""
        held = (duty for duty in duties(self.user, self.on) if duty.post == self.entry.post)
        return next((duty.covers for duty in held), None)

    @property
    def state(self) -> str:
        known = self.flow.states.get(self.entry.state)
        return known.label if known else self.entry.state

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        return runs_of(self.flow.clock_by_id, marks_of(self.flow, self.acts))

    @cached_property
    def ask(self) -> Act | None:
        return pending_ask(self.acts)

    @cached_property
    def offer(self) -> Offer | None:
        return offer_of(self.flow, self.entry, self.acts, self.calendar)

    @cached_property
    def held(self) -> frozenset[str]:
        """Codes of the posts that the reader holds today, as A or as B."""
        rows = Post.objects.held_by(self.user, self.on)
        return frozenset(rows.values_list("pk", flat=True))

    @property
    def may_take_over(self) -> bool:
        return self.offer is not None and self.offer.to in self.held

    @property
    def may_turn_down(self) -> bool:
        return self.offer is not None and self.on <= self.offer.last_day

    @property
    def may_ask(self) -> bool:
        asked = is_asked(self.flow, self.entry) and bool(askers(self.entry) & self.held)
        return asked and self.user.username not in handlers(self.acts, self.entry.episode)

    @property
    def is_to_be_asked(self) -> bool:
        return is_asked(self.flow, self.entry)

    @property
    def may_hand_on(self) -> bool:
        if not (self.flow.hand_on and self.is_open) or self.ask or self.entry.offered_id:
            return False
        return self.entry.post_id in self.held or self.can(Permission.ENTRY_CORRECT)

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        return tuple(StepView.of(self, step) for step in self.flow.steps_from(self.entry.state))

    # ---- next steps

    @cached_property
    def next_steps(self) -> list[NextStep]:
        found = [*self._asked(), *self._answer(), *(view.as_part() for view in self._sorted())]
        return [*found, *self._more_time(), *self._hand_on(), *self._again()]

    def _asked(self) -> list[NextStep]:
        """What the reader's post is asked: to take it over, or to ask the person concerned."""
        if self.offer and self.may_take_over:
            told = f"{self.offer.act.by_name}转来：{self.offer.act.reason or '按流程'}"
            until = flows.said(self.offer.last_day, self.on)
            needs = (Need(told, "have"), Need(f"不归这个岗位的，最晚 {until} 退回，写明理由"))
            url = reverse("matters:offer", args=[self.entry.pk])
            return [NextStep(_("Take it over or send it back"), url, needs, primary=True)]
        if self.may_ask:
            call = Need("给本人打电话，问解决了没有；只记怎么说，不记人")
            url = reverse("matters:ask_after", args=[self.entry.pk])
            return [NextStep(_("Ask the person concerned"), url, (call,), primary=True)]
        return []

    def _hand_on(self) -> list[NextStep]:
        if not self.may_hand_on:
            return []
        needs = (Need("写明理由；对方接办以前，还由现在的岗位负责"),)
        return [NextStep(_("Hand it on"), reverse("matters:hand_on", args=[self.entry.pk]), needs)]

    def _sorted(self) -> list[StepView]:
        """The step that leads on first, giving up last."""
        kinds = {view.step.id: self.flow.states[view.step.to].kind for view in self.steps}
        return sorted(self.steps, key=lambda view: kinds[view.step.id] == "cancelled")

    def _answer(self) -> list[NextStep]:
        """For whoever may grant more time: the request stands first."""
        if self.ask is None or not self.can(Permission.EXTENSION_GRANT):
            return []
        asked = self.ask.act["ask"]
        label = self._clock_label(asked["clock"])
        wants = f"{self.ask.by_name}申请“{label}”延 {asked['days']} 天：{self.ask.reason}"
        own = self.user.username in self.ask.people
        needs = [Need(wants, "have")]
        if own:
            needs.append(Need("是你申请的，要换人批", "stop"))
        url = reverse("matters:answer", args=[self.entry.pk])
        return [NextStep(_("Answer the request"), url, tuple(needs), primary=not own, disabled=own)]

    def _clock_label(self, clock: str) -> str:
        known = self.flow.clock_by_id.get(clock)
        return known.label if known else clock

    def _more_time(self) -> list[NextStep]:
        running = self.extendable
        if not running or not any(view.posts for view in self.steps):
            return []
        label, url = _("Ask for more time"), reverse("matters:extend", args=[self.entry.pk])
        if self.ask:
            waiting = Need(f"{self.ask.by_name}已申请，等{self.entry.post}批", "stop")
            return [NextStep(label, url, (waiting,), disabled=True)]
        if self.entry.offered_id:
            return []
        needs = (Need("写明理由和天数"), Need("分管领导批准后，期限才会变"))
        return [NextStep(label, url, needs)]

    @property
    def extendable(self) -> list[Run]:
        """Clocks that run and are not over yet."""
        return [run for run in self.runs if run.stopped is None and self._is_in_time(run)]

    def _is_in_time(self, run: Run) -> bool:
        due = due_of(run, self.calendar)
        if due is None:
            return False
        return self.now <= due.moment if due.moment else self.on <= due.day

    def _again(self) -> list[NextStep]:
        if self.is_open or not self.can(Permission.ENTRY_CORRECT):
            return []
        url = reverse("matters:reopen", args=[self.entry.pk])
        needs = (Need("写明为什么，从头办起；前面的经过都留着"),)
        return [NextStep(_("Open it again"), url, needs)]

    # ---- limits

    def limits(self) -> list[Limit]:
        return limits_of(self.runs, self.ledger, self.calendar, self.on, self.stuck)

    def ended(self) -> list[Ended]:
        return ended_of(self.runs, self.calendar)

    @property
    def stuck(self) -> str:
        main = flows.main_step(self.flow, self.entry.state)
        post = str(self.entry.post) if self.entry.post else "没有岗位接"
        return f"{post}，等{main.label}" if main else post

    # ---- to whom it rose

    def risen(self) -> list[Risen]:
        """In this episode, oldest first; it stays told when the matter has ended."""
        names = routing.names_by_code(
            rise["post"] for act in self.acts for rise in act.act.get("rise", ())
        )
        return [
            Risen(names.get(rise["post"], rise["post"]), act.at.date(), rise["why"])
            for act in self.acts
            if act.stands and act.body.get("episode", 1) == self.entry.episode
            for rise in act.act.get("rise", ())
        ]

    @cached_property
    def names(self) -> Names:
        """What places, posts and entries that fields point to are called, now and before."""
        bodies = [act.body.get("data", {}) for act in self.acts]
        return names_in(self.ledger, [self.entry.data, *bodies], user=self.user, on=self.on)

    def said(self, field: Field, raw: Any) -> str:
        """A stored value in a sentence; what a field points to by its name."""
        if field.type in ("place", "post", "entry"):
            return str(value_of(field, {field.name: raw}, self.names))
        return f"{flows.said(field.from_json(raw), self.on)} {field.shown_unit}".strip()

    @cached_property
    def ties(self) -> Ties:
        return ties_of(self.acts)

    @cached_property
    def beside(self) -> Beside:
        return beside(self.entry, self.ties, self.user, self.on, is_open=self.is_open)

    @property
    def may_split(self) -> bool:
        return self.is_open and self.may_correct and text_field(self.ledger, self.flow) is not None

    @cached_property
    def hanging(self) -> list[Hanging]:
        return hanging_on(self.entry, self.user, self.on)

    @cached_property
    def above(self) -> Above | None:
        return above(self.entry, self.user, self.on)

    # ---- stages and people

    def stages(self) -> list[Stage]:
        return stages_of(self.flow, self.entry, self.acts, self.on)

    def responsible(self) -> list[Responsible]:
        """The post that it waits for, and the posts that take the other steps of the flow."""
        if not self.is_open:
            return []
        posts = [self.entry.post] if self.entry.post else []
        for role in dict.fromkeys(step.role for step in self.flow.steps):
            posts += routing.posts_for(role, self.entry.place)[:1]
        names = holders_of(posts, self.on)
        return [
            Responsible(
                post, names.get(post.pk, ""), self._duties_of(post), post.pk == self.entry.post_id
            )
            for post in {post.pk: post for post in posts}.values()
        ]

    def _duties_of(self, post: Post) -> str:
        """The steps that this post takes, but for giving up."""
        return "、".join(
            step.label
            for step in self.flow.steps
            if step.role == post.duty and self.flow.states[step.to].kind != "cancelled"
        )


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as this reader may or may not take it."""

    page: MatterPage
    step: Step
    posts: tuple[Post, ...]
    needs: tuple[flows.Need, ...]
    typists_for: str

    @classmethod
    def of(cls, page: MatterPage, step: Step) -> StepView:
        posts = routing.posts_to_act_in(page.user, step, page.entry.place, page.on)
        owners = routing.posts_for(step.role, page.entry.place)
        typed = routing.typed_for(page.user, step, page.entry.place, page.ledger.line, page.on)
        can_type = bool(typed) and not posts
        attempt = Attempt(
            page.on,
            # Whoever only types is asked for nobody's sake but the person's that is chosen later.
            people=frozenset() if can_type else frozenset({page.user.username}),
            holds=bool(posts) or can_type,
            posts=routing.names_of(owners),
            calendar=page.calendar,
        )
        needs = flows.needs(page.flow, step, page.ledger, page.position, attempt)
        return cls(page, step, tuple(posts), needs, routing.names_of(typed) if can_type else "")

    @property
    def shut(self) -> list[flows.Need]:
        """What no input on a form opens. A guard over fields that the form asks for is not yet."""
        asked = any(need.kind is Kind.FIELD and not need.met for need in self.needs)
        unmet = (need for need in flows.lacks(self.needs) if need.shut)
        return [need for need in unmet if need.kind is not Kind.GUARD or not asked]

    @property
    def is_main(self) -> bool:
        return self.step == flows.main_step(self.page.flow, self.page.entry.state)

    def as_part(self) -> NextStep:
        shut = self.shut
        needs = [_need(need) for need in (shut or self.needs)]
        if self.typists_for:
            needs.insert(0, Need(f"归{self.typists_for}办，你可以替他们录"))
        url = reverse("matters:step", args=[self.page.entry.pk, self.step.id])
        is_primary = self.is_main and bool(self.posts) and not self.page.ask
        return NextStep(self.step.label, url, tuple(needs), is_primary, disabled=bool(shut))


def _need(need: flows.Need) -> Need:
    return Need(need.text, "have" if need.met else "stop" if need.shut else "lack")


def holders_of(posts: Iterable[Post], on: date) -> dict[str, str]:
    """Post code → A岗 何春桃，B岗 刘建军. One query."""
    held = (
        Holding.objects.filter(post__in=list(posts), valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .select_related("user")
        .order_by("rank")
    )
    names: dict[str, list[str]] = {}
    for holding in held:
        names.setdefault(holding.post_id, []).append(f"{holding.get_rank_display()} {holding.user}")
    return {post: "，".join(found) for post, found in names.items()}


def facts_of(page: MatterPage) -> Sequence[tuple[str, str]]:
    """Filled fields as label and words, in the order of the definition; private ones by name only."""
    data, filled = page.entry.data, page.position.filled
    return [
        (
            field.label,
            page.said(field, data[field.name])
            if data.get(field.name) is not None
            else _("filled in, covered"),
        )
        for field in page.ledger.fields
        if field.name in filled
    ]
