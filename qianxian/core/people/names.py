"""What a Chinese name is typed as: initials to find a person by, a user name to sign in with."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Surnames that are read otherwise than the same character in a word.
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "朴": "piao",
    "盖": "ge",
    "翟": "zhai",
    "尉": "wei",
    "召": "shao",
    "燕": "yan",
    "宁": "ning",
}
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯")


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """王秀英 → wxy."""
    surname, given = _split(name)
    return (_spelt(surname)[:1] + "".join(lazy_pinyin(given, style=Style.FIRST_LETTER))).lower()


def username_for(name: str, taken: Container[str]) -> str:
    """王秀英 → wangxy; wangxy2 where somebody signs in by that already. Empty for no name."""
    surname, given = _split("".join(name.split()))
    letters = "".join(lazy_pinyin(given, style=Style.FIRST_LETTER))
    base = "".join(sign for sign in f"{_spelt(surname)}{letters}".lower() if sign.isascii())
    found, number = base, 1
    while base and found in taken:
        number += 1
        found = f"{base}{number}"
    return found


def is_found(name: str, words: str) -> bool:
    """Whether what was typed is a part of the name or of its initials."""
    words = words.strip().lower()
    return words in name.lower() or (words.isascii() and words in initials(name))


def _split(name: str) -> tuple[str, str]:
    length = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
    return name[:length], name[length:]


def _spelt(surname: str) -> str:
    return _SURNAMES.get(surname) or "".join(lazy_pinyin(surname))
