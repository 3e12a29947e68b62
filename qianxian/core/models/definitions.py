"""Definitions that were made on the pages of this site; those of packs are files."""

from __future__ import annotations

from django.db import models


class SiteDefinition(models.Model):
    """The present state of one definition. Its past is in the commit stream of every township.

    `key` is `ledger:<id>` or `indicator:<id>`, `body` the canonical JSON that revisions hold.
    """

    key = models.CharField(max_length=80, primary_key=True)
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField("什么时候")

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class DefinitionHead(models.Model):
    """One row: the digest over all definitions of the site.

    It is what a process looks at to know whether those in its memory are still the ones in force.
    """

    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.digest
