"""The parts of the test that kills imports, each a process of its own.

python -m tests.long.import_parts prepare FOLDER ROWS BAD     an office, and a file handed in
python -m tests.long.import_parts save FOLDER                 others save, one JSON line a save
python -m tests.long.import_parts again FOLDER                hand the same file in once more

`save` also asks for the landing as soon as the check is through, as the clerk would, and ends when
its standard input is closed.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from qianxian.imports.models import ImportRun

HEAD = ["村", "日期", "做什么", "参加人次", "清运垃圾（吨）", "说明"]
KINDS = ("大扫除", "沟渠清理", "房前屋后清理", "农业废弃物回收")
PAUSE = 0.05


def workbook(rows: int, bad: int) -> bytes:
    """So many rows, of which so many, spread over the file, have a date that cannot be."""
    out = io.BytesIO()
    first = date(2023, 1, 1)
    bad_ones = {n * (rows // bad) + 7 for n in range(bad)}
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEAD)
        for n in range(rows):
            day = (first + timedelta(days=n % 1000)).isoformat()
            sheet.write_row(
                n + 1,
                0,
                [
                    ("清水村", "石桥村", "桃溪村")[n % 3],
                    "哪一天" if n in bad_ones else day,
                    KINDS[n % 4],
                    n % 300 + 1,
                    n % 50 / 10,
                    f"第{n}次",
                ],
            )
    return out.getvalue()


def prepare(folder: Path, rows: int, bad: int) -> None:
    from tests.long.make_office import make

    make()
    from qianxian.core.models import Grant, Place, User

    clerk = User.objects.create_user(username="wangxy", name="王秀英")
    town = Place.objects.get(level="township")
    Grant.objects.create(role="office_clerk", place=town, user=clerk)
    (folder / "台账.xlsx").write_bytes(workbook(rows, bad))
    _hand_in(folder)


def _hand_in(folder: Path) -> ImportRun:
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import Place, User
    from qianxian.imports import services

    return services.hand_in(
        data=(folder / "台账.xlsx").read_bytes(),
        name="台账.xlsx",
        ledger=catalogue().ledgers["cleanup"],
        township=Place.objects.get(level="township"),
        by=User.objects.get(username="wangxy"),
        at=datetime.now(UTC),
    )


def save() -> None:
    """Somebody else records households, one after the other."""
    ended = threading.Event()
    threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
    # The first save of a process loads the packs: that is not waiting.
    _save_one(0)
    number = 0
    while not ended.is_set():
        number += 1
        start = time.perf_counter()
        try:
            _save_one(number)
        except Exception as error:  # noqa: BLE001  whatever it is, the test tells it
            _tell(failed=repr(error))
        else:
            _tell(seconds=time.perf_counter() - start)
        _ask_for_landing()
        time.sleep(PAUSE)


def _until_closed(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def _save_one(number: int) -> None:
    from qianxian.core.definitions import catalogue
    from qianxian.core.models import Place, User
    from qianxian.ledgers.services import Row, save_entry

    place = Place.objects.get(code="430100100201001")
    key = f"{os.getpid()}{number:06}"
    save_entry(
        ledger=catalogue().ledgers["household"],
        row=Row({"number": key, "head": "李四", "persons": 2}, place=place),
        by=User.objects.get(username="clerk1"),
        at=datetime.now(UTC),
    )


def _ask_for_landing() -> None:
    from qianxian.imports import services
    from qianxian.imports.models import ImportRun

    run = ImportRun.objects.filter(state="ready").first()
    if run and run.new:
        services.request_landing(run=run, takes_changes=False, by=run.by, at=datetime.now(UTC))
        _tell(asked=run.pk)


def _tell(**said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main(argv: list[str]) -> None:
    what, folder = argv[0], Path(argv[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianxian.settings")
    import django

    django.setup()
    if what == "prepare":
        prepare(folder, int(argv[2]), int(argv[3]))
    elif what == "again":
        _tell(run=_hand_in(folder).pk)
    else:
        save()


if __name__ == "__main__":
    main(sys.argv[1:])
