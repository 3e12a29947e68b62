"""The one table of units: how each is written, what it measures, how it converts.

A unit that counts things (户, 座, 起 ...) is a dimension of its own: 户 never adds to 人.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from qianxian_figures._errors import UnitMismatch, UnknownUnit


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` turns a value into the dimension's base unit."""

    name: str
    dimension: str
    factor: Fraction
    spellings: tuple[str, ...]


# Name, dimension, factor to the base of the dimension, other spellings. A unit that reports write
# in letters as well as in Chinese keeps both names, so that a figure shows what its text shows.
_MEASURED: tuple[tuple[str, str, str, str], ...] = (
    ("平方米", "area", "1", "㎡ m² m2 平米 平方"),
    ("平方公里", "area", "1000000", "km² km2 平方千米"),
    ("公顷", "area", "10000", "hm²"),
    ("亩", "area", "10000/15", "市亩"),
    ("公里", "length", "1000", "千米 km KM Km"),
    ("米", "length", "1", "m 延米 延长米"),
    ("厘米", "length", "0.01", ""),
    ("cm", "length", "0.01", ""),
    ("毫米", "length", "0.001", ""),
    ("mm", "length", "0.001", ""),
    ("里", "length", "500", "华里 市里"),
    ("海里", "length", "1852", ""),
    ("吨", "mass", "1000", "t 公吨"),
    ("公斤", "mass", "1", "千克 kg KG Kg"),
    ("斤", "mass", "0.5", "市斤"),
    ("克", "mass", "0.001", "g"),
    ("担", "mass", "50", "市担"),
    ("立方米", "volume", "1", "m³ m3 立方 方"),
    ("升", "volume", "0.001", "L"),
    ("毫升", "volume", "0.000001", "ml"),
    ("元", "money", "1", "块钱 元人民币 人民币"),
    ("美元", "money_usd", "1", "美金"),
    ("欧元", "money_eur", "1", ""),
    ("港元", "money_hkd", "1", "港币"),
    ("%", "ratio", "1", "％ ﹪"),
    ("‰", "ratio", "0.1", ""),
    ("百分点", "points", "1", "个百分点"),
    ("千分点", "points", "0.1", "个千分点"),
    ("倍", "times", "1", ""),
    ("天", "days", "1", "日历天"),
    ("工作日", "working_days", "1", "个工作日"),
    ("小时", "hours", "1", "个小时 课时 学时"),
    ("分钟", "hours", "1/60", ""),
    ("千瓦", "power", "1", ""),
    ("kW", "power", "1", "KW"),
    ("兆瓦", "power", "1000", ""),
    ("MW", "power", "1000", ""),
    ("GW", "power", "1000000", "吉瓦"),
    ("千瓦时", "energy", "1", "度电"),
    ("度", "energy", "1", ""),  # of electricity, as it is mostly written
    ("kWh", "energy", "1", ""),
    ("MWh", "energy", "1000", ""),
    ("GWh", "energy", "1000000", ""),
    ("Eflops", "computing", "1", "EFLOPS EFlops"),
    ("Pflops", "computing", "0.001", "PFLOPS PFlops"),
    ("千伏安", "capacity", "1", "kVA KVA"),
    ("千伏", "voltage", "1", "kV KV"),
    ("℃", "temperature", "1", "°C 摄氏度"),
    ("蒸吨", "steam", "1", ""),
    ("吨标准煤", "coal", "1", "吨标煤"),
    ("微克/立方米", "density", "1", "μg/m³ ug/m3 微克每立方米"),
)

# Counted things, a bar between them. The first word is the name; the others say the same count.
_COUNTED = """
户 户籍户|人 名 口人|人次 人（次） 人(次) 人/次|剂次|户次 户（次） 户(次)|家次 家（次） 家(次)|台次|辆次 辆（次） 辆(次)|件次 件（次） 件(次)|艘次|头次|只次|道次|车次|班次|批次|亩次|场次|次|趟|轮|遍
个 個|处|座|起|件|例|宗|场|台 台（套） 台(套) 台套|套|辆 辆（台）|艘|架|架次|列|只 只（羽） 只(羽)|头 头（只） 头(只) 头只
羽|匹|尾|条|支|根|杆|棵|株|家|所|间|栋 幢|孔|口|眼|盏|块|片|张|份|封|册|本|篇|期|幅|面|副|把|双|顶|床|箱|棚|袋|瓶|桶|盒|包|捆|车|船
项|款|种|类|门|班|组|队|支队伍|对|批|笔|单|票|卡|股|道|穴|冢|村|乡|镇|县|席|桌|枚|粒|颗|节|位|则|榀|跨|桩|标箱|标准箱|航班|班列
个台区 台区|个班|人天 人日|工日 个工日|工时 个工时|台班 个台班|部|剂|针|尊|扇|卷|铺|例次|条次|期次|篇次|车位|床位|学位|席位
"""


@cache
def units() -> tuple[Unit, ...]:
    """The whole table."""
    measured = [
        Unit(name, dimension, Fraction(factor), (name, *others.split()))
        for name, dimension, factor, others in _MEASURED
    ]
    groups = [group.split() for group in _COUNTED.replace("\n", "|").split("|")]
    counted = [Unit(g[0], f"count:{g[0]}", Fraction(1), tuple(g)) for g in groups if g]
    return (*measured, *counted)


@cache
def _by_spelling() -> dict[str, Unit]:
    return {spelling: unit for unit in units() for spelling in unit.spellings}


def spellings() -> list[str]:
    """Every way a unit is written, the longest first, as a pattern must try them."""
    return sorted(_by_spelling(), key=len, reverse=True)


def unit(text: str) -> Unit:
    """The unit that is written so. A price (元/吨) is a unit of its own.

    Errors: UnknownUnit.
    """
    found = _by_spelling().get(text.strip())
    if found:
        return found
    money, slash, per = text.strip().partition("/")
    if slash and per in _by_spelling():
        name = f"{unit(money).name}/{unit(per).name}"
        return Unit(name, f"per:{name}", Fraction(1), (text,))
    raise UnknownUnit(f"not in the unit table: {text!r}")


def canonical(text: str) -> str:
    """The one name of a unit: 平米 and ㎡ are 平方米. An unknown word is returned as it is."""
    try:
        return unit(text).name
    except UnknownUnit:
        return text.strip()


def is_count(text: str) -> bool:
    """Whether a unit counts things (户, 座) rather than measures them. An unknown word counts."""
    return _by_spelling()[text].dimension.startswith("count:") if text in _by_spelling() else True


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """The same quantity in another unit.

    Errors: UnknownUnit; UnitMismatch where the two measure different things.
    """
    one, other = unit(source), unit(target)
    if one.dimension != other.dimension:
        raise UnitMismatch(f"{source} measures {one.dimension}, {target} {other.dimension}")
    factor = one.factor / other.factor
    return value * factor.numerator / factor.denominator


def is_comparable(one: str, other: str) -> bool:
    """Whether two units measure the same thing; an unknown unit compares only with itself."""
    if canonical(one) == canonical(other):
        return True
    try:
        return unit(one).dimension == unit(other).dimension
    except UnknownUnit:
        return False
