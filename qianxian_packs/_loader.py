"""Reading folders of packs into a catalogue, with every error of every file at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qianxian_packs._catalogue import KINDS, Catalogue
from qianxian_packs._consistency import inconsistencies
from qianxian_packs._errors import PackError, PacksInvalid
from qianxian_packs._known import Loaded
from qianxian_packs._told import told
from qianxian_packs._yaml import Source, read_yaml

_KINDS_OF_FOLDERS = {
    "ledgers": ("ledger", ".yaml"),
    "flows": ("flow", ".yaml"),
    "indicators": ("indicator", ".yaml"),
    "paragraphs": ("paragraph", ".md"),
    "documents": ("document", ".md"),
}
_ID = re.compile(r"[a-z][a-z0-9_]{0,58}")
_FRONT = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.S)
_LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a definition. `name` is how errors call it: folder, pack, file."""

    kind: str
    path: Path
    name: str
    line: str

    @property
    def id(self) -> str:
        return self.line if self.kind == "line" else self.path.stem


def load(folders: Sequence[Path]) -> Catalogue:
    """Read every pack in these folders. Raises PacksInvalid with all errors of all files."""
    loaded, errors = _read(folders)
    if errors:
        raise PacksInvalid(errors)
    return Catalogue.of(item.definition for item in loaded)


def check(folders: Sequence[Path]) -> list[PackError]:
    """All errors of all files, in order; [] where there are none."""
    return sorted(_read(folders)[1])


def _read(folders: Sequence[Path]) -> tuple[list[Loaded], list[PackError]]:
    files, errors = _found(folders)
    loaded: list[Loaded] = []
    # What is broken is told once, not again at each place that names it.
    broken: set[tuple[str, str]] = set()
    for file in files:
        definition, faults = _definition(file)
        errors += faults
        if definition is None:
            broken.add((file.kind, file.id))
        else:
            loaded.append(definition)
    errors += inconsistencies(loaded, broken)
    return loaded, errors


def _found(folders: Sequence[Path]) -> tuple[list[_File], list[PackError]]:
    files: list[_File] = []
    errors: list[PackError] = []
    names = [folder.name for folder in folders]
    for folder in folders:
        # Two folders of one name are told apart by their whole path.
        name = folder.name if names.count(folder.name) == 1 else str(folder)
        if not folder.is_dir():
            errors.append(PackError(name, 1, "", "没有这个文件夹，看看设置里的路径。"))
            continue
        for pack in _shown(folder):
            if pack.is_dir():
                for path in _shown(pack):
                    files += _files_at(path, f"{name}/{pack.name}", pack.name, errors)
    return files, errors + _without_a_name(files)


def _without_a_name(files: Sequence[_File]) -> list[PackError]:
    """Packs that no folder holds a pack.yaml for; a site may add to a line that is there."""
    named = {file.line for file in files if file.kind == "line"}
    first = {file.line: file.name.rsplit("/", 2)[0] for file in reversed(files)}
    says = "条线没有 pack.yaml，写上条线的名称。"
    return [
        PackError(f"{where}/pack.yaml", 1, "", says)
        for line, where in first.items()
        if line not in named
    ]


def _shown(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name[0] not in "._")


def _files_at(path: Path, where: str, line: str, errors: list[PackError]) -> Iterator[_File]:
    """The definitions at a path inside a pack: pack.yaml, or a folder of one kind."""
    if path.name == "pack.yaml":
        yield _File("line", path, f"{where}/{path.name}", line)
    elif path.is_dir() and path.name in _KINDS_OF_FOLDERS:
        kind, ending = _KINDS_OF_FOLDERS[path.name]
        for file in _shown(path):
            name = f"{where}/{path.name}/{file.name}"
            if file.is_file() and file.suffix == ending:
                yield _File(kind, file, name, line)
            else:
                errors.append(PackError(name, 1, "", f"这里只放 {ending} 文件，改名或者移走。"))
    elif path.name.lower() != "readme.md":
        says = f"不认得。包里只有 pack.yaml 和 {'、'.join(_KINDS_OF_FOLDERS)} 文件夹。"
        errors.append(PackError(f"{where}/{path.name}", 1, "", says))


def _definition(file: _File) -> tuple[Loaded | None, list[PackError]]:
    """The definition, where it can be understood, and what is wrong with its file by itself."""
    source = _source(file)
    errors = [PackError(file.name, *problem) for problem in source.problems]
    if not _ID.fullmatch(file.id):
        says = "文件名就是编号，只用小写英文、数字和下划线，以字母开头。"
        errors.append(PackError(file.name, 1, "", says))
    if not isinstance(source.data, dict):
        says = "文件是空的，或者不是 名: 值 的写法。"
        return None, errors or [PackError(file.name, 1, "", says)]
    data = dict(source.data)
    for own in {"id", "line"} & set(data):
        del data[own]
        says = "不用写，文件名和文件夹已经说了。"
        errors.append(PackError(file.name, source.line_of((own,)), own, says))
    return _validated(file, source, data, errors)


def _validated(
    file: _File, source: Source, data: dict[str, Any], errors: list[PackError]
) -> tuple[Loaded | None, list[PackError]]:
    # A file whose name is no id is read all the same, under a name that nothing else has.
    usable = _ID.fullmatch(file.id)
    known = {"id": file.id if usable else "x"}
    if file.kind != "line":
        known["line"] = file.line if _ID.fullmatch(file.line) else "x"
    try:
        # As JSON, since strict Python values would have to be tuples and decimals already.
        text = json.dumps(data | known, default=str)
        definition = KINDS[file.kind].model_validate_json(text, strict=True)
    except ValidationError as error:
        faults = error.errors()
        errors = [*errors, *told(source, faults)]
        if any(fault["type"] != "extra_forbidden" for fault in faults):
            return None, errors
        # A key too many hides nothing else that may be wrong.
        kept = _without(data, [fault["loc"] for fault in faults])
        return _validated(file, source, kept, errors)
    return (Loaded(file.kind, definition, source) if usable else None), errors


def _without(data: dict[str, Any], paths: Iterable[Sequence[str | int]]) -> dict[str, Any]:
    kept = deepcopy(data)
    for path in paths:
        holder: Any = kept
        for part in path[:-1]:
            holder = holder[part]
        del holder[path[-1]]
    return kept


def _source(file: _File) -> Source:
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Source(file.name, problems=[(1, "", "文件不是 UTF-8 编码，请另存为 UTF-8。")])
    if len(text) > _LARGEST:
        return Source(file.name, problems=[(1, "", "文件太大，一个定义一个文件。")])
    if file.kind in ("paragraph", "document"):
        return _with_text(text, file.name)
    return read_yaml(text, file.name)


def _with_text(text: str, name: str) -> Source:
    """The settings between two lines of `---`, and the Markdown below them as `text`."""
    found = _FRONT.match(text)
    if not found:
        return Source(name, problems=[(1, "", "开头要有两行 --- ，中间写 heading、name 这些项。")])
    source = read_yaml(found[1], name, above=1)
    if isinstance(source.data, dict):
        source.data = {**source.data, "text": found[2].strip()}
        source.lines["text",] = found[1].count("\n") + 3
    return source
