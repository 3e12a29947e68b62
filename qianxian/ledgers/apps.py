"""Ledgers as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "qianxian.ledgers"
    label = "ledgers"
    verbose_name = "台账"

    def ready(self) -> None:
        from qianxian.core.people import book
        from qianxian.ledgers.handing import attestations_of_post

        book.register(attestations_of_post)
