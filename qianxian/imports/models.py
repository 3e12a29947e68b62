"""Files that were handed in, runs that import them, and the rows that wait in between."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, User
from qianxian.imports.inferring.models import LedgerProposal as LedgerProposal
from qianxian.imports.photo_folder.models import PhotoFolder as PhotoFolder
from qianxian.imports.workbooks.models import Handback as Handback
from qianxian.imports.workbooks.models import Workbook as Workbook
from qianxian_packs import Ledger


class Upload(models.Model):
    """A file that was handed in. It lies sealed in the data folder under its digest, for a while."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField("文件", max_length=200)
    size = models.PositiveIntegerField()
    # Dropped some time after it landed; what came of it stays.
    is_kept = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def mine(self, user: User) -> Self:
        """A file may hold what its clerk alone may see, so nobody else opens the run."""
        return self.filter(by=user)

    def landed(self, ledger: str, township: Place) -> Self:
        """Whose rows came into the ledger, also where they were taken back since."""
        return self.filter(ledger=ledger, township=township, commit__isnull=False)


class ImportRun(models.Model):
    """One import of one file into one ledger, from reading to landing.

    `mapping` says what each header was taken for, where a person chose. `checked_head` is the
    number of the newest commit when the check began: what came later is looked at again when
    the rows land. `counts` are those of the last check.
    """

    class State(models.TextChoices):
        READING = "reading", "正在检查"
        READY = "ready", "等你看"
        LANDING = "landing", "正在存"
        LANDED = "landed", "已存进台账"
        UNDONE = "undone", "已撤回"
        FAILED = "failed", "读不出来"
        DROPPED = "dropped", "不导了"

    upload = models.ForeignKey(Upload, models.PROTECT, related_name="runs")
    name = models.CharField("文件", max_length=200)
    ledger = models.SlugField("台账", max_length=40)
    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="imports")
    post = models.CharField("岗位", max_length=40, blank=True)
    started_at = models.DateTimeField("什么时候")
    landed_at = models.DateTimeField("存进去的时间", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.READING)
    told = models.CharField("说明", max_length=500, blank=True)
    # A check that was asked for anew overtakes the one that still runs.
    check_number = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    # What a person said of the sheets and rows of the file: qianxian_tables.SheetLayout by sheet.
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    definition = models.CharField(max_length=64, blank=True)
    checked_head = models.PositiveBigIntegerField(default=0)
    takes_changes = models.BooleanField("改动也存", default=False)
    commit = models.PositiveBigIntegerField("提交号", null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="import_has_a_commit_exactly_when_it_landed",
                condition=Q(state__in=["landed", "undone"], commit__isnull=False)
                | (~Q(state__in=["landed", "undone"]) & Q(commit__isnull=True)),
            )
        ]
        indexes = [models.Index(fields=["ledger", "state"], name="import_ledger_state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imports:run", args=[self.pk])

    @property
    def ref(self) -> str:
        """What its commit names as its source: a run that was cut off is found again by it."""
        return f"import:{self.pk}"

    @property
    def definition_of_ledger(self) -> Ledger:
        return catalogue().ledgers[self.ledger]

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.READING, self.State.LANDING)

    @property
    def is_taken_back(self) -> bool:
        """Also where its commit was undone from the pages of the ledger."""
        undone = Commit.objects.filter(stream=self.township_id, undoes=self.commit)
        return self.commit is not None and undone.exists()

    @property
    def new(self) -> int:
        return int(self.counts.get("new", 0))

    @property
    def changed(self) -> int:
        return int(self.counts.get("changed", 0))

    @property
    def same(self) -> int:
        return int(self.counts.get("same", 0))

    @property
    def faulty(self) -> int:
        return int(self.counts.get("fault", 0))


class StagedRow(models.Model):
    """A row of the file, checked, waiting to land. No private value in clear stands here.

    A new row has the columns of its entry, with the values (not where a matter stands) in `state`;
    a changed one says there what is to change. `sealed` holds its private values under the key of
    that entry. `after_data` is what its revision says behind the values, `digest` the digest of
    that revision; both stand only where the entry is settled at the check. `content` tells rows of
    the same content apart from others, by a digest that needs the site's key. Once landed, the row
    says where its entry came from.
    """

    class Status(models.TextChoices):
        NEW = "new", "新的"
        CHANGED = "changed", "有改动"
        SAME = "same", "已经有了"
        FAULT = "fault", "有问题"

    # The constraint below is an index that begins with the run.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField("行")
    status = models.CharField(max_length=10, choices=Status)
    title = models.CharField("名称", max_length=120, blank=True)
    place = models.CharField("地方", max_length=15, blank=True)
    entry = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    content = models.CharField(max_length=32, blank=True)
    subject = models.UUIDField(null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    key_text = models.CharField(max_length=200, blank=True)
    late = models.BooleanField(default=False)
    state = models.TextField(blank=True)
    after_data = models.TextField(blank=True)
    digest = models.BinaryField(max_length=32, null=True, blank=True)
    sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], name="staged_numbers_are_unique_a_run"
            )
        ]
        indexes = [
            models.Index(fields=["run", "status", "number"], name="staged_run_status"),
            models.Index(fields=["content"], condition=~Q(content=""), name="staged_content"),
        ]

    def __str__(self) -> str:
        return self.title or f"第{self.row}行"


class Fault(models.Model):
    """What is wrong, at its cell. `value` is what stands there, covered where it is private.

    `number` is that of the row; a fault of a whole column has none. `stops` keeps the row out.
    """

    # Both indexes below begin with the run, one of them with the code behind it.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="faults", db_index=False)
    number = models.PositiveIntegerField(null=True)
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=5, blank=True)
    label = models.CharField(max_length=80, blank=True)
    code = models.SlugField(max_length=30, db_index=False)
    says = models.CharField(max_length=400)
    value = models.CharField(max_length=120, blank=True)
    stops = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["run", "code", "label"], name="fault_run_code"),
            models.Index(fields=["run", "number"], name="fault_run_number"),
        ]

    def __str__(self) -> str:
        return f"{self.cell}：{self.says}"

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}"
