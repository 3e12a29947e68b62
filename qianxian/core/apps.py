"""The core as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "qianxian.core"
    label = "core"
    verbose_name = "基础"
