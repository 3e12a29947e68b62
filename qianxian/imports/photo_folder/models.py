"""A folder of photos on its way to the entries of a ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Place, User
from qianxian.matters.photos import Photo
from qianxian_packs import Ledger


class PhotoFolderQuerySet(models.QuerySet["PhotoFolder"]):
    def mine(self, user: User) -> Self:
        """Until a person has confirmed whose photos they are, only that person sees them."""
        return self.filter(by=user)


class PhotoFolder(models.Model):
    """What was handed in at once. `items` holds one dict a file, in the order of their names:

    name     as it was called, with its folders
    digest   of the clean picture, "" where it could not be read; `told` then says why
    taken    when the camera says it was taken
    options  [id, title, why] of the entries that it may belong to, the sure one alone
    is_sure  whether there is no other that it may belong to
    """

    class State(models.TextChoices):
        READING = "reading", "正在看照片"
        READY = "ready", "等你看"
        LANDED = "landed", "已挂上"
        DROPPED = "dropped", "不要了"

    ledger = models.SlugField("台账", max_length=40)
    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="photo_folders")
    at = models.DateTimeField("什么时候")
    state = models.CharField("状态", max_length=10, choices=State, default=State.READING)
    total = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=list)
    commit = models.PositiveBigIntegerField("提交号", null=True, blank=True)

    objects = PhotoFolderQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="photo_folder_has_a_commit_exactly_when_it_landed",
                condition=Q(state="landed", commit__isnull=False)
                | (~Q(state="landed") & Q(commit__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("imports:photo_folder", args=[self.pk])

    @property
    def ref(self) -> str:
        """What its commit names as its source."""
        return f"photos:{self.pk}"

    @property
    def definition(self) -> Ledger:
        return catalogue().ledgers[self.ledger]

    @property
    def is_taken_back(self) -> bool:
        undone = Commit.objects.filter(stream=self.township_id, undoes=self.commit)
        return self.commit is not None and undone.exists()

    def path(self, name: str) -> Path:
        """Where something of this folder lies until it is confirmed."""
        return Path(settings.DATA) / "files" / "photo_folders" / str(self.pk) / name


def photo_of(item: dict[str, Any]) -> Photo:
    taken = item.get("taken")
    return Photo(item["digest"], datetime.fromisoformat(taken) if taken else None)
