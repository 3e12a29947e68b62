"""YAML with the line of every value, so that each error can name its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Source:
    """A file that was read: plain data, and the line of each path such as ("fields", 0, "name").

    problems   line, path with dots, sentence
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of the nearest part of a path that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, name: str, *, above: int = 0) -> Source:
    """Read a text that stands `above` lines down in its file. Faults are among its problems."""
    source = Source(name)
    try:
        # The constructor reads signs that YAML does not allow, and raises for them.
        loader = yaml.CSafeLoader(text)
        try:
            _Reader(loader, source, above).read()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        says = f"YAML 写法不对（{error.problem}），看看缩进、冒号后的空格和引号。"
        source.problems.append((line + above, "", says))
    except (yaml.YAMLError, ValueError) as error:
        source.problems.append((1 + above, "", f"读不了（{error}），看看有没有特殊的字符。"))
    except RecursionError:
        source.problems.append((1 + above, "", "一层套一层，套得太深。"))
    return source


class _Reader:
    def __init__(self, loader: Any, source: Source, above: int) -> None:
        self._loader = loader
        self._source = source
        self._above = above
        self._met: set[int] = set()

    def read(self) -> None:
        node = self._loader.get_single_node()
        self._source.data = self._value(node, ()) if node else None

    def _value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1 + self._above
        self._source.lines.setdefault(path, line)
        if id(node) in self._met:
            # A definition is read by people, and references that nest grow without end.
            says = "不用 & 和 * 引用，照写一遍。"
            self._source.problems.append((line, ".".join(map(str, path)), says))
            return None
        self._met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self._loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            # The name as it is written: YAML would read the key `on` as true.
            key = str(key_node.value)
            here = (*path, key)
            self._source.lines[here] = key_node.start_mark.line + 1 + self._above
            if key in found:
                line, where = self._source.lines[here], ".".join(map(str, here))
                self._source.problems.append((line, where, f"“{key}”写了两次，留一个。"))
            found[key] = self._value(value_node, here)
        return found
