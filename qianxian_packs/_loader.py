"""Reading folders of packs into a catalogue, with every error of every file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qianxian_packs._catalogue import KINDS, Catalogue
from qianxian_packs._consistency import Loaded, inconsistencies
from qianxian_packs._errors import PackError, PacksInvalid
from qianxian_packs._yaml import Source, read_yaml

_FOLDERS = {"ledgers": "ledger", "flows": "flow", "indicators": "indicator"}
_ID = re.compile(r"[a-z][a-z0-9_]{0,58}")
_FRONT = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.S)

_SAYS = {
    "missing": "缺这一项，要写上。",
    "extra_forbidden": "没有这样的项，看看是不是写错了字。",
    "string_type": "这里要写文字。",
    "int_type": "这里要写整数。",
    "int_parsing": "这里要写整数。",
    "bool_type": "这里要写 true 或 false。",
    "bool_parsing": "这里要写 true 或 false。",
    "tuple_type": "这里要写成一串（列表）。",
    "dict_type": "这里要写成 名: 值。",
    "model_type": "这里要写成 名: 值。",
    "decimal_parsing": "这里要写数。",
    "string_pattern_mismatch": "名字只用小写英文、数字和下划线，以字母开头。",
    "too_short": "至少要写一个。",
    "greater_than": "数太小。",
    "less_than_equal": "数太大。",
}


def load(folders: Sequence[Path]) -> Catalogue:
    """Read every pack in these folders. Raises PacksInvalid with all errors of all files."""
    loaded, errors = _read_all(folders)
    if not errors:
        errors = list(inconsistencies(loaded))
    if errors:
        raise PacksInvalid(errors)
    return Catalogue.of(item.definition for item in loaded)


def check(folders: Sequence[Path]) -> list[PackError]:
    """All errors, [] where there are none."""
    loaded, errors = _read_all(folders)
    return sorted([*errors, *inconsistencies(loaded)])


def _read_all(folders: Sequence[Path]) -> tuple[list[Loaded], list[PackError]]:
    loaded: list[Loaded] = []
    errors: list[PackError] = []
    for folder in folders:
        if not folder.is_dir():
            errors.append(PackError(folder.name, 1, "", "没有这个文件夹，看看设置里的路径。"))
            continue
        for kind, path, line in _files(folder):
            item = _read_one(kind, path, f"{path.relative_to(folder).as_posix()}", line)
            if isinstance(item, Loaded):
                loaded.append(item)
            else:
                errors += item
    return loaded, errors


def _files(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Kind, path and line of each definition file, in a fixed order."""
    for pack in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        yield "line", pack / "pack.yaml", pack.name
        for name, kind in _FOLDERS.items():
            for path in sorted((pack / name).glob("*.y*ml")):
                yield kind, path, pack.name
        for path in sorted((pack / "paragraphs").glob("*.md")):
            yield "paragraph", path, pack.name


def _read_one(kind: str, path: Path, name: str, line: str) -> Loaded | list[PackError]:
    if not path.exists():
        return [PackError(name, 1, "", "包里没有 pack.yaml，写上条线的名称。")]
    source = _paragraph(path, name) if kind == "paragraph" else read_yaml(path, name)
    errors = [PackError(name, at, field, says) for at, field, says in source.problems]
    stem = line if kind == "line" else path.stem
    if not _ID.fullmatch(stem):
        says = "文件名就是编号，只用小写英文、数字和下划线，以字母开头。"
        errors.append(PackError(name, 1, "", says))
    if not isinstance(source.data, dict):
        return errors or [PackError(name, 1, "", "文件是空的，或者不是 名: 值 的写法。")]
    for own in ("id", "line"):
        if own in source.data:
            at = source.line_of((own,))
            errors.append(PackError(name, at, own, "不用写，文件名和文件夹已经说了。"))
    if errors:
        return errors
    data = {**source.data, "id": stem, **({} if kind == "line" else {"line": line})}
    try:
        return Loaded(kind, KINDS[kind].model_validate(data), source)
    except ValidationError as error:
        return [_told(name, source, fault) for fault in error.errors()]


def _paragraph(path: Path, name: str) -> Source:
    text = path.read_text(encoding="utf-8-sig")
    found = _FRONT.match(text)
    if not found:
        return Source(name, problems=[(1, "", "开头要有 --- 之间的 heading 和 order。")])
    source = read_yaml(path, name, found[1])
    # The front matter starts on the second line of the file.
    source.lines = {path: line + 1 for path, line in source.lines.items()}
    if isinstance(source.data, dict):
        source.data = {**source.data, "text": found[2].strip()}
        source.lines["text",] = found[1].count("\n") + 3
    return source


def _told(name: str, source: Source, fault: Any) -> PackError:
    path = tuple(part for part in fault["loc"] if not str(part).startswith("function-"))
    says = _SAYS.get(fault["type"])
    if fault["type"] == "literal_error":
        says = f"只能写 {fault['ctx']['expected'].replace(' or ', '、').replace(chr(39), '')}。"
    if fault["type"] == "value_error":
        says = str(fault["ctx"]["error"])
    dotted = ".".join(str(part) for part in path)
    return PackError(name, source.line_of(path), dotted, says or f"写得不对（{fault['msg']}）。")
