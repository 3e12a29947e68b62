"""Text, choices and yes or no, as clerks type them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from qianxian_packs._errors import FieldInvalid

LONGEST = 2_000
_TRUE = {"是", "有", "对", "已", "1", "true", "yes", "y", "√", "✓", "✔", "☑"}
_FALSE = {"否", "无", "不", "不是", "没有", "没", "未", "0", "false", "no", "n", "×", "✗", "✘"}
_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"[、,;/\n]")


def clean(raw: Any) -> str:
    """Full-width digits, letters and signs made plain; spaces at the ends dropped.

    Invisible marks go too: a chat program puts them around a number that is copied from it.
    """
    text = unicodedata.normalize("NFKC", str(raw))
    if not text.isprintable():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return text.strip()


def compact(raw: Any) -> str:
    """The same without any spaces, for what is compared as a whole."""
    return _SPACES.sub("", clean(raw))


def as_text(label: str, raw: Any) -> str:
    # A browser sends the line breaks of a text box as two signs.
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST:
        raise FieldInvalid(f"{label}写了 {len(text)} 字，最多 {LONGEST} 字，请写短一些。")
    if not text.isprintable() and any(map(_is_control, text)):
        raise FieldInvalid(f"{label}里有看不见的控制字符，请删掉重写。")
    return text


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t"


def as_boolean(label: str, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = compact(raw).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise FieldInvalid(f"{label}写成了“{raw}”，这里写 是 或 否。")


def as_choice(label: str, raw: Any, choices: Sequence[str]) -> str:
    """The choice that differs from what was typed by spaces and full-width signs at most."""
    if raw in choices:
        return str(raw)
    wanted = compact(raw)
    for choice in choices:
        if compact(choice) == wanted:
            return choice
    raise FieldInvalid(f"{label}没有“{str(raw).strip()}”这一项，请选 {'、'.join(choices)}。")


def as_choices(label: str, raw: Any, choices: Sequence[str]) -> tuple[str, ...]:
    """Several choices, a list or a text with 、 or another sign between them, each once."""
    # A choice may hold such a sign itself, so that a text is tried as one choice first.
    if not isinstance(raw, list | tuple):
        whole = [choice for choice in choices if compact(choice) == compact(raw)]
        raw = whole or [part for part in _BETWEEN.split(clean(raw)) if part.strip()]
    return tuple(dict.fromkeys(as_choice(label, part, choices) for part in raw))
