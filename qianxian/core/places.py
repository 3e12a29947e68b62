"""Opening places. What becomes of them later is in `place_events`."""

from __future__ import annotations

from datetime import date

from qianxian.core.errors import UserError
from qianxian.core.models import Place

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
