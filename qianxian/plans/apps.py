"""Plans as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "qianxian.plans"
    label = "plans"
    verbose_name = "计划"

    def ready(self) -> None:
        from qianxian.core.people import book
        from qianxian.plans.handing import led_count, tasks_of_post

        book.register(tasks_of_post, hanging=led_count)
