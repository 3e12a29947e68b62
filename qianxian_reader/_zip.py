"""Zip files from outside: measured before anything of them is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from lxml import etree

from qianxian_reader._errors import DamagedFile, LockedFile, UnreadableFile
from qianxian_reader._limits import oversized

PARTS = 5_000
# Reports of some hundred pages unpack to some megabytes; pictures are not counted.
UNPACKED_BYTES = 120_000_000
PART_BYTES = 100_000_000
# Small parts (styles, numbering) are held as trees.
TREE_BYTES = 8_000_000
_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    OSError,
    ValueError,
    OverflowError,
)


@contextmanager
def archive(data: bytes, name: str, kind: str) -> Iterator[zipfile.ZipFile]:
    """An office file, open. Whatever goes wrong inside the block becomes a sentence.

    Errors: DamagedFile, LockedFile.
    """
    # Counted before zipfile makes an object of each: a directory of a million is small on disk.
    if data.count(_ENTRY) > PARTS:
        raise oversized(name, f"里面的部件超过{PARTS}个")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            _measure(opened, name)
            yield opened
    except UnreadableFile:
        raise
    except (RuntimeError, NotImplementedError) as error:
        raise LockedFile(
            f"“{name}”有密码或用了少见的压缩方式。请在 Word、Excel 或 WPS 中另存为没有密码的 {kind}，再读一次。"
        ) from error
    except _BROKEN as error:
        raise DamagedFile(
            f"“{name}”打不开：它不是完好的 {kind} 文件。请在 Word、Excel 或 WPS 中打开，另存为 {kind} 后再读一次。"
        ) from error


def _measure(opened: zipfile.ZipFile, name: str) -> None:
    sizes = [one.file_size for one in opened.infolist() if one.filename.endswith((".xml", ".rels"))]
    if sum(sizes) > UNPACKED_BYTES or any(size > PART_BYTES for size in sizes):
        raise oversized(name, "里面的内容展开后太多")


def tree(opened: zipfile.ZipFile, part: str) -> etree._Element | None:
    """A small part as a tree; None where the file does not have it."""
    if part not in opened.NameToInfo:
        return None
    if opened.getinfo(part).file_size > TREE_BYTES:
        raise ValueError(f"{part} is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(opened.read(part), parser)
    # No office program writes a DTD; without one there are no entities.
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"{part} has a DTD")
    return root


class Events(ABC):
    """A parser target: what it needs besides `start` and `end`."""

    @abstractmethod
    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""

    def end(self, tag: str) -> None:
        """A tag closes."""
        return

    def data(self, text: str) -> None:
        """Characters between two tags."""
        return

    def doctype(self, name: str, public: str, system: str) -> None:
        raise ValueError("a DTD inside an office file")

    def close(self) -> None:
        """The end of the part."""
        return


def scan(opened: zipfile.ZipFile, part: str, target: Events) -> None:
    """Read a part of any size through a parser target, some kilobytes at a time."""
    parser = etree.XMLParser(
        # The stubs ask for names of tags that may be bytes; lxml gives str.
        target=cast(Any, target),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    with opened.open(part) as source:
        while chunk := source.read(1 << 16):
            parser.feed(chunk)
    parser.close()
