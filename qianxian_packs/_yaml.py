"""YAML with the line of every value, so that each error can name its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LARGEST = 256 * 1024


@dataclass(slots=True)
class Source:
    """A file read: plain data, and the line of each path such as ("fields", 0, "name")."""

    file: str
    data: Any = None
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The line of the nearest part of a path that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path, name: str, text: str | None = None) -> Source:
    """Read one file. Faults of the YAML itself are among its problems; it never raises for them."""
    source = Source(name)
    try:
        words = path.read_text(encoding="utf-8-sig") if text is None else text
        if len(words) > _LARGEST:
            raise ValueError("文件太大，一个定义一个文件。")
        loader = yaml.CSafeLoader(words)
        try:
            node = loader.get_single_node()
            source.data = _plain(loader, node, (), source) if node else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        source.problems.append((line, "", f"YAML 写法不对：{error.problem}。看看缩进和冒号。"))
    except UnicodeDecodeError:
        source.problems.append((1, "", "文件不是 UTF-8 编码，请另存为 UTF-8。"))
    except (ValueError, RecursionError) as error:
        source.problems.append((1, "", str(error) or "写法套得太深。"))
    return source


def _plain(loader: Any, node: yaml.Node, path: tuple[str | int, ...], source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*path, n), source) for n, item in enumerate(node.value)]
    return loader.construct_object(node)


def _mapping(
    loader: Any, node: yaml.MappingNode, path: tuple[str | int, ...], source: Source
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            source.problems.append((line, key, f"“{key}”写了两次，留一个。"))
        source.lines[*path, key] = line
        found[key] = _plain(loader, value_node, (*path, key), source)
    return found
