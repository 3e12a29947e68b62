"""Faults in sentences and lines that are added to a report, made up in the manner of such reports."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from qianxian_figures import Bound, Kind, Status
from qianxian_reader import ReportKind, Role
from tests.long.planting import Page, Plant

_RATES = (
    "受理群众诉求{all}件，办结{done}件，办结率{rate}%。",
    "今年计划改厕{all}户，已完成{done}户，完成率{rate}%。",
    "共排查隐患{all}处，整改到位{done}处，整改率达到{rate}%。",
    "应参保{all}人，已参保{done}人，参保率{rate}%。",
    "计划{all}户，完成{done}户，占任务的{rate}%。",
    "接到来信来访{all}起，已办理{done}起，办理率为{rate}%。",
    "应接种老年人{all}人，完成接种{done}人，接种率{rate}%。",
    "抽检食品{all}批次，合格{done}批次，合格率{rate}%。",
    "应到党员{all}名，实到{done}名，到会率{rate}%。",
    "计划整治塘坝{all}座，已完成{done}座，完成计划的{rate}%。",
)
_PRODUCTS = (
    "全年为{count}户落实政策，每户补助{each}元，共计{sum}元。",
    "全年为{count}人落实政策，每人发放慰问金{each}元，共计{sum}元。",
    "全年为{count}亩落实政策，每亩补贴{each}元，共计{sum}元。",
    "对{count}户每户补助{each}元，合计发放{ten}万元。",
    "对{count}人每人发放慰问金{each}元，合计发放{ten}万元。",
    "慰问老党员{count}名，每名{each}元，总计{sum}元。",
    "按每亩{each}元的标准，补贴水稻{count}亩，共补贴{sum}元。",
    "为{count}户困难群众每户发放救助金{each}元，共发放救助资金{ten}万元。",
)
_GROWTHS = (
    "{thing}由去年的{before}{unit}增加到{now}{unit}，增长{rate}%。",
    "{thing}从{before}{unit}提高到{now}{unit}，增幅{rate}%。",
    "{thing}达到{now}{unit}，去年同期{before}{unit}，同比增长{rate}%。",
)
_CONSTANT = re.compile("生产总值|增加值|产值|GDP|收入")
_FURNITURE = (
    "【字体：大 中 小】",
    "扫一扫在手机打开当前页",
    "上一篇：关于召开春耕生产会议的通知",
    "责任编辑：王某某 来源：政府办",
    "点击数：1206 发布时间：2024-01-12 10:22",
    "打印本页 关闭窗口",
    "分享到：微信 微博 QQ空间",
    "版权所有：某某县人民政府 备案号：某ICP备00000000号",
    "【打印】【关闭】",
    "您现在的位置：首页 > 政务公开 > 工作报告",
    "浏览次数：562次",
    "作者：办公室 审核：李某 发布时间：2024-03-01",
    "文章来源：县政府网",
    "返回顶部",
)
_PRIVATE = (
    "联系人李某，电话13873012345。",
    "身份证号430681198805124519。",
    "账号6222021912003456789。",
    "补贴打入一卡通（卡号6217 0012 3456 7890 123）。",
    "有问题请找王某，手机139 0730 1234。",
)
_STALE = (
    "截至{year}年9月底，完成投资32.5万元。",
    "截止10月底，已发放补贴86万元。",
    "预计年底前全部完工。",
    "1—9月，完成投资320万元。",
    "道路硬化工程计划于11月底前完工。",
)
_TRIES = 6


def rate(page: Page, rng: random.Random) -> Iterator[Plant]:
    """A rate that its own two numbers do not give."""
    for _ in range(_TRIES):
        everything = rng.randint(60, 400)
        done = rng.randint(20, everything - 5)
        wrong = done / everything * 100 + rng.choice((-9, 7, 12))
        if 1 <= wrong <= 99:
            sentence = rng.choice(_RATES).format(all=everything, done=done, rate=f"{wrong:.1f}")
            yield from _somewhere(page, rng, sentence)


def product(page: Page, rng: random.Random) -> Iterator[Plant]:
    for _ in range(_TRIES):
        count, each = rng.randint(80, 900), rng.choice((50, 100, 120, 300, 600))
        wrong = count * each * rng.choice((1.3, 0.6, 10))
        sentence = rng.choice(_PRODUCTS).format(
            count=count, each=each, sum=f"{wrong:.0f}", ten=f"{wrong / 10000:.2f}"
        )
        yield from _somewhere(page, rng, sentence)


def growth(page: Page, rng: random.Random) -> Iterator[Plant]:
    """From one value to another, with a growth that is eleven points short.

    Only of numbers written to two digits at least and exactly: 5万 may be anything from 4.5 to 5.5.
    And not of output and income, whose growth is reckoned in constant prices.
    """
    for one in page.document.figures:
        number = one.span.text.rstrip("万亿元吨亩人次")
        digits = number.replace(".", "").strip("0")
        is_level = one.figure.kind is Kind.LEVEL and one.figure.status is Status.ACTUAL
        is_plain = number.replace(".", "").isdigit() and len(digits) > 2
        is_exact = one.figure.bound is Bound.EXACT and one.part_of is None
        is_named = one.unit in ("元", "吨", "亩", "人次") and len(one.measure) < 14
        is_named = is_named and not _CONSTANT.search(one.measure)
        if not (is_level and is_plain and is_exact and is_named and one.value > 100):
            continue
        said = rng.choice((8.5, 12.3, 20.1))
        unit = one.span.text.removeprefix(number)
        before = float(number) / (1 + (said + 11) / 100)
        sentence = rng.choice(_GROWTHS).format(
            thing=one.measure, before=f"{before:.2f}", now=number, unit=unit, rate=said
        )
        yield page.with_sentence(one.span.line, sentence)


def furniture(page: Page, rng: random.Random) -> Iterator[Plant]:
    for line in _FURNITURE:
        for number in rng.sample(page.long_lines(60), k=bool(page.long_lines(60))):
            yield page.with_line_after(number, line)


def privacy(page: Page, rng: random.Random) -> Iterator[Plant]:
    for sentence in _PRIVATE:
        yield from _somewhere(page, rng, sentence)


def stale(page: Page, rng: random.Random) -> Iterator[Plant]:
    """A day in autumn in the part on work done of a report on the whole year.

    Not in the plan: there 预计年底前完工 is what it should be.
    """
    document = page.document
    if document.kind is not ReportKind.ANNUAL or document.year is None:
        return
    done = [
        number
        for number in page.long_lines()
        if [one.role for one in document.sections if one.first <= number <= one.last][-1]
        is Role.DONE
    ]
    for sentence in _STALE:
        for number in rng.sample(done, k=bool(done)):
            yield page.with_sentence(number, sentence.format(year=document.year))


def _somewhere(page: Page, rng: random.Random, sentence: str) -> Iterator[Plant]:
    for number in rng.sample(page.long_lines(), k=bool(page.long_lines())):
        yield page.with_sentence(number, sentence)
