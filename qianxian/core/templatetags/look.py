"""`{% load look %}`: every component tag and every filter of the pages.

The parts live in modules of their own subject; this one only gathers them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.messages.storage.base import Message
from django.template import Library

from qianxian.core.shell import Room
from qianxian.core.templatetags import (
    _basics,
    _charts,
    _dates,
    _forms,
    _numbers,
    _shell,
    _tables,
    _work,
)

register = Library()

for part in (_basics, _forms, _tables, _work, _charts, _shell):
    register.tags.update(part.register.tags)

for function in (
    _numbers.figure,
    _numbers.money,
    _numbers.wan,
    _numbers.percent,
    _numbers.signed,
    _numbers.unit,
    _dates.day,
    _dates.long_day,
    _dates.short_day,
    _dates.moment,
    _dates.said,
    _dates.left,
    _dates.due,
    _dates.due_note,
    _dates.period,
):
    register.filter(function.__name__, function)


@register.filter
def named(rooms: Iterable[Room] | None, name: str) -> Room | None:
    """The room of the rail with this name, for the bar of the phone."""
    return next((room for room in rooms or () if room.name == name), None)


@register.filter
def undo_url(message: Message) -> str:
    """The address that takes a message's act back, put there by `parts.undo`."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")), "")
