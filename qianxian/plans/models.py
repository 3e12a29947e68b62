"""Plans and their tasks. Values of a task are targets, which live with the indicators."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from qianxian.core import gate
from qianxian.core.models import Place, Post, User
from qianxian.core.permissions import Permission
from qianxian_figures import Period


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User, on: date) -> Self:
        """Plans of places in which the user may see plans."""
        found = models.Q(pk__in=[])
        for reach in gate.reaches(user, Permission.PLAN_VIEW, on):
            # A village sees the plan of its township: its own share stands in it.
            found |= Q(place__path__startswith=reach.path) | Q(
                place__code__in=reach.path.rstrip("/").split("/")
            )
        return self.filter(found)


class Plan(models.Model):
    """The work of a place for a year or half-year."""

    title = models.CharField("名称", max_length=120)
    place = models.ForeignKey(Place, models.PROTECT, related_name="plans")
    start = models.DateField("起")
    end = models.DateField("止")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "start", "end"], name="one_plan_a_place_and_period"
            ),
            models.CheckConstraint(
                name="plan_ends_after_it_starts", condition=Q(end__gte=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)


class Task(models.Model):
    """One commitment of a plan: what, by when, by which post, measured by which indicator.

    `document`, `source_line` and `source_text` are the sentence of the report or task sheet that
    it came from.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    text = models.CharField("任务", max_length=300)
    line = models.SlugField("条线", max_length=30, blank=True)
    indicator = models.SlugField("指标", max_length=60, blank=True)
    lead = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="牵头岗位"
    )
    due_on = models.DateField("完成期限", null=True, blank=True)
    # Why the parts of the villages do not add up to the whole; empty where they do.
    gap_reason = models.CharField("分解说明", max_length=200, blank=True)
    document = models.CharField(max_length=64, blank=True)
    source_line = models.PositiveIntegerField(null=True, blank=True)
    source_text = models.CharField("原文", max_length=500, blank=True)
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "indicator"],
                condition=Q(is_dropped=False) & ~Q(indicator=""),
                name="one_task_an_indicator_a_plan",
            )
        ]

    def __str__(self) -> str:
        return self.text
