"""The check from beginning to end, stage by stage, with what it says on the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from qianxian.cli.base import say
from qianxian.cli.prepare import migrate
from qianxian.cli.verify import faults
from qianxian.core.definitions import catalogue
from qianxian.core.models import Commit, Stream
from qianxian.indicators import lake
from qianxian.selfcheck import _round as stages
from qianxian.selfcheck._figures_read import sort_figures
from qianxian.selfcheck._options import Options
from qianxian.selfcheck._round import Failed, Round
from qianxian.selfcheck._spoiling import spoil_entry
from qianxian.selfcheck._town import build
from qianxian.selfcheck._writing import compare, retype_one, write_report
from qianxian_figures import Period
from qianxian_reader import ReaderError, read


def run(options: Options) -> int:
    started = time.perf_counter()
    try:
        code = _round_trip(options)
    except Failed as error:
        say(f"不对：{error}")
        code = 1
    except ReaderError as error:
        say(f"这份文件读不了：{error.sentence}")
        code = 1
    say(f"一共{time.perf_counter() - started:.1f}秒。")
    return code


@contextmanager
def _stage(name: str) -> Iterator[list[str]]:
    """A line on the screen for a stage: what it says and how long it took."""
    told: list[str] = []
    started = time.perf_counter()
    yield told
    say(f"{name} {time.perf_counter() - started:5.1f}秒  {'，'.join(told)}")


def _round_trip(options: Options) -> int:
    round_ = _read(options)
    with _stage("记台账") as told:
        recorder = stages.record_last_year(round_)
        told.append(f"{len(recorder.made)}条，{recorder.closed}件办到销号")
    with _stage("算一遍") as told:
        counted = stages.count_again(round_)
        told.append(f"{counted}个值，两个引擎一样，各村合计等于全镇")
    with _stage("存旧数") as told:
        source = stages.keep_reading(round_)
        told.append(f"{source.figures_count}个数连同原文位置")
    with _stage("定计划") as told:
        tasks, targets = stages.make_plan(round_, source)
        told.append(f"{tasks}项任务，{targets}个目标（含分到村的）")
    with _stage("记今年") as told:
        recorder = stages.record_this_year(round_)
        told.append(f"{len(recorder.made)}条，{recorder.closed}件办到销号")
    with _stage("封数据") as told:
        told.append(f"{len(lake.seal_due(round_.town.place, limit=0))}本台账")
    code = _write(round_, source)
    _tell_counts(round_)
    return max(code, _verify(round_))


def _read(options: Options) -> Round:
    with _stage("读报告") as told:
        data = options.report.read_bytes()
        document = read(data, options.report.name, catalogue=catalogue.packs())
        period = document.period or Period.year(2025)
        told.append(f"{document.title or options.report.name}，{period.label()}")
        told.append(f"{len(document.figures)}个数，{len(document.tasks)}项任务")
    with _stage("建临时库") as told:
        # Nobody needs this database after a power cut, so nothing waits for the disk.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        migrate()
        since = period.start - timedelta(days=30)
        town = build(document.place, since, catalogue())
        told.append(f"{len(town.villages)}个村")
    found = sort_figures(document, catalogue(), period)
    round_ = Round(options, document, data, period, found, town)
    stages.define(round_)
    return round_


def _write(round_: Round, source: object) -> int:
    with _stage("写报告") as told:
        written = write_report(round_, source)  # type: ignore[arg-type]
        told.append(f"{len(written.look.figures)}个数进了{round_.next_period.label()}的报告")
    if round_.options.inject == "figure":
        written, key = retype_one(written, round_.options.seed)
        say(f"  （故意改了文件里的一个数：{key}）")
    with _stage("读回来") as told:
        try:
            count, seen = compare(written)
        except Failed as error:
            told.append(f"不对：{error}")
            return 1
        told.append(f"{count}处数和算的一样，其中{seen}处阅读器也认出来")
    if round_.options.inject == "figure":
        say("不对：故意改的数没有查出来。")
        return 1
    return 0


def _tell_counts(round_: Round) -> None:
    found = round_.sorted
    say(
        f"读出{len(found.figures)}个数 = 重算{len(found.recomputed)}"
        f" + 照抄{len(found.carried)} + 没对上{len(found.not_matched)}"
    )
    say("  （重算：从台账至少两条记录算出同一个数；照抄：连原文位置存为去年的数；没对上：存不了）")
    for index, name in found.recomputed.items():
        one = found.figures[index]
        say(f"  重算 {catalogue().indicators[name].name}：第{one.span.line}行“{one.span.text}”")
    for reason, count in found.groups():
        say(f"  {count:4}个 {reason}")
    for sentence in found.said_twice:
        say(f"  对不上：{sentence}")
    total = len(found.recomputed) + len(found.carried) + len(found.not_matched)
    if total != len(found.figures):
        raise Failed("三类加起来不等于读出的数")


def _verify(round_: Round) -> int:
    named = ""
    if round_.options.inject == "entry":
        made = [key for recorder in round_.recorders for key in recorder.made]
        entry, what = spoil_entry(made, round_.options.seed)
        named = entry.pk.hex
        say(f"  （故意改了一条记录{what}：{entry} {named}）")
    with _stage("核对链") as told:
        found = [f for s in Stream.objects.select_related("township") for f in faults(s)]
        told.append(f"{Commit.objects.count()}次提交")
        told.append(f"{len(found)}处对不上" if found else "全部对得上")
    for fault in found[:20]:
        say(f"  {fault}")
    if named and not any(named in str(fault) for fault in found):
        say("不对：故意改的记录没有查出来。")
        return 1
    return 1 if found else 0
