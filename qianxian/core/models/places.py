"""The place tree: county, township, village, group, with validity and dated events."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

# The day of a place that came with an event which was taken back: before all that is recorded.
NEVER = date(1900, 1, 1)


class PlaceQuerySet(models.QuerySet["Place"]):
    def ever(self) -> Self:
        """Without those that never stood, as the event that made them was taken back."""
        return self.exclude(valid_to=NEVER)

    def within(self, path: str) -> Self:
        """The place with this path and everything below it."""
        return self.filter(path__startswith=path)

    def valid_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )


class Place(models.Model):
    """A node of the tree. Codes are the 12-digit statistical codes; groups get 3 more digits.

    `valid_to` is the last day on which the place stood. A place that was merged away stays in the
    table, because the entries of its time keep it.
    """

    class Level(models.TextChoices):
        COUNTY = "county", "县"
        TOWNSHIP = "township", "乡镇"
        VILLAGE = "village", "村"
        GROUP = "group", "组"

    code = models.CharField("代码", max_length=15, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # Codes from the root down to this place, each followed by a slash: one prefix finds a subtree.
    path = models.CharField(max_length=80, db_index=True)
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="place_ends_after_it_starts",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="place_path_ends_with_its_own_code",
                condition=Q(path__endswith="/"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def ancestor_codes(self) -> list[str]:
        """From the root down to this place itself."""
        return self.path.rstrip("/").split("/")


class PlaceEvent(models.Model):
    """A merger, split, renaming, opening or closing, on a day. In the commit stream too."""

    class Kind(models.TextChoices):
        OPENED = "opened", "设立"
        MERGED = "merged", "并入"
        SPLIT = "split", "拆分"
        RENAMED = "renamed", "更名"
        MOVED = "moved", "划归"
        CLOSED = "closed", "撤销"

    kind = models.CharField("事件", max_length=10, choices=Kind)
    place = models.ForeignKey(Place, models.PROTECT, related_name="events")
    into = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="received")
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)
    commit = models.ForeignKey("core.Commit", models.PROTECT, related_name="+")
    undone = models.ForeignKey(
        "core.Commit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回"
    )

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.place} {self.get_kind_display()}"


class PlaceAlias(models.Model):
    """Another name of a place: its former one, or what people call it."""

    class Kind(models.TextChoices):
        FORMER = "former", "曾用名"
        SPOKEN = "spoken", "俗称"

    place = models.ForeignKey(Place, models.PROTECT, related_name="aliases")
    name = models.CharField("叫法", max_length=60)
    kind = models.CharField("哪一种", max_length=10, choices=Kind, default=Kind.SPOKEN)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="one_alias_of_a_name_a_place")
        ]

    def __str__(self) -> str:
        return self.name
