"""Errors that a person sees.

UserError
├── NotVisible     what one may not see is not there (404)
├── NotAllowed     one may see it, but not do this (403)
└── Conflict       somebody else changed it first
"""

from __future__ import annotations


class UserError(Exception):
    """Carries a finished Chinese sentence: what happened, why, what to do. Nothing was saved."""


class NotVisible(UserError):
    """Outside what the reader may see. Says no more than that it is not there."""


class NotAllowed(UserError):
    """The reader may see it but this is another post's to do."""


class Conflict(UserError):
    """The record has moved on since the page was opened."""


_STATUS: dict[type[UserError], int] = {NotVisible: 404, NotAllowed: 403, Conflict: 409}


def status_of(error: UserError) -> int:
    """The HTTP status of an answer that tells this error."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
