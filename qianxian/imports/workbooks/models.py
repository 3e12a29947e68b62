"""Workbooks that went out to villages, and what came back of them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, User
from qianxian.core.permissions import Permission
from qianxian_packs import Ledger


class WorkbookQuerySet(models.QuerySet["Workbook"]):
    def open_to(self, user: User, on: date) -> Self:
        """Those of villages and lines in which the user may record on that day."""
        condition = Q(pk__in=[])
        for reach in gate.reaches(user, Permission.ENTRY_EDIT, on):
            within = Q(village__path__startswith=reach.path)
            if reach.line:
                own = [each.id for each in catalogue().ledgers.values() if each.line == reach.line]
                within &= Q(ledger__in=own)
            condition |= within
        return self.filter(condition)


class Workbook(models.Model):
    """One .xlsx that went out: of which village and ledger, as of which commit, with which rows.

    `rows` maps the key of each entry to [its version, a digest of what the row is known by], so
    that a row that is missing or was mixed up can be told.
    """

    ledger = models.SlugField("台账", max_length=40)
    village = models.ForeignKey(Place, models.PROTECT, related_name="+")
    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("什么时候")
    head = models.PositiveBigIntegerField("数据时点")
    rows = models.JSONField(default=dict)

    objects = WorkbookQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["ledger", "village", "-at"], name="workbook_sent")]

    def __str__(self) -> str:
        day = timezone.localdate(self.at)
        return f"{self.village}-{self.definition.name.removesuffix('台账')}-{day}"

    @property
    def definition(self) -> Ledger:
        return catalogue().ledgers[self.ledger]


class Handback(models.Model):
    """A workbook that came back: the file sealed for a while, then what came of it.

    `results` tells step by step what was taken and what was refused; `pending` holds, sealed, the
    steps that are still to be taken.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等你看"
        CONFIRMED = "confirmed", "已收进台账"
        DROPPED = "dropped", "不收了"

    workbook = models.ForeignKey(Workbook, models.PROTECT, related_name="handbacks")
    name = models.CharField("文件", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("什么时候")
    sealed = models.BinaryField(null=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    confirmed_at = models.DateTimeField("收进台账的时间", null=True, blank=True)
    commit = models.PositiveBigIntegerField("提交号", null=True, blank=True)
    counts = models.JSONField(default=dict)
    results = models.JSONField(default=list)
    pending = models.BinaryField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="handback_is_confirmed_at_some_time",
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at__isnull=True, commit__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:handback", args=[self.pk])

    @property
    def ref(self) -> str:
        """What its commit names as its source."""
        return f"workbook:{self.pk}"

    @property
    def is_taken_back(self) -> bool:
        undone = Commit.objects.filter(stream=self.workbook.township_id, undoes=self.commit)
        return self.commit is not None and undone.exists()
