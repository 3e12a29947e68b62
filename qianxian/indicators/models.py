"""Targets, figures that were reported in texts, and the manifest of the lake."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from qianxian.core.models import Place, Stream
from qianxian_figures import Bound, Kind, Period, Status


class LakeFile(models.Model):
    """One Parquet file of the lake. Written after the file is on disk, never changed but retired.

    A file is named by its digest. `current` holds the versions that stood at `last_commit`;
    `history` those that were superseded from `first_commit` to `last_commit`.
    """

    class Part(models.TextChoices):
        CURRENT = "current"
        HISTORY = "history"

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="lake_files")
    ledger = models.SlugField(max_length=40)
    part = models.CharField(max_length=10, choices=Part)
    first_commit = models.PositiveBigIntegerField()
    last_commit = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["stream", "ledger", "first_commit"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "ledger"],
                condition=Q(part="current", is_retired=False),
                name="one_current_file_a_ledger",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.part} {self.first_commit}–{self.last_commit}"


class TargetQuerySet(models.QuerySet["Target"]):
    def of(self, indicator: str, period: Period) -> Self:
        return self.filter(indicator=indicator, start=period.start, end=period.end)


class Target(models.Model):
    """A planned figure: indicator, place, period, value. `curve` overrides the indicator's own.

    `curve` holds twelve cumulative shares of the period's months, as text decimals; empty means
    the calendar.
    """

    indicator = models.SlugField("指标", max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, related_name="targets")
    start = models.DateField("起")
    end = models.DateField("止")
    value = models.DecimalField("目标值", max_digits=18, decimal_places=4)
    curve = models.JSONField("进度曲线", default=list, blank=True)
    source = models.CharField("依据", max_length=200, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["start", "indicator", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "place", "start", "end"], name="one_target_a_place_and_period"
            ),
            models.CheckConstraint(name="target_is_not_negative", condition=Q(value__gte=0)),
            models.CheckConstraint(
                name="target_ends_after_it_starts", condition=Q(end__gte=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.indicator} {self.value.normalize():f}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)


class ReportedFigure(models.Model):
    """A figure that was printed in a report, with the words and the place it was read from.

    `document` is the digest of the file, `line` and `begin`–`finish` the characters in it.
    """

    indicator = models.SlugField("指标", max_length=60, blank=True)
    measure = models.CharField("说的是什么", max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, related_name="reported_figures")
    start = models.DateField("起")
    end = models.DateField("止")
    value = models.DecimalField("值", max_digits=24, decimal_places=6)
    high = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField("单位", max_length=12, blank=True)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in Kind])
    status = models.CharField(max_length=10, choices=[(s, s) for s in Status])
    bound = models.CharField(max_length=10, choices=[(b, b) for b in Bound])
    document = models.CharField(max_length=64)
    line = models.PositiveIntegerField()
    begin = models.PositiveIntegerField()
    finish = models.PositiveIntegerField()
    text = models.CharField("原文", max_length=60)

    class Meta:
        ordering = ["document", "line", "begin"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "line", "begin", "text"], name="one_reported_figure_a_span"
            )
        ]
        indexes = [models.Index(fields=["indicator", "start", "end"], name="reported_indicator")]

    def __str__(self) -> str:
        return f"{self.measure} {self.text}"

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)
