"""Matters as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "qianxian.matters"
    label = "matters"
    verbose_name = "事项"
