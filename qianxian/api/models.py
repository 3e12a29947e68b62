"""Tokens with which a program acts for a person, and what was answered under a key of theirs."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from qianxian.core.models import User

# A token that nobody looks at again ends by itself.
LONGEST_DAYS = 366
LONGEST_NAME = 40


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def standing(self, on: date) -> Self:
        """Those that open something on the day."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=on)


class ApiToken(models.Model):
    """A secret with which a program acts for its owner, who may narrow it to reading or to ledgers.

    Only the digest of the secret is kept. Whatever the token allows, the gate is asked about the
    owner at every request, so that it never opens more than the owner's own pages do.
    """

    class Scope(models.TextChoices):
        READ = "read", "只读"
        WRITE = "write", "能读能写"

    owner = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField("名称", max_length=LONGEST_NAME)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField("能做什么", max_length=5, choices=Scope, default=Scope.READ)
    # Ids of ledgers; empty: every ledger that the owner may read.
    ledgers = models.JSONField("能用哪些台账", default=list, blank=True)
    made_at = models.DateTimeField("建的时间")
    expires_on = models.DateField("到期")
    last_used_at = models.DateTimeField("最近用过", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(revoked_at__isnull=True),
                name="one_token_of_a_name_an_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def writes(self) -> bool:
        return self.scope == self.Scope.WRITE

    def covers(self, *ledgers: str) -> bool:
        """Whether all of these ledgers are among those that it was made for."""
        return not self.ledgers or set(ledgers) <= set(self.ledgers)


class Answered(models.Model):
    """What a request with an Idempotency-Key was answered: sent again, it is answered so again.

    Holds the receipt, not the values: those stay under their entry and the gate.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answered")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_a_token_and_key")
        ]

    def __str__(self) -> str:
        return self.key
