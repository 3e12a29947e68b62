"""Files of reports, named by their digest below the data folder and never replaced."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from qianxian.core.errors import UserError
from qianxian.core.files import digest_of, write_once


def _path(digest: str) -> Path:
    return Path(settings.DATA) / "files" / digest[:2] / digest


def keep(data: bytes) -> str:
    """Put a file on disk and return its digest. The same bytes twice are one file."""
    digest = digest_of(data)
    write_once(_path(digest), data)
    return digest


def load(digest: str) -> bytes:
    """The bytes again, checked against their name.

    Raises UserError where the file is gone or has changed since.
    """
    path = _path(digest)
    if not path.exists():
        raise UserError("原文件不在数据文件夹里了。请从备份里找回 files 文件夹。")
    data = path.read_bytes()
    if digest_of(data) != digest:
        raise UserError("原文件和存进来时不一样了，没有打开。请从备份里找回 files 文件夹。")
    return data
