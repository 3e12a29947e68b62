"""Changing the place tree: opening places and the dated events that move them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qianxian.core.commits import Actor, Change, record
from qianxian.core.errors import UserError
from qianxian.core.models import Commit, Place, PlaceEvent, Revision
from qianxian.core.queries import township_of

CODE_LENGTHS = {
    Place.Level.COUNTY: 12,
    Place.Level.TOWNSHIP: 12,
    Place.Level.VILLAGE: 12,
    Place.Level.GROUP: 15,
}


def open_place(
    *, code: str, name: str, level: str, parent: Place | None, valid_from: date | None = None
) -> Place:
    """Add a place. The first places of a site come before any stream, so this records no commit."""
    wanted = CODE_LENGTHS[Place.Level(level)]
    if len(code) != wanted or not code.isascii() or not code.isdigit():
        raise UserError(f"地方代码应是{wanted}位数字，{name}写的是“{code}”。请照统计区划代码改。")
    path = f"{parent.path if parent else ''}{code}/"
    return Place.objects.create(
        code=code, name=name, level=level, parent=parent, path=path, valid_from=valid_from
    )


@transaction.atomic
def merge_place(
    *, place: Place, into: Place, on: date, by: Actor, at: datetime, note: str = ""
) -> PlaceEvent:
    """Merge a place into another of the same level: `on` is the first day of the new order.

    Entries keep the place of their date. The merged place and its groups end the day before;
    read `as_now`, they count under the successor.

    Raises UserError where the two are not alike or the place has ended already.
    """
    if place.level != into.level or place.pk == into.pk:
        raise UserError(f"{place}不能并入{into}：两边要是同一级的两个地方。")
    if place.valid_to:
        raise UserError(f"{place}已在{place.valid_to}撤销，不能再并。")
    township = township_of(place)
    ended = Place.objects.within(place.path).filter(valid_to__isnull=True)
    ended.update(valid_to=date.fromordinal(on.toordinal() - 1))
    Place.objects.filter(pk=place.pk).update(successor=into)
    body = {
        "id": place.code,
        "event": PlaceEvent.Kind.MERGED,
        "into": into.code,
        "on": on.isoformat(),
        "note": note,
    }
    commit = record(
        township=township,
        changes=[Change(Revision.Kind.PLACE, place.code, body)],
        by=by,
        at=at,
        reason=note,
        source=Commit.Source.PAGE,
    )
    place.refresh_from_db()
    return PlaceEvent.objects.create(
        kind=PlaceEvent.Kind.MERGED, place=place, into=into, on=on, note=note, commit=commit
    )
