"""Sessions as Django keeps them in the database, asked by a prepared query: every page asks."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from qianxian.core.prepared_query import Given, PreparedQuery


class SessionStore(db.SessionStore):
    """Django's sessions in the database, in the same table."""

    def _get_session_from_db(self) -> Session | None:
        found = _running.objects(key=self.session_key or "", now=timezone.now())
        if not found:
            # What was asked for is not kept as a key: the next session gets one of its own.
            self._session_key = None
        return found[0] if found else None


@PreparedQuery
def _running() -> QuerySet[Session, Any]:
    return Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now"))
