"""What a browser sends for a step of a matter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from qianxian.core.definitions import catalogue
from qianxian.core.models import User
from qianxian.ledgers.models import Entry
from qianxian.matters.flows import pictures_needed
from tests.unit.matters.office import Office, asks_for_reason, picture, way_to

FLOW = catalogue().flows["toilet_renovation"]
SignIn = Callable[[User], Client]


def url(name: str, entry: Entry, *more: Any) -> str:
    return reverse(f"matters:{name}", args=[entry.pk, *more])


def upload(seed: int, name: str = "IMG.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(seed).read(), "image/jpeg")


def typed(entry: Entry, step_id: str, *, seed: int) -> dict[str, Any]:
    """What a person would send for a step: today pressed, choices made, a photo taken."""
    step = FLOW.step_by_id[step_id]
    today = timezone.localdate().isoformat()
    form: dict[str, Any] = {"version": entry.version}
    for name in step.needs:
        field = entry.definition.by_name[name]
        if field.type == "date":
            form[f"{name}_near"] = today
        else:
            form[name] = field.choices[0] if field.choices else "刘师傅"
    for n in range(pictures_needed(step)):
        form[f"photo_{n + 1}"] = upload(seed + n)
    if asks_for_reason(FLOW, step):
        form["reason"] = "照实情办"
    return form


def at_state(entry: Entry, office: Office, state: str, start: datetime) -> None:
    """Bring the matter there within the last days."""
    for n, step in enumerate(way_to(FLOW, state)):
        office.take(entry, step, start + timedelta(hours=n))
