"""The container of old Office files: sectors chained by a table, streams with names."""

from __future__ import annotations

import struct

_FREE = 0xFFFF_FFFA  # this and above end a chain
_SMALL = 4096  # shorter streams lie in the sectors of another stream


def stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream with one of the names, or nothing.

    Errors: ValueError where the container is broken.
    """
    try:
        return _Compound(data).stream(names)
    except (struct.error, IndexError) as error:
        raise ValueError("a broken container") from error


class _Compound:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self._small_size = 1 << min(struct.unpack_from("<H", data, 32)[0], 16)
        (first_directory,) = struct.unpack_from("<I", data, 48)
        (first_small,) = struct.unpack_from("<I", data, 60)
        table = self._table()
        self._next = [n for sector in table for n in self._numbers(sector)]
        self._directory = self._chain(first_directory)
        small = self._chain(first_small) if first_small < _FREE else b""
        self._small_next = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])

    def _table(self) -> list[int]:
        """Sectors of the table: 109 in the header, the rest in a chain of their own."""
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        more, count = struct.unpack_from("<2I", self._data, 68)
        for _ in range(min(count, len(self._data) // self._size)):
            if more >= _FREE:
                break
            numbers = self._numbers(more)
            sectors += numbers[:-1]
            more = numbers[-1]
        return [sector for sector in sectors if sector < _FREE]

    def _numbers(self, sector: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{self._size // 4}I", self._data, (sector + 1) * self._size)

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        seen: set[int] = set()
        while sector < _FREE and sector not in seen:
            seen.add(sector)
            start = (sector + 1) * self._size
            parts.append(self._data[start : start + self._size])
            sector = self._next[sector]
        return b"".join(parts)

    def stream(self, names: tuple[str, ...]) -> bytes:
        root = self._directory[:128]
        for start in range(0, len(self._directory) - 127, 128):
            entry = self._directory[start : start + 128]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if name in names:
                return self._content(entry, root)
        return b""

    def _content(self, entry: bytes, root: bytes) -> bytes:
        sector, size = struct.unpack_from("<2I", entry, 116)
        if size >= _SMALL:
            return self._chain(sector)[:size]
        small = self._chain(struct.unpack_from("<I", root, 116)[0])
        parts: list[bytes] = []
        seen: set[int] = set()
        while sector < _FREE and sector not in seen:
            seen.add(sector)
            parts.append(small[sector * self._small_size : (sector + 1) * self._small_size])
            sector = self._small_next[sector]
        return b"".join(parts)[:size]
