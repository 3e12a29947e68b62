"""The text layer of a PDF to lines, as the pages show them.

The pages are taken apart in a child process with a limit of time and memory (`_pdf_child`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from qianxian_reader._errors import DamagedFile, LockedFile
from qianxian_reader._limits import CHARACTERS, PAGES, check_text, oversized
from qianxian_reader._pdf_layout import lines, page_of
from qianxian_reader._source import Source

_CHILD = Path(__file__).with_name("_pdf_child.py")
_SECONDS = 60


def open_pdf(data: bytes, name: str) -> Source:
    found = _taken_apart(data, name)
    error = found.get("error")
    if error == "locked":
        raise LockedFile(f"“{name}”有密码，请先去掉密码，再读一次。")
    if error == "large":
        raise oversized(name, str(found["why"]))
    if error:
        raise _damaged(name)
    texts, joins = lines([page_of(*page) for page in found["pages"]])
    text = check_text("\n".join(texts), name)
    ends, offset = [], -1
    for line in texts:
        offset += len(line) + 1
        ends.append(offset)
    return Source(name, "pdf", text, {ends[place]: words for place, words in joins.items()})


def _taken_apart(data: bytes, name: str) -> dict[str, Any]:
    # -P: the folder of the script stays off the path, whose modules have names of the library's.
    command = [sys.executable, "-P", str(_CHILD), str(PAGES), str(CHARACTERS)]
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a file of ours
            command, input=data, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise oversized(name, f"过了{_SECONDS}秒还没有读完") from error
    if done.returncode:
        raise _damaged(name)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _damaged(name: str) -> DamagedFile:
    return DamagedFile(f"“{name}”打不开：它不是完好的 PDF 文件。请重新导出后再读一次。")
