"""How much one file may hold, so that no upload can fill the memory of a small machine."""

from __future__ import annotations

from qianxian_tables._errors import OversizedTable

FILE_BYTES = 50 * 1024 * 1024
# What a zip may unpack to: 50,000 rows of 20 columns unpack to about 60 MB.
UNPACKED_BYTES = 400 * 1024 * 1024
PARTS = 2_000
ROWS = 200_000
COLUMNS = 702  # up to ZZ
CELLS = 4_000_000
CELL_CHARACTERS = 32_767  # Excel's own limit


def too_large(name: str, why: str) -> OversizedTable:
    return OversizedTable(
        f"“{name}”太大：{why}。请删去用不到的行、列和工作表，或分成几个文件再上传。"
    )


def check_area(name: str, rows: int, columns: int) -> None:
    """A sheet is laid out as a full rectangle, so that one far cell costs as much as all.

    Errors: OversizedTable.
    """
    if columns > COLUMNS:
        raise too_large(name, f"有一张表超过 {COLUMNS} 列")
    if rows > ROWS:
        raise too_large(name, f"有一张表超过 {ROWS} 行")
    if rows * columns > CELLS:
        raise too_large(name, f"有一张表超过 {CELLS} 格")
