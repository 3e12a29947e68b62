"""Imports as a Django app."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "qianxian.imports"
    label = "imports"
    verbose_name = "导入"

    def ready(self) -> None:
        from qianxian.core import worker
        from qianxian.imports import jobs

        worker.register_periodic("tidy_imports", timedelta(days=1), jobs.tidy)
