"""Reports as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "qianxian.reports"
    label = "reports"
    verbose_name = "报告"
