"""Reports that were read, reports that are written, and the figures that stand in them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian_figures import Period


def seen_by(user: User, on: date) -> Q:
    """A condition on rows with a place: where the read gate lets the user see reports.

    A report tells of every line at once, so the line of a grant does not part it.
    """
    found = Q(pk__in=[])
    for reach in gate.reaches(user, Permission.REPORT_VIEW, on):
        found |= Q(place__path__startswith=reach.path)
    return found


class SourceReportQuerySet(models.QuerySet["SourceReport"]):
    def visible_to(self, user: User, on: date) -> Self:
        return self.filter(seen_by(user, on))

    def listed(self) -> Self:
        """Without the reading, which is as long as the report and which lists do not show."""
        return self.select_related("place").defer("reading")


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User, on: date) -> Self:
        return self.filter(seen_by(user, on))


class SourceReport(models.Model):
    """A report that was written elsewhere: the file, kept by its digest, and what was read in it.

    `reading` is the whole Document as JSON. It is kept and not made anew, so that a finding that
    somebody dismissed is the same finding tomorrow, whatever the reader has learned since.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="source_reports")
    start = models.DateField("起")
    end = models.DateField("止")
    title = models.CharField("标题", max_length=200)
    name = models.CharField("文件名", max_length=200)
    digest = models.CharField(max_length=64)
    reading = models.JSONField()
    figures_count = models.PositiveIntegerField(default=0)
    findings_count = models.PositiveIntegerField(default=0)
    tasks_count = models.PositiveIntegerField(default=0)
    read_seconds = models.DecimalField("读完用时", max_digits=8, decimal_places=2)
    # Number of a task in the reading → the task of the plan that was made of it.
    accepted = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.CharField("谁上传", max_length=30)

    objects = SourceReportQuerySet.as_manager()

    class Meta:
        ordering = ["-end", "-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "digest"], name="one_reading_a_file_and_place"
            ),
            models.CheckConstraint(
                name="source_report_ends_after_it_starts", condition=Q(end__gte=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:source", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)


class Report(models.Model):
    """A report that is written here: a template with slots, and one day the frozen text.

    `as_of` is the commit whose figures the writer has last seen (draft) or sent out (published).
    `bases` says, by indicator, which of two differing figures of last year growth is told from:
    "printed" or "computed"; what is not named there is told from the printed one.
    `frozen` holds the lines of the published text with the key of the figure that each run prints.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已印发"

    place = models.ForeignKey(Place, models.PROTECT, related_name="reports")
    start = models.DateField("起")
    end = models.DateField("止")
    title = models.CharField("标题", max_length=120)
    issuer = models.CharField("署名", max_length=60, blank=True)
    has_letterhead = models.BooleanField("红头", default=False)
    number = models.CharField("发文字号", max_length=40, blank=True)
    template = models.TextField("正文")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    base = models.ForeignKey(
        SourceReport, models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    bases = models.JSONField(default=dict, blank=True)
    as_of = models.PositiveBigIntegerField("数据版本", default=0)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField("存稿时间")
    written_by = models.CharField("谁存", max_length=30)
    frozen = models.JSONField(default=list, blank=True)
    text = models.TextField(blank=True)
    docx_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField("印发时间", null=True, blank=True)
    published_by = models.CharField("谁印发", max_length=30, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-end", "-written_at"]
        constraints = [
            models.CheckConstraint(
                name="report_ends_after_it_starts", condition=Q(end__gte=F("start"))
            ),
            models.CheckConstraint(
                name="report_is_frozen_exactly_when_published",
                condition=Q(status="draft", published_at__isnull=True, published_by="", text="")
                | (
                    Q(status="published", published_at__isnull=False)
                    & ~Q(published_by="")
                    & ~Q(text="")
                    & ~Q(docx_digest="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:report", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED


class ReportFigure(models.Model):
    """A figure that a report prints: which slot, what it was counted from, the words on paper.

    In a draft it is the figure that the writer has last seen, in a published report the frozen
    one. `value` is exact, `printed` is what the words say after rounding, `text` the words.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    indicator = models.SlugField("指标", max_length=60)
    form = models.SlugField(max_length=20)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    start = models.DateField("起")
    end = models.DateField("止")
    value = models.DecimalField("值", max_digits=30, decimal_places=10, null=True)
    printed = models.DecimalField("印出的数", max_digits=24, decimal_places=6, null=True)
    unit = models.CharField("单位", max_length=12, blank=True)
    text = models.CharField("印出的字", max_length=80, blank=True)
    records = models.PositiveIntegerField("记录数", default=0)
    missing = models.JSONField("未报齐的村", default=list)

    class Meta:
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="one_figure_a_slot_of_a_report")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("reports:figure", args=[self.report_id, self.key])

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)


class Dismissal(models.Model):
    """A person's word that a finding is no problem, with the reason.

    `finding` is the key of `findings.keyed`, so that it holds while the text
    around it is edited, and falls away when the place itself is.
    """

    source = models.ForeignKey(
        SourceReport, models.CASCADE, null=True, blank=True, related_name="dismissals"
    )
    report = models.ForeignKey(
        Report, models.CASCADE, null=True, blank=True, related_name="dismissals"
    )
    finding = models.CharField(max_length=40)
    reason = models.CharField("为什么", max_length=200)
    by = models.CharField("谁", max_length=30)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="dismissal_is_about_one_text",
                condition=Q(source__isnull=True) ^ Q(report__isnull=True),
            ),
            models.UniqueConstraint(fields=["source", "finding"], name="one_word_a_source_finding"),
            models.UniqueConstraint(fields=["report", "finding"], name="one_word_a_report_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.reason}"
