"""Indicators as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "qianxian.indicators"
    label = "indicators"
    verbose_name = "指标"
