"""No private value of the demo stands anywhere in clear: the small demo, some pages of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.unit.demo.hunt import Hunt
from tests.unit.demo.hunting import hunted

_ID, _PHONE = "990101198703120017", "19999001234"


@pytest.fixture
def hunt() -> Hunt:
    found = Hunt()
    found.want("id_card", _ID)
    found.want("phone", _PHONE)
    found.want("date", "1987-03-12")
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"姓名 张三 {_ID}",
        f"号码{_ID[:6]} {_ID[6:14]} {_ID[14:]}",
        "末八位 03120017。",
        "1999-900-1234",
        f"abc{_PHONE}def",
        "生于1987年3月12日",
        '{"born_on":"1987-03-12"}',
    ],
)
def test_a_value_in_clear_is_found_however_it_is_written(hunt: Hunt, text: str) -> None:
    hunt.look("file", "x", text)

    assert hunt.found


def test_a_value_is_found_within_an_archive(hunt: Hunt) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.xml", f"<v>{_PHONE}</v>")

    hunt.look("backup", "x", out.getvalue())

    assert hunt.found == [f"backup x:inner.xml: {_PHONE}"]


def test_what_is_covered_is_not_found(hunt: Hunt) -> None:
    hunt.look("page", "x", "990101********0017 199****1234 1987年 6a03120017bc")

    assert not hunt.found


@pytest.mark.long
def test_no_private_value_of_the_small_demo_is_anywhere_in_clear(tmp_path: Path) -> None:
    told = hunted(tmp_path, size="small", pages=2)

    assert told["found"] == []
    assert told["values"] > 1_000
    kinds = {"file", "lake", "table", "backup", "export", "page", "log"}
    assert kinds <= set(told["places"])
