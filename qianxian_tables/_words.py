"""Words of the genre, and what texts look like when spelling no longer matters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

from qianxian_figures import UnknownUnit, canonical, spellings, unit

NOTHING = frozenset(
    [
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "———",
        "–",
        "―",
        "－",
        "一一",
        "无",
        "無",
        "暂无",
        "没有",
        "无此项",
        "无数据",
        "空",
        "略",
        "不详",
        "N/A",
        "n/a",
        "NA",
        "无。",
        "暂缺",
        "／",
        "○",
        "〇",
        ".",
        "·",
        "…",
    ]
)
_NOT_YET = re.compile(
    r"(?:暂|尚|还)?未.{0,8}|(?:有|尚|等|仍|还)?待.{1,6}|(?:正在|正).{1,8}|在[建办]|.{1,6}中|暂不.{0,6}|没有?.{0,6}"
)
YES = frozenset(["是", "有", "√", "✓", "✔", "☑", "对", "Y", "y", "yes", "ü", "P"])
NO = frozenset(["否", "无", "×", "✗", "✘", "☒", "x", "X", "不是", "没有", "没", "N", "n", "no"])
ERRORS = frozenset(
    ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"]
)

_SUM = re.compile(r"(.{0,14}?)(小计|合计|总计|共计|累计|总数|合\s*计)(?:[(（].*[)）])?[:：]?")
_SIGNATURE = re.compile(
    r"(?:单位|统计|部门)?(?:填表|填报|制表|审核|审批|复核|负责|分管领导|主管领导|主要领导|经办|签字|签名|盖章|"
    r"校对|报送|上报|登记|录入)(?:人|员|单位|部门|时间|日期|领导|签字|签名|盖章|\(.{1,6}\))*[:：].{0,40}"
)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|附注|注意|填报说明|特别说明|附)\d*[:：、.].*", re.DOTALL
)
_SPACES = re.compile(r"\s+")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    import opencc

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def compact(text: str) -> str:
    """Full-width signs made plain, no spaces, no line breaks, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "").lstrip("'`")
    return _compact(text)


@lru_cache(maxsize=50_000)
def _compact(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc"))
    return _SPACES.sub("", plain).lstrip("'‘’`")


@lru_cache(maxsize=50_000)
def key(text: str) -> str:
    """The same in simplified script: two spellings of one word are one key."""
    plain = compact(text)
    return plain if plain.isascii() else _converter().convert(plain)


def is_nothing(text: str) -> bool:
    return text in NOTHING


def is_not_yet(text: str) -> bool:
    """未验收, 待定, 正在核算中: the fact is still to come."""
    return len(text) <= 12 and bool(_NOT_YET.fullmatch(text))


def sum_label(text: str) -> str:
    """subtotal, total or nothing for a text that stands before sums."""
    if not ("计" in text or "总数" in text or "其中" in text):
        return ""
    found = _SUM.fullmatch(compact(text)) if len(text) <= 40 else None
    if not found and compact(text).startswith("其中:"):
        return "subtotal"
    if not found:
        return ""
    before = found[1]
    is_part = found[2] == "小计" or before.endswith(
        ("村", "组", "社区", "居委会", "村委会", "类", "批")
    )
    return "subtotal" if is_part or before.endswith("本页") else "total"


def is_signature(text: str) -> bool:
    return bool(_SIGNATURE.match(compact(text)))


def is_note(text: str) -> bool:
    return bool(_NOTE.match(compact(text))) or len(text) > 40


_MORE_UNITS = frozenset(
    [
        "岁",
        "周岁",
        "年",
        "月",
        "日",
        "个月",
        "季度",
        "人月",
        "亩次",
        "户人",
        "学年",
        "平",
        "丈",
        "尺",
        "公厘",
        "株/亩",
        "丛",
        "周",
        "伏",
        "瓦",
        "W",
        "V",
        "寸",
        "MPa",
        "kPa",
        "kw",
        "mg/L",
        "dB",
        "m3/d",
        "m3/h",
        "m3/s",
        "t/d",
        "m/s",
        "米/秒",
        "立方米/秒",
        "度",
        "KB",
        "MB",
        "GB",
        "分",
        "分值",
        "万",
        "亿",
    ]
)
_SCALES = ["百万", "千万", "十万", "亿", "万", "千", "百"]


@cache
def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: 亩, 万元, 公斤/亩, 元/人·月."""
    plain = compact(text).strip("()[]")
    if not plain or len(plain) > 10:
        return False
    if plain in _all_units() or plain in _MORE_UNITS:
        return True
    for scale in _SCALES:
        if plain.startswith(scale) and plain[len(scale) :] in _all_units():
            return True
    parts = re.split(r"[/·.*每]", plain)
    return len(parts) in (2, 3) and all(part and is_unit(part) for part in parts)


@cache
def _all_units() -> frozenset[str]:
    return frozenset(map(compact, spellings()))


@cache
def scaled(text: str) -> tuple[int, str]:
    """万元 → 10000, 元; 亩 → 1, 亩."""
    plain = compact(text)
    if plain in _all_units():
        return 1, plain
    for scale, factor in (("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("万", 10**4)):
        if plain.startswith(scale):
            return factor, plain[len(scale) :]
    for scale, factor in (("千", 10**3), ("百", 10**2)):
        if plain.startswith(scale) and plain[1:] in ("元", "人", "户", "亩"):
            return factor, plain[1:]
    return 1, plain


@cache
def dimension(text: str) -> str:
    """What a unit measures: money, area, length, mass, ratio, count ... or nothing."""
    _, base = scaled(text)
    if base in ("岁", "周岁"):
        return "count:岁"
    try:
        return unit(base).dimension
    except UnknownUnit:
        pass
    first = re.split(r"[/·.*每]", base)[0]
    return f"per:{canonical(first)}" if first != base else ""
