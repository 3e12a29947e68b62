"""What pydantic finds wrong with a definition, said to its author in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qianxian_packs._errors import PackError
from qianxian_packs._yaml import Source

_SAYS = {
    "missing": "缺这一项，要写上。",
    "extra_forbidden": "没有这样的项，看看是不是写错了字。",
    "string_type": "这里要写文字；数、日期和 yes、no 要加引号。",
    "string_too_short": "这里要写文字，不能空着。",
    "string_too_long": "写得太长。",
    "string_pattern_mismatch": "名字只用小写英文、数字和下划线，以字母开头。",
    "int_type": "这里要写整数，不加引号。",
    "int_from_float": "这里要写整数，不加引号。",
    "bool_type": "这里要写 true 或 false。",
    "decimal_type": "这里要写数。",
    "decimal_parsing": "这里要写数。",
    "finite_number": "这里要写数。",
    "tuple_type": "这里要写成一串，像 [甲, 乙]。",
    "dict_type": "这里要写成 名: 值。",
    "mapping_type": "这里要写成 名: 值。",
    "model_type": "这里要写成 名: 值。",
    "too_short": "少了，至少要写一个。",
    "too_long": "写多了。",
    "greater_than": "数太小。",
    "greater_than_equal": "数太小。",
    "less_than_equal": "数太大。",
}


def told(source: Source, faults: Iterable[Any]) -> Iterator[PackError]:
    """Faults as pydantic gives them → file, line, path and sentence."""
    listed = list(faults)
    for fault in listed:
        within = len(fault["loc"])
        # A list of which every part is wrong counts as empty; its parts say all there is to say.
        is_told = any(
            other["loc"][:within] == fault["loc"] for other in listed if other is not fault
        )
        if fault["type"] != "too_short" or not is_told:
            yield _told(source, fault)


def _told(source: Source, fault: Any) -> PackError:
    path = tuple(part for part in fault["loc"] if part != "[key]")
    if fault["type"] == "literal_error":
        choices = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        says = f"只能写 {choices.replace(', ', '、')}。"
    elif fault["type"] == "value_error":
        says = str(fault["ctx"]["error"])
    else:
        says = _SAYS.get(fault["type"]) or f"写得不对（{fault['msg']}）。"
    return PackError(source.file, source.line_of(path), ".".join(map(str, path)), says)
