"""The office's own table of days off and make-up days. Matters themselves are entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
