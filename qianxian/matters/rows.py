"""A matter as a row of a list: the same in 今日, in the list of matters and for leaders."""

from __future__ import annotations

from django.utils.translation import gettext as _

from qianxian.core.addresses import address_of
from qianxian.core.models import Place
from qianxian.core.parts import MatterRow
from qianxian.matters.queries import ASKED, OFFERED, Waiting


def matter_row(item: Waiting, *, own: bool = True) -> MatterRow:
    """`own`: the reader acts here, so the row carries the button of the next step."""
    entry = item.entry
    own = own and not item.is_watched
    url = address_of("matters:matter", entry.pk)
    if item.asks:
        return _asked_row(item, url)
    can_act = own and item.step is not None
    step_url = address_of("matters:step", entry.pk, after=item.step.id) if item.step else url
    return MatterRow(
        title=entry.title,
        url=url,
        due=entry.due_on,
        meta=(item.flow.name, where(entry.place), item.state),
        covering=item.covers is not None,
        stuck=item.stuck if item.days_over or item.is_watched or item.step is None else "",
        action=item.step.label if can_act and item.step else _("Open"),
        action_url=step_url if can_act else url,
        primary=own and bool(item.days_over),
    )


def _asked_row(item: Waiting, url: str) -> MatterRow:
    entry = item.entry
    name, words = _ASKS[item.asks]
    return MatterRow(
        title=entry.title,
        url=url,
        due=entry.due_on,
        meta=(item.flow.name, where(entry.place), item.state),
        covering=item.covers is not None,
        action=words,
        action_url=address_of(name, entry.pk),
    )


# What a post is asked → the page on which it answers, and the word on the button.
_ASKS = {OFFERED: ("matters:offer", "接办或退回"), ASKED: ("matters:ask_after", "回访")}


def where(place: Place) -> str:
    """桃溪村 三组: a group with its village."""
    if place.level == Place.Level.GROUP and place.parent:
        return f"{place.parent} {place}"
    return str(place)
