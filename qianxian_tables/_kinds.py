"""What a column holds, told by its header and by the values that stand in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qianxian_tables._book import Value
from qianxian_tables._dates import day
from qianxian_tables._headings import Heading
from qianxian_tables._lines import is_serial
from qianxian_tables._numbers import amount
from qianxian_tables._places import Places
from qianxian_tables._words import (
    ERRORS,
    NO,
    YES,
    compact,
    dimension,
    is_not_yet,
    is_nothing,
    key,
    scaled,
)

SEPARATORS = re.compile(r"[、,，;；/|\n+]|\s{2,}")
_SAMPLE = 2_000
_ID = re.compile(r"\d{17}[\dXx]|\d{15}")
_PHONE = re.compile(r"(?:\+?86-?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}")
_FREE = re.compile(
    r"备注|说明|姓名|当事人|申请人|简述|概述|描述|诉求|事由|户主$|名字|联系人|负责人|责任人|问题$|内容$|简介|地址|编号|编码|文号|证号|号码|户号|单号|批次|名单|代码"
)
_VILLAGE = re.compile(
    r"^(?:所在|所属|行政|填报)?村(?:名|\(社区\)|名称|居|委会|\(居\)|别|社区)?$|行政村|村\(|所属村|所在村|村名"
)
_GROUPED = re.compile(r"^(?:村民)?(?:小组|组别|组)(?:名|号)?$")
_MONEY = re.compile(r"金额|资金|补贴|补助|奖补|收入|投资|经费|费用?$|款$|价格?|工资|造价|产值|报酬")
_PERCENT = re.compile(r"率$|比例|占比|百分比|比重")
_COUNTED = re.compile(r"(?:数|人口|数量|个数|年龄|人次)$")
_CODES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id_card", re.compile(r"身份证|身份号码|证件号|公民身份")),
    ("credit_code", re.compile(r"信用代码")),
    ("bank_card", re.compile(r"银行卡|银行[账帐]号|卡号|一卡通|[账帐]号|存折|银行卡号|[账帐]户号")),
    ("phone", re.compile(r"电话|手机|联系方式|号码$")),
)
# A header that says nothing else: what stands below is a telephone, though many be mistyped.
_PHONE_NAMED = re.compile(r"(?:电话|手机)(?:号码?)?$")
_ORDINAL = re.compile(
    r"第?\d+(?:组|号|期|批|村|队|社)|第?[\d一二三四五六七八九十]{1,3}(?:类|级|等|档|年级|批次|轮)"
)
_DATED = re.compile(r"日期|时间|年月|月份$|日$")


@dataclass(frozen=True, slots=True)
class Kind:
    """A field type, with its choices. `is_closed`: the file itself gives the list."""

    type: str
    choices: tuple[str, ...] = ()
    is_closed: bool = False
    has_unit: bool = False


class Seen:
    """The values of a column, each with how often it stands there; nothing-words left out."""

    def __init__(self, values: Mapping[Value, int]) -> None:
        known: Counter[Value] = Counter()
        for value, count in values.items():
            if not _says_nothing(value):
                known[value] += count
        self.all = known
        self.sample = dict(known.most_common(_SAMPLE))
        self.total = sum(self.sample.values())

    def share(self, test: Callable[[Value], bool]) -> float:
        """How much of the column passes a test; 0 for an empty column."""
        if not self.total:
            return 0.0
        return sum(n for value, n in self.sample.items() if test(value)) / self.total

    def texts(self) -> Iterable[tuple[str, int]]:
        return ((str(value), n) for value, n in self.all.items())


def _says_nothing(value: Value) -> bool:
    if not isinstance(value, str):
        return value is None
    text = compact(value)
    return not text or text in ERRORS or (is_nothing(text) and text not in YES | NO)


def kind_of(
    heading: Heading,
    values: Mapping[Value, int],
    listed: tuple[str, ...],
    places: Places,
    *,
    is_percent: bool = False,
) -> Kind:
    """The type of a column. `listed` is the drop-down list that the file gives."""
    seen = Seen(values)
    name = compact(heading.last)
    if is_serial(heading.last) and seen.share(_is_small_number) >= 0.5:
        return Kind("integer")
    if counts_rows(heading, values):
        return Kind("integer")
    if _GROUPED.match(name):
        return Kind("text")
    for find in (_code, _dated, _listed, _yes_or_no, _place):
        if kind := find(name, seen, listed, places):
            return kind
    return (
        _number(name, heading, seen, is_percent=is_percent)
        or _choice(heading, name, seen)
        or Kind("text")
    )


def counts_rows(heading: Heading, values: Mapping[Value, int]) -> bool:
    """Whether 编号 is a mere row number here: 1, 2, 3 and so on, nearly each of them once."""
    if compact(heading.last) not in ("编号", "序次", "排序") or not values:
        return False
    numbers = {int(compact(str(v))) for v in values if _is_small_number(v)}
    return len(numbers) >= 0.9 * len(values) and max(numbers, default=0) <= 1.5 * len(values) + 5


def _is_small_number(value: Value) -> bool:
    if isinstance(value, str):
        # Digits in a ring are digits, and no number.
        return compact(value).isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


def _digits(value: Value) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value))
    return re.sub(r"\s", "", compact(str(value)))


def _code(name: str, seen: Seen, _: tuple[str, ...], __: Places) -> Kind | None:
    for kind, pattern in _CODES:
        if not pattern.search(name):
            continue
        if kind == "phone" and name.endswith("号码") and seen.share(_is_phone) < 0.5:
            continue
        is_said = bool(_PHONE_NAMED.search(name))
        if kind == "phone" and not is_said and seen.total and seen.share(_is_phone) < 0.3:
            continue
        if not seen.total or seen.share(_has_digits) >= 0.5:
            return Kind(kind)
    if seen.total >= 3 and seen.share(lambda v: bool(_ID.fullmatch(_digits(v)))) >= 0.7:
        return Kind("id_card")
    if seen.total >= 3 and seen.share(_is_phone) >= 0.7:
        return Kind("phone")
    return None


def _is_phone(value: Value) -> bool:
    return bool(_PHONE.fullmatch(_digits(value)))


def _has_digits(value: Value) -> bool:
    return sum(sign.isdigit() for sign in _digits(value)) >= 6


def _dated(name: str, seen: Seen, _: tuple[str, ...], __: Places) -> Kind | None:
    is_named = bool(_DATED.search(name))
    if is_named and (not seen.total or seen.share(_is_day) >= 0.5):
        return Kind("date")
    if is_named and seen.share(lambda v: isinstance(v, str) and is_not_yet(compact(v))) >= 0.5:
        return Kind("date")
    full = seen.share(_is_full_day)
    # Among days that are written out, 45632 and 20240315 are days too.
    return Kind("date") if full >= 0.6 or (full >= 0.3 and seen.share(_is_day) >= 0.8) else None


def _is_day(value: Value) -> bool:
    if isinstance(value, str) and is_not_yet(compact(value)):
        return True
    return day(value, 2000) is not None or bool(
        isinstance(value, str) and re.fullmatch(r"[\d./年月日-]{6,}", compact(value))
    )


def _is_full_day(value: Value) -> bool:
    """Without a header that says so, a bare number is no date."""
    if isinstance(value, int | float):
        return False
    if isinstance(value, date):
        return True
    text = compact(str(value))
    if re.fullmatch(r"\d{1,2}月\d{1,2}[日号]", text):
        return True
    return bool(re.search(r"[-./年月]", text)) and len(text) >= 8 and day(text) is not None


def _listed(name: str, seen: Seen, listed: tuple[str, ...], _: Places) -> Kind | None:
    if not listed:
        return None
    keys = {key(choice) for choice in listed}
    if keys <= YES | NO:
        return Kind("boolean")
    has_several = seen.share(
        lambda v: len(parts := parts_of(str(v))) > 1 and all(key(part) in keys for part in parts)
    )
    several = has_several > 0 or "多选" in name
    return Kind("multichoice" if several else "choice", listed, is_closed=True)


def parts_of(text: str) -> list[str]:
    return [part.strip() for part in SEPARATORS.split(text) if part.strip()]


def _yes_or_no(name: str, seen: Seen, _: tuple[str, ...], __: Places) -> Kind | None:
    words = [compact(str(value)) for value in seen.sample]
    asks = name.startswith(("是否", "有无")) or "是否" in name
    if asks and not words:
        return Kind("boolean")
    told = seen.share(lambda v: isinstance(v, bool) or compact(str(v)) in YES | NO)
    strong = any(word in YES and not word.isascii() for word in words) or any(
        isinstance(value, bool) for value in seen.sample
    )
    strong = strong or bool({"否", "×", "不是"} & set(words))
    return Kind("boolean") if told >= (0.6 if asks else 0.9) and (strong or asks) else None


def _place(name: str, seen: Seen, _: tuple[str, ...], places: Places) -> Kind | None:
    known = seen.share(lambda v: isinstance(v, str) and bool(places.find(v).villages))
    is_named = bool(_VILLAGE.search(name))
    if known >= (0.3 if is_named else 0.6):
        return Kind("place")
    return Kind("place") if is_named and (not seen.total or not places.villages) else None


def _number(name: str, heading: Heading, seen: Seen, *, is_percent: bool) -> Kind | None:
    unit = heading.unit
    if re.search(r"编号|编码|号码|证号|文号|户号|代码|单号|批次|备注", name) or _is_ordinal(seen):
        return None
    share = seen.share(_is_number)
    if seen.total and (share < (0.5 if unit else 0.7) or not any(map(_is_amount, seen.sample))):
        return None
    if not seen.total and not unit and not _MONEY.search(name) and not _COUNTED.search(name):
        return None
    if is_percent:
        return Kind("percent", has_unit=unit is not None)
    if unit:
        return Kind(_by_unit(unit, name, seen), has_unit=True)
    return Kind(_by_cells(name, seen))


def _is_ordinal(seen: Seen) -> bool:
    """4组, 三类, 第2批 name groups, classes and turns; they count nothing."""
    return seen.share(lambda v: bool(_ORDINAL.fullmatch(compact(str(v))))) > 0.5


def _is_amount(value: Value) -> bool:
    if isinstance(value, int | float):
        return not isinstance(value, bool)
    return isinstance(value, str) and amount(value) is not None


def _is_number(value: Value) -> bool:
    """A number, or a word such as 正在核算 where one is still to come."""
    return _is_amount(value) or (isinstance(value, str) and is_not_yet(compact(value)))


_BY_DIMENSION = {"money": "money", "area": "area", "length": "length", "mass": "mass"}


def _by_unit(unit: str, name: str, seen: Seen) -> str:
    kind = dimension(unit)
    if kind.startswith("per:元"):
        return "money"
    if kind == "ratio" and scaled(unit)[1] in ("%", "％"):
        return "percent"
    if kind in _BY_DIMENSION:
        return _BY_DIMENSION[kind]
    is_count = kind.startswith("count:") or kind in ("days", "working_days", "") or "年" in unit
    return "integer" if is_count and seen.share(_is_fraction) == 0 else "number"


def _by_cells(name: str, seen: Seen) -> str:
    """Without a unit in the header, what the header counts and what the cells themselves name."""
    if _PERCENT.search(name) and not re.search(r"容积率", name):
        return "percent"
    units = Counter(
        dimension(found.unit)
        for value in seen.sample
        if isinstance(value, str) and (found := amount(value)) and found.unit
    )
    if "money" in units or _MONEY.search(name):
        return "money"
    if "area" in units or name.endswith("面积"):
        return "area"
    if units and (kind := _BY_DIMENSION.get(units.most_common(1)[0][0])):
        return kind
    return "integer" if seen.share(_is_fraction) == 0 else "number"


def _is_fraction(value: Value) -> bool:
    if isinstance(value, float):
        return not value.is_integer()
    found = amount(value) if isinstance(value, str) else None
    return found is not None and found.value != found.value.to_integral_value()


def _choice(heading: Heading, name: str, seen: Seen) -> Kind | None:
    """Few short words that come again and again."""
    if _FREE.search(name) and not re.search(r"类|种", name):
        return None
    words: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = {}
    several, total = 0, 0
    for text, count in seen.texts():
        if is_nothing(compact(text)):
            continue
        parts = parts_of(text)
        several += count * (len(parts) > 1)
        total += count
        for part in parts:
            words[key(part)] += count
            spelled.setdefault(key(part), Counter())[re.sub(r"\s+", "", part)] += count
    if not _are_choices(words, total, is_multiple="多选" in heading.name):
        return None
    if _is_prose([str(value) for value in seen.sample]):
        return None
    choices = tuple(_spelling(forms) for forms in spelled.values())
    is_multiple = "多选" in heading.name or several >= max(2, 0.1 * total)
    return Kind("multichoice" if is_multiple else "choice", choices)


def _is_prose(texts: Sequence[str]) -> bool:
    """Sentences, or clauses between commas that never stand in another text: no list of words."""
    if any("。" in text for text in texts):
        return True
    counts = Counter(key(part) for text in texts for part in parts_of(text))
    clauses = (parts_of(text) for text in texts if re.search(r"[，,；;]", text))
    return any(
        max(map(len, parts), default=0) > 6 and all(counts[key(part)] == 1 for part in parts)
        for parts in clauses
        if len(parts) > 1
    )


def _are_choices(words: Counter[str], total: int, *, is_multiple: bool) -> bool:
    if not words or total < 4 or max(map(len, words)) > 14:
        return False
    most = 3 if total < 12 else 5 if total < 24 else 20
    repeated = sum(count for count in words.values() if count > 1) / sum(words.values())
    enough = total / len(words) >= (2 if total < 60 else 3)
    return len(words) <= most and repeated >= 0.8 and (enough or is_multiple)


def _spelling(forms: Counter[str]) -> str:
    """Of several spellings the plain simplified one, else the most frequent one."""
    return max(forms, key=lambda form: (key(form) == form, forms[form]))
