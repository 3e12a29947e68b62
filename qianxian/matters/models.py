"""What matters need beside their entries: the office's days off, and the numbers of its papers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qianxian.core.models import Place
from qianxian.ledgers.models import Entry


class Holiday(models.Model):
    """What one day is, where the library does not know it or the county decided otherwise."""

    day = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=30)
    basis = models.CharField("依据", max_length=200)
    entered_by = models.CharField(max_length=150)
    entered_by_name = models.CharField("谁填的", max_length=30)
    entered_at = models.DateTimeField("什么时候填的")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(name="holiday_has_a_basis", condition=~Q(basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_working else '放假'}（{self.name}）"


class PaperCount(models.Model):
    """The last number that was given under a code in a year. The row is locked by who takes one."""

    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    code = models.CharField("机关代字", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["township", "code", "year"], name="one_count_a_code_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.last}号"


class Paper(models.Model):
    """One line of 发文登记: a number that was given, to which step of which matter.

    A number is never given back. `voided_at` is set where somebody cancelled the paper; one whose
    step was taken back is void too, which its commit says.
    """

    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    code = models.CharField("机关代字", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    name = models.CharField("文种", max_length=60)
    title = models.CharField("标题", max_length=300)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="papers")
    step = models.CharField("哪一步", max_length=60)
    digest = models.CharField(max_length=64)
    commit_number = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField("出文时间")
    by_name = models.CharField("谁出", max_length=30)
    post = models.CharField("岗位", max_length=40, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_by = models.CharField("谁作废", max_length=30, blank=True)
    void_reason = models.CharField("为什么作废", max_length=500, blank=True)

    class Meta:
        ordering = ["-year", "code", "-serial"]
        constraints = [
            models.UniqueConstraint(
                fields=["township", "code", "year", "serial"], name="no_paper_number_twice"
            ),
            models.CheckConstraint(
                name="void_paper_has_a_reason",
                condition=Q(voided_at__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.code}〔{self.year}〕{self.serial}号"
