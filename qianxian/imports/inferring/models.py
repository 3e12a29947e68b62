"""A ledger that is proposed and not there yet."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.urls import reverse

from qianxian.core.models import Place, User


class LedgerProposalQuerySet(models.QuerySet["LedgerProposal"]):
    def mine(self, user: User) -> Self:
        """A workbook may hold what its clerk alone may see, so nobody else opens the proposal."""
        return self.filter(by=user)


class LedgerProposal(models.Model):
    """From a workbook, or from a sheet that defines a ledger, to a definition of this site.

    `seen` is what stands in the workbook, sealed, since it holds values of private columns.
    `design` is the ledger as the clerk has put it so far, `layout` what was said of its sheets.
    """

    class State(models.TextChoices):
        READING = "reading", "正在认"
        READY = "ready", "等你看"
        FAILED = "failed", "读不出来"
        DEFINED = "defined", "已建台账"
        DROPPED = "dropped", "不建了"

    upload = models.ForeignKey(
        "imports.Upload", models.PROTECT, related_name="proposals", null=True, blank=True
    )
    name = models.CharField("文件", max_length=200)
    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField("什么时候")
    state = models.CharField("状态", max_length=10, choices=State, default=State.READING)
    told = models.CharField("说明", max_length=500, blank=True)
    # A look that was asked for anew overtakes the one that still runs.
    look_number = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    seen = models.BinaryField(null=True, blank=True)
    design = models.JSONField(default=dict)
    layout = models.JSONField(default=dict)
    ledger = models.SlugField("台账", max_length=40, blank=True)
    run = models.ForeignKey(
        "imports.ImportRun", models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = LedgerProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        name: Any = self.design.get("name") if isinstance(self.design, dict) else ""
        return str(name or self.name)

    def get_absolute_url(self) -> str:
        return reverse("imports:proposal", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state == self.State.READING
