"""How words sound, so that a slip of the phone's keyboard is still found.

Toneless pinyin of each character by itself. Sounds that many people do not tell apart (zh and z,
n and l, ing and in) are one.
"""

from __future__ import annotations

from functools import lru_cache

_SAME = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@lru_cache(maxsize=20_000)
def syllable(char: str) -> str:
    """The sound of one character; what is not Chinese sounds as itself."""
    if not "一" <= char <= "鿿":
        return char
    # Loaded at the first word, not at every start.
    from pypinyin import Style, pinyin

    return pinyin(char, style=Style.NORMAL, heteronym=False)[0][0]


@lru_cache(maxsize=20_000)
def blurred(char: str) -> str:
    """The sound of one character for people who do not tell zh from z or n from l."""
    sound = syllable(char)
    for one, other in _SAME:
        if sound.startswith(one):
            sound = other + sound[len(one) :]
    for one, other in _ENDINGS:
        if sound.endswith(one):
            sound = sound[: -len(one)] + other
    return "l" + sound[1:] if sound.startswith("n") and len(sound) > 1 else sound


def exact_sound(text: str) -> str:
    return " ".join(map(syllable, text))


def near_sound(text: str) -> str:
    return " ".join(map(blurred, text))
