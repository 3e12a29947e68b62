"""Plans as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "qianxian.plans"
    label = "plans"
    verbose_name = "计划"
