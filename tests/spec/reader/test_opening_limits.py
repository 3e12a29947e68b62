"""Files made to fill memory or take for ever are refused with a sentence, in a bounded process."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spec.reader._docx import docx_of, p
from tests.spec.reader._pdf import assembled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no Linux"),
]
_MEMORY = 1_200_000_000  # of addresses, most of them libraries
_RESIDENT_KB = 250_000
_CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from pathlib import Path
from qianxian_reader import ReaderError, read
path = Path(sys.argv[1])
try:
    print("read", len(read(path.read_bytes(), path.name).figures))
except ReaderError as error:
    print(error.sentence)
print(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
"""


def outcome(path: Path) -> str:
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _CHILD, str(path), str(_MEMORY)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told, resident = done.stdout.splitlines()
    assert int(resident) < _RESIDENT_KB, resident
    return told


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def swollen_docx() -> bytes:
    return zipped({"word/document.xml": b" " * 150_000_000})


def docx_of_blank_runs() -> bytes:
    """Inside the limits as a file, and no text at all."""
    runs = "<w:r><w:t></w:t></w:r>" * 1_000_000
    return docx_of(f"<w:p>{runs}</w:p>{p('全乡改厕86户。')}")


def docx_of_parts() -> bytes:
    return zipped({f"word/{number}.xml": b"" for number in range(6_000)})


def docx_of_long_text() -> bytes:
    return docx_of(p("改厕" * 2_600_000))


def docx_of_entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><d>&e9;</d>'
    return zipped({"word/document.xml": xml.encode()})


def docx_of_depth() -> bytes:
    return docx_of("<w:p>" * 300_000)


def sheet_of(inner: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "_rels/.rels": (
                f'<Relationships xmlns="{links}"><Relationship Id="r1"'
                f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
                '<sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}/worksheet"'
                ' Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{main}"><sheetData>{inner}</sheetData></worksheet>'
            ).encode(),
        }
    )


def sheet_of_rows() -> bytes:
    return sheet_of("".join(f'<row><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001)))


def sheet_to_its_last_cell() -> bytes:
    return sheet_of('<row><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>1</v></c></row>')


def long_text() -> bytes:
    return b"x" * 50_000_001


def text_beyond_any_report() -> bytes:
    return ("改厕86户。" * 900_000).encode("gb18030")


def page_of_text() -> bytes:
    return b"<p>" + ("改厕，" * 1_800_000).encode("gb18030")


def pdf_of_pages() -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, 100_003))
    pages = ["<< /Type /Page /Parent 2 0 R >>"] * 100_000
    tree = f"<< /Type /Pages /MediaBox [0 0 9 9] /Kids [{kids}] /Count 100000 >>"
    return assembled(["<< /Type /Catalog /Pages 2 0 R >>", tree, *pages])


@pytest.mark.parametrize(
    ("make", "suffix", "told"),
    [
        (swollen_docx, ".docx", "展开后太多"),
        (docx_of_parts, ".docx", "部件"),
        (docx_of_long_text, ".docx", "太大"),
        (docx_of_entities, ".docx", "打不开"),
        (docx_of_depth, ".docx", "打不开"),
        (docx_of_blank_runs, ".docx", "read 1"),
        (sheet_of_rows, ".xlsx", "格"),
        (sheet_to_its_last_cell, ".xlsx", "格"),
        (long_text, ".txt", "MB"),
        (text_beyond_any_report, ".txt", "万字"),
        (page_of_text, ".html", "万字"),
        (pdf_of_pages, ".pdf", "100000页"),
    ],
)
def test_too_much_is_refused_in_bounded_memory(
    make: Callable[[], bytes], suffix: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(make())

    said = outcome(path)

    assert told in said
    assert said.startswith("read") or said.endswith(("。",))


def test_a_text_on_one_line_without_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(("东坪村的干部群众齐心协力，" * 60_000 + "完成改厕86户。").encode())

    assert outcome(path) == "read 1"


def test_an_xlsx_of_formats_without_cells_is_read(tmp_path: Path) -> None:
    styled = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    head = '<c r="A1" t="inlineStr"><is><t>村</t></is></c><c r="B1" t="inlineStr"><is><t>改厕（户）</t></is></c>'
    data = '<c r="A2" t="inlineStr"><is><t>东坪村</t></is></c><c r="B2"><v>52</v></c>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet_of(f"<row>{head}</row><row>{data}</row>{styled}"))

    assert outcome(path) == "read 1"
