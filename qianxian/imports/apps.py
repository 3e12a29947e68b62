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
        from qianxian.imports.photo_folder import jobs as sorting
        from qianxian.imports.photo_folder.block import photos_block
        from qianxian.imports.workbooks import taking
        from qianxian.ledgers import blocks

        blocks.register(photos_block)
        worker.register_periodic("tidy_photos", timedelta(days=1), sorting.tidy)
        worker.register_periodic("tidy_imports", timedelta(days=1), jobs.tidy)
        worker.register_periodic("tidy_workbooks", timedelta(days=1), taking.tidy)
