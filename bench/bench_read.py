"""How much processor time it takes to read a report of 10,000 characters: a cold process, and warm
in-process; how time and memory grow with the length, up to 10 MB of text.

python -m bench.bench_read            measure, print, append to results/read.jsonl
python -m bench.bench_read --dry      measure and print only
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import docx

from bench.machine import ROOT, tell
from qianxian_documents import (
    Block,
    DocumentText,
    Properties,
    Signature,
    heading,
    number_headings,
    paragraph,
    to_text,
    write_docx,
)
from qianxian_reader import read

CHARACTERS = 10_000
COLD_RUNS, WARM_RUNS = 7, 15
MEGABYTES = (1, 2, 5, 10)
PACKAGES = ("lxml", "python-docx", "regex", "opencc", "rjieba", "selectolax", "pypdfium2")
SEED = 20261008

# Invented: no place of these names is meant, and no sentence is taken from a report.
_VILLAGES = ("石桥村", "云岭村", "大屋村", "泉塘村", "柳溪村", "白鹭村", "青石社区", "桐湾村")
_SECTIONS = {
    "农业生产": {"早稻播种": "亩", "油菜种植": "亩", "撂荒地复耕": "亩", "农机具补贴": "台"},
    "人居环境": {"户厕新建": "户", "沟渠清淤": "米", "行道树补植": "株", "裸露房整治": "栋"},
    "项目建设": {"村道硬化": "公里", "山塘清淤": "口", "路灯安装": "盏", "桥梁加固": "座"},
    "民生服务": {"低保复核": "户", "老年人体检": "人次", "技能培训": "人次", "困难家庭走访": "户"},
    "平安建设": {"矛盾纠纷调解": "起", "安全隐患整改": "处", "危房排查": "栋", "防溺水巡查": "次"},
}
_UNITS = {work: unit for works in _SECTIONS.values() for work, unit in works.items()}
_FORMS = (
    "{village}等{few}个村推进{work}，已完成{value}{unit}，占年度任务的{share}%。",
    "{work}方面，计划{plan}{unit}，实际完成{value}{unit}，同比增长{growth}%。",
    "投入资金{money}万元用于{work}，惠及群众{people}人，{village}进度最快。",
    "截至{month}月底，{work}累计{value}{unit}，其中{village}{part}{unit}。",
    "对{work}开展抽查{few}次，发现问题{part}个，已整改{few}个，其余限期办结。",
)
_PROBLEMS = (
    "一是{work}进度不平衡，{village}完成率仅为{share}%，低于计划进度。",
    "二是{work}缺少后续管护，{village}有{part}处需要返修。",
    "三是人手不足，{few}个岗位由一人兼任，{work}台账录入不及时。",
)
_PLANS = (
    "明年计划完成{work}{plan}{unit}，由分管负责同志牵头，{month}月底前见效。",
    "继续抓好{work}，力争{village}完成{value}{unit}，达到{share}%以上。",
)


def invented_report(characters: int = CHARACTERS) -> DocumentText:
    """A report of about that length with figures in every sentence, the same at every call."""
    chance = random.Random(SEED)  # noqa: S311 - the same text each time is the point
    rounds = 1
    while len(to_text(text := _report(chance, rounds))) < characters:
        chance, rounds = random.Random(SEED), rounds + 1  # noqa: S311
    return text


def _report(chance: random.Random, rounds: int) -> DocumentText:
    blocks: list[Block] = [heading(1, "工作完成情况")]
    for name, works in _SECTIONS.items():
        blocks.append(heading(2, name))
        blocks += _paragraphs(chance, tuple(works), _FORMS, rounds)
    every = tuple(_UNITS)
    blocks += [heading(1, "存在的问题"), *_paragraphs(chance, every, _PROBLEMS, 1 + rounds // 4)]
    blocks += [heading(1, "下一步打算"), *_paragraphs(chance, every, _PLANS, 1 + rounds // 2)]
    blocks.append(Signature("青禾镇人民政府", date(2026, 10, 8)))
    return DocumentText("青禾镇2026年前三季度工作总结和下一步打算", number_headings(blocks))


def _paragraphs(
    chance: random.Random, works: tuple[str, ...], forms: tuple[str, ...], rounds: int
) -> Iterator[Block]:
    for _ in range(rounds):
        yield paragraph(*(_sentence(chance, form, chance.choice(works)) for form in forms))


def _sentence(chance: random.Random, form: str, work: str) -> str:
    return form.format(
        work=work,
        village=chance.choice(_VILLAGES),
        unit=_UNITS[work],
        few=chance.randint(2, 9),
        part=chance.randint(2, 40),
        value=f"{chance.randint(41, 9000):,}"
        if chance.random() < 0.3
        else chance.randint(41, 9000),
        plan=chance.randint(100, 9999),
        share=chance.randint(400, 1000) / 10,
        growth=chance.randint(1, 300) / 10,
        money=chance.randint(100, 99999) / 100,
        people=chance.randint(100, 9999),
        month=chance.randint(3, 12),
    )


def cold_seconds(command: list[str]) -> float:
    """The processor time of a process of its own, the median of several."""
    return median_cpu_seconds(partial(_run, command), COLD_RUNS, of_children=True)


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - this interpreter
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode > 1:  # 1: the check found something
        raise SystemExit(f"{' '.join(command[1:])} failed:\n{done.stderr[-2000:]}")


def median_cpu_seconds(
    work: Callable[[], object], times: int, *, of_children: bool = False
) -> float:
    """The median of `times` runs, after one that is not counted. What else the machine does
    meanwhile lengthens the time on the clock, but hardly this one.
    """
    work()
    taken = []
    for _ in range(times):
        start = _cpu_seconds(of_children=of_children)
        work()
        taken.append(_cpu_seconds(of_children=of_children) - start)
    return statistics.median(taken)


def _cpu_seconds(*, of_children: bool) -> float:
    who = resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def measure(folder: Path) -> dict[str, object]:
    text = invented_report()
    made = Properties("青禾镇人民政府", datetime(2026, 10, 8, tzinfo=UTC))
    files = {
        "report.txt": to_text(text).encode(),
        "report.docx": write_docx(text, properties=made),
    }
    figures = len(read(files["report.docx"], "report.docx").figures)
    # Every sentence holds at least one; a reader that misses them is not worth timing.
    if figures < to_text(text).count("。"):
        raise SystemExit(f"the reader found only {figures} figures")
    command = [sys.executable, "-m", "qianxian", "check"]
    bare = cold_seconds([sys.executable, "-c", "pass"])
    out: dict[str, object] = {
        "characters": len(to_text(text)),
        "figures": figures,
        "command": " ".join(command[1:]),
        "bare_interpreter_s": round(bare, 4),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
        kind = name.rpartition(".")[2]
        cold = cold_seconds([*command, str(folder / name)])
        out[f"{kind}_cold_s"] = round(cold, 4)
        out[f"{kind}_cold_to_bare"] = round(cold / bare, 1)
        warm = median_cpu_seconds(partial(read, data, name), WARM_RUNS)
        out[f"{kind}_warm_s"] = round(warm, 4)
    plain = median_cpu_seconds(partial(_plain_docx, files["report.docx"]), WARM_RUNS)
    out["docx_by_python_docx_s"] = round(plain, 4)
    return out | _growth(files["report.txt"], folder)


def _growth(report: bytes, folder: Path) -> dict[str, object]:
    """One run each, in a process of its own: ten times the text should take ten times as long."""
    out: dict[str, object] = {}
    by_size = []
    for size in MEGABYTES:
        path = folder / f"{size}mb.txt"
        path.write_bytes(report * (size * 1_000_000 // len(report)))
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "bench.read_child", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=1200,
        )
        told = json.loads(done.stdout)
        by_size.append(told["seconds"] / size)
        out[f"mb{size}_s"] = round(told["seconds"], 2)
        out[f"mb{size}_s_per_mb"] = round(by_size[-1], 2)
        out[f"mb{size}_peak_mb"] = round(told["peak_mb"])
        out[f"mb{size}_figures"] = told["figures"]
    out["growth_to_linear"] = round(by_size[-1] / by_size[0], 2)
    return out


def _plain_docx(data: bytes) -> str:
    """The other side of the ratio: the text alone, nothing understood."""
    return "\n".join(line.text for line in docx.Document(io.BytesIO(data)).paragraphs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry", action="store_true", help="do not append to the results")
    is_dry = parser.parse_args().dry
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder))
    tell("read", measured, PACKAGES, is_dry=is_dry)


if __name__ == "__main__":
    main()
