"""Ledgers as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "qianxian.ledgers"
    label = "ledgers"
    verbose_name = "台账"
