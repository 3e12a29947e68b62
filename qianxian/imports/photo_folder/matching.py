"""Which entry a photo belongs to, by the words of its file's name and of its folders.

A number of the entry or of its subject counts first, then a name; places tell those apart that
have the same name. Nothing is picked where two things fit. As everywhere, a ledger that is not
found by a name (`find_by`) is not found by one here either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from qianxian.core.models import User
from qianxian.core.permissions import Permission
from qianxian.ledgers.models import Entry
from qianxian.ledgers.search import full_name
from qianxian_packs import Ledger

_WORDS = re.compile(r"[0-9A-Za-z]+(?:[-_][0-9A-Za-z]+)*|[\u3400-\u9fff]+")
_DIGITS = re.compile(r"\d{3,}")
# What a camera or a telephone calls its pictures says nothing of what is on them.
_CAMERA = re.compile(r"^(img|dsc|dscn|mmexport|wx_camera|微信图片|photo|pxl|screenshot|图片)", re.I)
_MOST = 6


@dataclass(frozen=True, slots=True)
class Option:
    """An entry that a photo may belong to, and what says so."""

    entry: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """Sure: one option and no other. Several: a person picks. None: a person looks."""

    options: tuple[Option, ...] = ()
    is_sure: bool = False


class Matcher:
    """The entries of a ledger that a person may change, by what they are called."""

    def __init__(self, ledger: Ledger, township_path: str, user: User, on: date) -> None:
        rows = Entry.objects.visible_to(user, on, Permission.ENTRY_EDIT).present()
        rows = rows.filter(ledger=ledger.id, place__path__startswith=township_path)
        self._numbers: dict[str, list[Entry]] = {}
        self._names: dict[str, list[Entry]] = {}
        self._by_name = "name" in ledger.find_by
        # A number of a matter is that of its subject, which may be found where the register may.
        for entry in rows.select_related("place__parent", "subject").iterator(chunk_size=2000):
            for word in set(_words(f"{entry.title} {entry.subject or ''}")):
                is_number = any(letter.isdigit() for letter in word)
                known = self._numbers if is_number else self._names
                known.setdefault(word, []).append(entry)

    def match(self, name: str) -> Match:
        """The entries that the path of a file may mean."""
        path = PurePosixPath(_plain(name))
        stem = re.sub(r"[(（_ -]*\d{1,2}[)）]?$", "", path.stem) or path.stem
        whole = " ".join([*path.parts[:-1], path.stem])
        found = self._by_numbers(whole, path.stem)
        if not found and self._by_name:
            found = self._by_names(" ".join([*path.parts[:-1], stem]))
        entries = {entry.pk: (entry, why) for entry, why in found}
        kept = _nearest(list(entries.values()), whole)
        options = tuple(
            Option(entry.pk.hex, f"{entry.title}（{full_name(entry.place)}）", why)
            for entry, why in kept[:_MOST]
        )
        return Match(options, is_sure=len(kept) == 1)

    def _by_numbers(self, whole: str, stem: str) -> list[tuple[Entry, str]]:
        words = set(_words(whole))
        if not _CAMERA.match(stem):
            words |= set(_DIGITS.findall(whole))
        return [
            (entry, f"编号 {word}")
            for word in sorted(words, key=len, reverse=True)
            for entry in self._numbers.get(word, ())
        ]

    def _by_names(self, whole: str) -> list[tuple[Entry, str]]:
        runs = [word for word in _words(whole) if not any(sign.isdigit() for sign in word)]
        parts = {
            run[start:end]
            for run in runs
            for start in range(len(run))
            for end in range(start + 2, len(run) + 1)
        }
        return [
            (entry, f"名称 {part}")
            for part in sorted(parts, key=len, reverse=True)
            for entry in self._names.get(part, ())
        ]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _words(text: str) -> list[str]:
    return _WORDS.findall(_plain(text))


def _nearest(found: list[tuple[Entry, str]], whole: str) -> list[tuple[Entry, str]]:
    """Where several fit, those whose village and group stand in the path, if any do."""
    if len(found) < 2:
        return found

    def places(entry: Entry) -> Iterable[str]:
        parent = entry.place.parent
        return (_plain(entry.place.name), _plain(parent.name) if parent else "")

    counted = [(sum(bool(n) and n in whole for n in places(e)), e, why) for e, why in found]
    most = max(count for count, _entry, _why in counted)
    return [(entry, why) for count, entry, why in counted if count == most]
