"""What matters need beside their entries: the office's days off, and the numbers of its papers."""

from __future__ import annotations

from django.conf import settings
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


class Proof(models.Model):
    """That a photo was given as evidence of a matter: found by the photo, so that the same picture
    behind another matter is noticed. Whether it still stands there, the matter's revisions say.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="proofs")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest", "entry"], name="one_proof_a_photo_and_matter")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.digest}"


class Mail(models.Model):
    """The one reminder of a person for a day, on its way. It holds counts, nothing of a matter.

    `sending` is written before the server is spoken to. A worker that dies while it speaks leaves
    `sending` behind, and nobody knows whether the mail went out: it becomes `unknown` and is not
    sent again, because a reminder that is missing costs less than the same one twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等发"
        SENDING = "sending", "正在发"
        SENT = "sent", "已发"
        UNKNOWN = "unknown", "中途断了，不再发"
        FAILED = "failed", "没发出去"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails")
    day = models.DateField("哪天的")
    address = models.EmailField("寄到")
    subject = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("发了几次", default=0)
    not_before = models.DateTimeField("最早什么时候发")
    changed_at = models.DateTimeField()
    says = models.CharField("邮件服务器的话", max_length=300, blank=True)

    class Meta:
        ordering = ["-day", "user__username"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_mail_a_day")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="mail_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.address} {self.get_state_display()}"
