"""The API as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "qianxian.api"
    label = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        from qianxian.api.services import revoke_all
        from qianxian.core.people import accounts

        accounts.when_closed(revoke_all)
