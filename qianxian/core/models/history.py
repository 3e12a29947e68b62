"""The commit stream of a township: every save that affects a figure, in order, chained by digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qianxian.core.models.places import Place


class Stream(models.Model):
    """The head of one township's stream. Its row is locked as the last act of a save."""

    township = models.OneToOneField(Place, models.PROTECT, primary_key=True, related_name="stream")
    head_number = models.PositiveBigIntegerField(default=0)
    head_digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.township} 第{self.head_number}号提交"


class Commit(models.Model):
    """One act of saving. People and posts are kept as text, so that history outlives accounts.

    `number` is given under the lock of the head, after everything else was written: numbers have
    no gaps and appear in order on every database. `id` only joins tables; nothing counts by it.
    """

    class Source(models.TextChoices):
        PAGE = "page", "页面"
        JOT = "jot", "记一笔"
        IMPORT = "import", "导入"
        COMMAND = "command", "命令"
        GENERATOR = "generator", "演示生成"
        UNDO = "undo", "撤回"
        API = "api", "接口"

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="commits")
    number = models.PositiveBigIntegerField("提交号", null=True)
    at = models.DateTimeField("时间")
    by = models.CharField("谁", max_length=150)
    by_name = models.CharField("姓名", max_length=30)
    post = models.CharField("岗位", max_length=40, blank=True)
    reason = models.CharField("为什么", max_length=500, blank=True)
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.PAGE)
    source_ref = models.CharField("来源文件", max_length=200, blank=True)
    undoes = models.PositiveBigIntegerField("撤回的提交号", null=True)
    revisions_count = models.PositiveIntegerField()
    merkle_root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["stream", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "number"], name="commit_numbers_are_unique_a_stream"
            ),
            models.CheckConstraint(
                name="commit_has_number_and_digest_together",
                condition=Q(number__isnull=True, digest="")
                | (Q(number__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}号提交"


class Revision(models.Model):
    """One saved state of one thing: whole, append-only.

    `body` is the canonical JSON text exactly as it was hashed: a JSON column would be written
    anew by the database and could not be checked byte for byte.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", "记录"
        ATTESTATION = "attestation", "报齐"
        DEFINITION = "definition", "定义"
        PLACE = "place", "地方"
        TARGET = "target", "目标"
        TASK = "task", "任务"
        REPORTED = "reported", "上报数"
        REPORT = "report", "报告"
        PERSON = "person", "人"
        OFFICE = "office", "站所"
        POST = "post", "岗位"
        HOLDING = "holding", "任岗"
        HANDOVER = "handover", "交接"
        ABSENCE = "absence", "不在岗"
        GRANT = "grant", "授权"
        REQUEST = "request", "更正申请"
        APART = "apart", "不是同一个"

    commit = models.ForeignKey(Commit, models.PROTECT, related_name="revisions")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=80)
    body = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["commit", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["commit", "position"], name="revision_positions_are_unique_a_commit"
            )
        ]
        indexes = [models.Index(fields=["kind", "key"], name="revision_kind_key")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"
