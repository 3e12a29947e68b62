"""One reader in a process of its own: paths come in, seconds of its processor time and figures go
out, a line each.

python -m bench.number_readers NAME [OBVIOUS.py]

Started by bench_reader.py, for the last two with the python that has them; so nothing of the
product is imported but where it is what is measured.
"""

from __future__ import annotations

import importlib
import json
import logging
import re
import runpy
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

Reader = Callable[[Path], list[dict[str, Any]]]

_UNIT = re.compile(
    "(?:余|多)?(?:万|亿)?(?:余|多)?(平方公里|平方米|立方米|个百分点|百分点|公里|千米|公斤|千克|人次|台次|场次|批次"
    "|[亩户人名个处起件次座台辆头吨斤米元%％条家期份只套所宗例栋间株倍项场])"
)
_STOP = re.compile(r"[，。；、：,;:（）()\s]")
_BEFORE, _AFTER = 12, 8


def _figure(
    number: int, line: str, start: int, end: int, value: float, unit: str
) -> dict[str, Any]:
    """A measure made of the words around, as the obvious reader makes it."""
    before = _STOP.split(line[:start])[-1][-_BEFORE:]
    after = _STOP.split(line[end:])[0][:_AFTER]
    return {
        "line": number,
        "text": line[start:end],
        "value": value,
        "unit": unit.replace("％", "%").replace("个百分点", "百分点"),
        "measure": before + after,
        "kind": "rate" if unit in "%％" else "level",
        "status": "actual",
        "bound": "exact",
        "place": "",
    }


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text(encoding="utf-8").split("\n"), 1)


def qianxian() -> Reader:
    from qianxian_reader import read, to_json

    def answer(path: Path) -> list[dict[str, Any]]:
        figures: Any = to_json(read(path.read_bytes(), path.name))["figures"]
        return list(figures)

    return answer


def obvious() -> Reader:
    script = sys.argv[2]

    def answer(path: Path) -> list[dict[str, Any]]:
        said = StringIO()
        sys.argv = [script, str(path)]
        with redirect_stdout(said):
            runpy.run_path(script)
        figures: list[dict[str, Any]] = json.loads(said.getvalue())["figures"]
        return figures

    return answer


def jionlp() -> Reader:
    """Money alone: of the rest of a report it knows times, places and names."""
    find = _jionlp().extract_money
    return lambda path: [one for number, line in _lines(path) for one in _money(find, number, line)]


def jionlp_all() -> Reader:
    """The times as well, which a reader of reports needs; they are no figures."""
    entities = _jionlp()

    def figures(number: int, line: str) -> list[dict[str, Any]]:
        entities.extract_time(line, with_parsing=True)
        return _money(entities.extract_money, number, line)

    return lambda path: [one for number, line in _lines(path) for one in figures(number, line)]


def _jionlp() -> Any:
    with redirect_stdout(sys.stderr):  # it greets
        return importlib.import_module("jionlp").ner


def _money(find: Any, number: int, line: str) -> list[dict[str, Any]]:
    out = []
    for one in find(line, with_parsing=True):
        (start, end), value = one["offset"], one["detail"]["num"]
        low = value[0] if isinstance(value, list) else value
        out.append(_figure(number, line, start, end, float(low), "元"))
    return out


def recognizers() -> Reader:
    """Its numbers alone, each with the unit that stands after it."""
    return _recognizers("number")


def recognizers_all() -> Reader:
    """All that it has for quantities: its own units are English names, so the text's are kept."""
    return _recognizers("number", "percentage", "ordinal", "currency", "dimension")


def _recognizers(*models: str) -> Reader:
    suite = importlib.import_module("recognizers_suite")
    finders = [getattr(suite, f"recognize_{model}") for model in models]

    def figures(number: int, line: str) -> Iterator[dict[str, Any]]:
        met: set[int] = set()
        for find in finders:
            for one in find(line, suite.Culture.Chinese):
                if one.start not in met and (found := _with_unit(number, line, one)):
                    met.add(one.start)
                    yield found

    return lambda path: [one for number, line in _lines(path) for one in figures(number, line)]


def _with_unit(number: int, line: str, one: Any) -> dict[str, Any] | None:
    said = (one.resolution or {}).get("value")
    digits = re.match(r"-?[\d.]+", said or "")
    # A currency or a dimension holds its unit; a number stands before it.
    unit = next((u for end in (one.end + 1, one.end) if (u := _UNIT.match(line, end))), None)
    if unit is None or digits is None:
        return None
    return _figure(number, line, one.start, unit.end(), float(digits[0]), unit[1])


_READERS: dict[str, tuple[Callable[[], Reader], str]] = {
    "qianxian": (qianxian, ""),
    "obvious": (obvious, ""),
    "jionlp": (jionlp, "jionlp"),
    "jionlp_all": (jionlp_all, "jionlp"),
    "recognizers": (recognizers, "recognizers-text-suite"),
    "recognizers_all": (recognizers_all, "recognizers-text-suite"),
}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    warnings.simplefilter("ignore")  # of the others' old patterns
    logging.disable()  # one of them prints the trace of each number that is no time
    make, package = _READERS[sys.argv[1]]
    answer = make()
    _say({"version": version(package) if package else ""})
    for line in sys.stdin:
        path = Path(line.strip())
        start = time.process_time()
        figures = answer(path)
        _say({"seconds": time.process_time() - start, "figures": figures})


if __name__ == "__main__":
    main()
