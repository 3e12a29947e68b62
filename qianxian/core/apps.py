"""The core as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "qianxian.core"
    label = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from django.core.signals import request_started
        from django_tasks.signals import task_started

        from qianxian.core.definitions import catalogue

        # Another process may have changed the definitions of the site meanwhile.
        request_started.connect(catalogue.look_again, dispatch_uid="definitions")
        task_started.connect(catalogue.look_again, dispatch_uid="definitions")
