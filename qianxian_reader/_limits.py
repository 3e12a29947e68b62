"""How much one file may hold, so that none can fill the memory of a small machine."""

from __future__ import annotations

from qianxian_reader._errors import DamagedFile

FILE_BYTES = 50_000_000
# 10 MB of text in any encoding; a report of 400 pages has some 400,000 characters.
CHARACTERS = 5_000_000
PAGES = 3_000
CELLS = 200_000


def oversized(name: str, why: str) -> DamagedFile:
    return DamagedFile(f"“{name}”太大：{why}，不像是报告。请检查是不是选错了文件，或分成几份再读。")


def check_text(text: str, name: str) -> str:
    """The text itself.

    Errors: DamagedFile where it is longer than any report.
    """
    if len(text) > CHARACTERS:
        raise oversized(name, f"有{len(text) // 10_000}万字，最多读{CHARACTERS // 10_000}万字")
    return text
