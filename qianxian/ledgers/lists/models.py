"""Lists that people keep: conditions, order, columns and groups under a name."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from qianxian.core import gate
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian_packs import Ledger


class SavedListQuerySet(models.QuerySet["SavedList"]):
    def open_to(self, user: User, ledger: Ledger, on: date) -> Self:
        """One's own, and those that are shared where one may read.

        A shared list shows everybody the rows that they may see, and no other.
        """
        shared = Q(pk__in=[])
        for reach in gate.reaches_in(user, Permission.ENTRY_VIEW, ledger.line, on):
            above = [code for code in reach.path.split("/") if code]
            shared |= Q(place__path__startswith=reach.path) | Q(place__in=above)
        return self.filter(Q(owner=user) | (Q(is_shared=True) & shared), ledger=ledger.id)


class SavedList(models.Model):
    """A list as its owner wants to find it again. `query` is what stands in its address.

    Shared, it is there for all who read this line in `place`.
    """

    ledger = models.SlugField("台账", max_length=40)
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_lists")
    name = models.CharField("叫什么", max_length=30)
    query = models.CharField("条件", max_length=2000, blank=True)
    is_shared = models.BooleanField("给本条线的人用", default=False)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField("什么时候存的")

    objects = SavedListQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "owner", "name"], name="one_saved_list_of_a_name"
            ),
            models.CheckConstraint(
                name="shared_list_says_where", condition=Q(is_shared=False) | ~Q(place=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        url = reverse("ledgers:list", args=[self.ledger])
        return f"{url}?{self.query}" if self.query else url


class ChosenColumns(models.Model):
    """Which columns of a ledger a person wants to see, in which order."""

    ledger = models.SlugField("台账", max_length=40)
    owner = models.ForeignKey(User, models.CASCADE, related_name="chosen_columns")
    keys = models.JSONField("列", default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "owner"], name="one_choice_of_columns")
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.ledger}"
