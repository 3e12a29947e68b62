"""A program that asks the API with a token of somebody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client

from qianxian.api.models import ApiToken
from qianxian.api.services import make_token
from qianxian.core.models import User
from qianxian.ledgers.models import Entry
from tests.conftest import NOW

PREFIX = "/api/v1"


@dataclass
class Program:
    token: ApiToken
    secret: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(PREFIX + path, query, headers=self._headers())

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = self._headers({"Idempotency-Key": key} if key else {})
        return self.client.post(
            PREFIX + path, body, content_type="application/json", headers=headers
        )

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(
            PREFIX + path, body, content_type="application/json", headers=self._headers()
        )

    def upload(self, path: str, **files: Any) -> Any:
        return self.client.post(PREFIX + path, files, headers=self._headers())

    def _headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **(more or {})}


def program_of(
    user: User,
    *,
    scope: str = "write",
    ledgers: Sequence[str] = (),
    at: datetime = NOW,
    name: str = "县平台",
) -> Program:
    token, secret = make_token(name=name, scope=scope, ledgers=ledgers, days=90, by=user, at=at)
    return Program(token, secret)


def path_of(entry: Entry, more: str = "") -> str:
    return f"/ledgers/{entry.ledger}/entries/{entry.pk}{more}"
