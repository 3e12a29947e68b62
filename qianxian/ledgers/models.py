"""Entries in their current state, private values beside them, and attestations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import F, Q

from qianxian.core import gate
from qianxian.core.addresses import address_of
from qianxian.core.definitions import catalogue, ledgers_by_line
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian.core.prepared_query import PreparedBulk
from qianxian.ledgers.lists.models import ChosenColumns as ChosenColumns
from qianxian.ledgers.lists.models import SavedList as SavedList
from qianxian_packs import Ledger


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(
        self, user: User, on: date, permission: Permission = Permission.ENTRY_VIEW
    ) -> Self:
        """The entries that the read gate lets this user see today."""
        return self.filter(
            gate.places_filter(
                gate.reaches(user, permission, on), lines=ledgers_by_line(), field="ledger"
            )
        )

    def present(self) -> Self:
        return self.filter(deleted=False)

    def open_matters(self) -> Self:
        """Entries that wait for a post."""
        return self.present().filter(post__isnull=False)

    def offered_to(self, posts: Iterable[str]) -> Self:
        """Matters of which one of these posts is asked something, also ended ones."""
        return self.present().filter(offered__in=list(posts))

    def risen_to(self, posts: Iterable[str]) -> Self:
        """Matters that rose to one of these posts and have not ended since."""
        codes = (Q(risen__contains=f":{post}/") for post in posts)
        return self.present().filter(reduce(or_, codes, Q(pk__in=[])), risen__gt="")


class Entry(models.Model):
    """One record in a ledger, as it stands now. Its past is in the revisions of the commit stream.

    Columns hold what every list needs; `data` holds the other fields of the definition, with
    decimals and dates as text. An entry with a flow is a matter: `state`, `post`, `due_on` and
    `episode` then say where it stands.

    parent   the entry that it hangs on: the inspection that found a hazard
    offered  the post that is asked for something while another answers for it: to take the
             matter over, or, when it has ended, to ask the person concerned
    risen    to whom it rose in this episode, one "/rule:post/" beside another, so that a list of
             what rose to a post is one query
    version  counts the revisions: a page opened before somebody else's save can be told
    episodes of an entry of a register: the stretches of days in which it stood, and where
    gone_on  the first day after the last stretch
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ledger = models.SlugField("台账", max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="entries")
    subject = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="entries"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    on = models.DateField("业务日期", null=True, blank=True)
    state = models.CharField("状态", max_length=30, blank=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="matters")
    offered = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="offers")
    due_on = models.DateField("到期", null=True, blank=True)
    campaign = models.SlugField("专项行动", max_length=40, blank=True)
    episode = models.PositiveSmallIntegerField("第几次", default=1)
    episodes = models.JSONField("在册的时段", default=list, blank=True)
    gone_on = models.DateField("不在册", null=True, blank=True)
    risen = models.CharField("升级到", max_length=400, blank=True)
    late = models.BooleanField("补录", default=False)
    deleted = models.BooleanField(default=False)
    title = models.CharField("名称", max_length=120, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    key_text = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "key_text"],
                condition=Q(deleted=False) & ~Q(key_text=""),
                name="no_second_entry_with_the_same_key",
            )
        ]
        indexes = [
            # What the gate asks of each row stands behind what a list is sorted by or searched in,
            # so that rows are counted and passed over without being opened.
            models.Index(fields=["ledger", "place", "on", "deleted"], name="entry_by_place"),
            models.Index(fields=["ledger", "on", "id", "place", "deleted"], name="entry_by_day"),
            models.Index(
                fields=["ledger", "title", "id", "initials", "place", "on", "deleted"],
                name="entry_by_title",
            ),
            # All that an inbox counts by, so that it is counted in the index.
            models.Index(
                fields=["post", "due_on", "place", "deleted", "ledger"],
                condition=Q(post__isnull=False),
                name="entry_inbox",
            ),
            models.Index(
                fields=["ledger", "state", "due_on", "post", "place", "deleted"],
                condition=~Q(state=""),
                name="entry_states",
            ),
            models.Index(
                fields=["due_on", "changed_at", "id"],
                condition=Q(due_on__isnull=False),
                name="entry_due",
            ),
            # All that what rose is counted, passed over and sorted by: it opens no row.
            models.Index(
                fields=[
                    *("risen", "place", "post", "deleted", "ledger"),
                    *("due_on", "changed_at", "id"),
                ],
                condition=Q(risen__gt=""),
                name="entry_risen",
            ),
            models.Index(
                fields=["offered"], condition=Q(offered__isnull=False), name="entry_offered"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.pk.hex[:8]

    def get_absolute_url(self) -> str:
        return address_of("ledgers:entry", self.pk, before=self.ledger)

    @property
    def definition(self) -> Ledger:
        return catalogue().ledgers[self.ledger]


@PreparedBulk
def entries_by_key() -> EntryQuerySet:
    return Entry.objects.all()


def put_places(entries: Iterable[Entry]) -> None:
    """Give each its place with its parent, as `select_related` does, all read at once."""
    places = gate.places()
    for entry in entries:
        # One that was opened since is read when it is asked for.
        if place := places.get(entry.place_id):
            entry.place = place


class EntryKey(models.Model):
    """The key of an entry's private values, wrapped by the site's key.

    Deleting the row makes the values unreadable for good, while the commit chain stays whole.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField(max_length=80)

    def __str__(self) -> str:
        return self.entry_id.hex


class PrivateValue(models.Model):
    """One private field of an entry, sealed under the entry's key. The newest row counts.

    A correction adds a row, so that an undo can bring the old value back; `digest` is what the
    revisions hold of it. Clearing a field and erasing the key delete all of them.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="private_values")
    field = models.SlugField(max_length=40)
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    # The same for the same identity number everywhere, under a key of the site; empty for all
    # else, None for what was sealed before there were marks.
    mark = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["entry", "field", "id"], name="private_entry_field"),
            models.Index(fields=["mark"], condition=~Q(mark=""), name="private_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.field}"


class Apart(models.Model):
    """A person's word that two entries of a register that look alike are not the same thing.

    `first` has the smaller key, so that a pair is there once.
    """

    first = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    second = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    by_name = models.CharField("谁", max_length=30)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_are_told_apart_once")
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class ChangeRequest(models.Model):
    """A correction that waits until somebody else approves it.

    `values` holds the open fields that are to change, raw as they were typed; private ones are
    sealed under the key of the entry. Who asked from outside is named here and nowhere else: no
    page puts together what somebody asked for.
    """

    class State(models.TextChoices):
        OPEN = "open", "等核准"
        APPROVED = "approved", "已核准"
        REFUSED = "refused", "没有核准"
        WITHDRAWN = "withdrawn", "已收回"

    class Origin(models.TextChoices):
        CLERK = "clerk", "自己发现的"
        COUNTER = "counter", "本人到柜台"
        COUNTY = "county", "县里"
        OTHER = "other", "别的单位"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="change_requests")
    version = models.PositiveIntegerField("从哪一版改")
    values = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    private_fields = models.JSONField(default=list)
    reason = models.CharField("为什么改", max_length=200)
    origin = models.CharField("谁要求的", max_length=10, choices=Origin, default=Origin.CLERK)
    asked_by = models.CharField("要求人", max_length=60, blank=True)
    asked_on = models.DateField("哪天提出")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    by = models.CharField("谁提", max_length=150)
    by_name = models.CharField("提的人", max_length=30)
    by_post = models.CharField("岗位", max_length=40, blank=True)
    at = models.DateTimeField("提的时间")
    decided_by = models.CharField("谁定", max_length=30, blank=True)
    decided_at = models.DateTimeField("定的时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "id"]
        indexes = [
            models.Index(fields=["entry"], condition=Q(state="open"), name="change_request_open")
        ]
        constraints = [
            models.CheckConstraint(
                name="change_request_is_decided_or_open",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_state_display()}"


class AccessLog(models.Model):
    """One reading of a private value in full: who, when, of what, what for. Append-only.

    Person and post are kept as text, so that the log outlives accounts.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="readings")
    field = models.SlugField("栏", max_length=40)
    at = models.DateTimeField("时间")
    by = models.CharField("谁", max_length=150)
    by_name = models.CharField("姓名", max_length=30)
    post = models.CharField("岗位", max_length=40, blank=True)
    reason = models.CharField("用途", max_length=200)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="reading_of_a_private_value_has_a_reason", condition=~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_name} {self.at} {self.field}"


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def covering(self, ledger: str, start: date, end: date) -> Self:
        """Attestations whose period holds the whole of these days."""
        return self.filter(ledger=ledger, start__lte=start, end__gte=end)

    def standing(self) -> Self:
        """Without those that the township sent back."""
        return self.filter(returned_at__isnull=True)

    def locked(self) -> Self:
        return self.standing().filter(checked_at__isnull=False)


class Attestation(models.Model):
    """A village's word that a ledger is complete for a period; checked, it locks the period.

    `attested_commit` and `checked_commit` are the numbers of the commits that hold the two acts,
    so that coverage too can be told as of any commit.
    """

    ledger = models.SlugField("台账", max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="attestations")
    start = models.DateField("起")
    end = models.DateField("止")
    is_zero = models.BooleanField("零报告", default=False)
    attested_at = models.DateTimeField("报齐时间")
    attested_by = models.CharField("谁报", max_length=30)
    attested_commit = models.PositiveBigIntegerField()
    checked_at = models.DateTimeField("镇核时间", null=True, blank=True)
    checked_by = models.CharField("谁核", max_length=30, blank=True)
    checked_commit = models.PositiveBigIntegerField(null=True, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_reason = models.CharField("退回原因", max_length=200, blank=True)
    returned_commit = models.PositiveBigIntegerField(null=True, blank=True)

    objects = AttestationQuerySet.as_manager()

    class Meta:
        ordering = ["-end", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "place", "start", "end"],
                condition=Q(returned_at__isnull=True),
                name="one_standing_attestation_a_period",
            ),
            models.CheckConstraint(
                name="attestation_ends_after_it_starts", condition=Q(end__gte=F("start"))
            ),
            models.CheckConstraint(
                name="attestation_is_checked_by_somebody_at_some_time",
                condition=Q(checked_at__isnull=True, checked_by="", checked_commit__isnull=True)
                | (Q(checked_at__isnull=False, checked_commit__isnull=False) & ~Q(checked_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.ledger} {self.start}—{self.end}"

    @property
    def is_locked(self) -> bool:
        return self.checked_at is not None and self.returned_at is None
