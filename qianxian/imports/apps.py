"""Imports as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "qianxian.imports"
    label = "imports"
    verbose_name = "导入"
