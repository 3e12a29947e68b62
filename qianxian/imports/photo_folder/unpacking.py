"""Files as they were dropped: single ones, and those of zip files, measured before they unpack."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from qianxian.core.errors import UserError
from qianxian.matters.photos import LARGEST_FILE

MOST_FILES = 300
LARGEST_TOTAL = 500 * 1024 * 1024
# A photo hardly packs; what unpacks to this many times its size is no photo.
_RATIO = 50
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_ENTRY = b"PK\x01\x02"
_UTF8 = 0x800


def unpacked(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """(name, bytes) of every picture, by name. Raises UserError for what is too much or no zip."""
    found: list[tuple[str, bytes]] = []
    total = 0
    for name, data in files:
        is_zip = name.lower().endswith(".zip")
        for one, raw in _of_zip(name, data) if is_zip else [(name, data)]:
            total += len(raw)
            found.append((one, raw))
            if len(found) > MOST_FILES:
                raise UserError(f"照片超过 {MOST_FILES} 张。请分几次传，一个村一次。")
            if total > LARGEST_TOTAL:
                raise UserError("照片加起来超过 500 MB。请分几次传。")
    if not found:
        raise UserError("里面没有照片。只认 JPG、PNG、WebP，别的文件没有收。")
    return sorted(found)


def _of_zip(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    # Counted before zipfile makes an object of each: a directory of a million is small on disk.
    if data.count(_ENTRY) > MOST_FILES * 10:
        raise UserError(f"“{name}”里的文件太多，没有打开。请只留照片，重新压缩再传。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for entry in opened.infolist():
                if _is_picture(entry):
                    yield _name_of(entry), _read(opened, entry, name)
    except UserError:
        raise
    except RuntimeError as error:
        raise UserError(f"“{name}”有密码，打不开。请解开密码重新压缩再传。") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise UserError(f"“{name}”打不开，可能没有传完整。请重新压缩再传。") from error


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    # What a Mac adds beside each picture.
    is_shadow = path.name.startswith(".") or "__MACOSX" in path.parts
    return not entry.is_dir() and not is_shadow and path.suffix.lower() in _SUFFIXES


def _read(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    """What the directory says of the size is not believed: no more than a photo is unpacked."""
    is_bomb = entry.file_size > max(entry.compress_size, 1) * _RATIO
    if is_bomb or entry.file_size > LARGEST_FILE:
        raise UserError(f"“{name}”里有解开后特别大的文件，没有收。请只放手机拍的照片。")
    with opened.open(entry) as source:
        raw = source.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise UserError(f"“{name}”里有解开后特别大的文件，没有收。请只放手机拍的照片。")
    return raw


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Windows writes Chinese names in GBK and does not say so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = entry.filename
    return name.replace("\\", "/")
