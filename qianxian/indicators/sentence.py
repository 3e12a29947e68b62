"""The sentence that goes to the clipboard. Who has not reported cannot be left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from qianxian.indicators.printing import plain, printed, printed_figure
from qianxian_figures import Figure, Period, divide, rounded
from qianxian_packs import Indicator


@dataclass(frozen=True, slots=True)
class Said:
    """What the sentence may say. `before` is the same figure a year earlier."""

    indicator: Indicator
    figure: Figure
    period: Period
    place: str
    target: Decimal | None = None
    before: Figure | None = None
    missing: Sequence[str] = ()
    expected: int = 0


def with_unit(figure: Figure) -> str:
    """61户, 81.7%, or the pair 61户203人; — where it is not known."""
    words = printed_figure(figure)
    return words.text if words else "—"


def opening(period: Period, today: date) -> str:
    """截至11月20日 for a running year, 2026年上半年 for a period that is over."""
    if period.start == date(period.end.year, 1, 1) and period.end == today:
        return f"截至{today.month}月{today.day}日"
    return period.label()


def sentence(said: Said, today: date, *, with_target: bool = True, with_before: bool = True) -> str:
    """One sentence to paste. Parts without data are left out, never filled with a zero."""
    figure = said.figure
    if figure.value is None:
        return f"{opening(said.period, today)}，{said.place}{said.indicator.name}还没有数。"
    parts = [
        f"{opening(said.period, today)}，{said.place}{_verb(said.indicator)}"
        f"{said.indicator.name}{with_unit(figure)}"
    ]
    if with_target and said.target:
        parts.append(
            f"占年度任务{plain(said.target)}{figure.unit}的{_share(figure.value, said.target)}"
        )
    if with_before and said.before is not None and said.before.value:
        parts.append(_growth(figure.value, said.before.value, figure.unit))
    text = "，".join(parts)
    if said.expected:
        text += f"；{_told(said)}"
    return text + "。"


def _verb(indicator: Indicator) -> str:
    return "完成" if indicator.kind == "flow" and indicator.target == "allowed" else ""


def _share(value: Decimal, whole: Decimal) -> str:
    quotient = divide(value, whole, per=Decimal(100))
    return "—" if quotient is None else f"{plain(rounded(quotient, 1))}%"


def _growth(value: Decimal, before: Decimal, unit: str) -> str:
    gap = value - before
    if not gap:
        return "与去年同期持平"
    if unit == "%":
        return f"比去年同期{'提高' if gap > 0 else '下降'}{plain(rounded(abs(gap), 1))}个百分点"
    word, way = ("增加", "增长") if gap > 0 else ("减少", "下降")
    return f"比去年同期{word}{printed(abs(gap), unit).text}、{way}{_share(abs(gap), before)}"


def _told(said: Said) -> str:
    heard = said.expected - len(said.missing)
    if not said.missing:
        return f"{heard}/{said.expected}村已报齐"
    return f"{heard}/{said.expected}村已报齐，{'、'.join(said.missing)}未报齐"
