"""Every word of the shell and of the pages is there in Chinese, and nothing breaks the policy."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Engine, Template
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import to_locale

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
CATALOGUE = ROOT / "locale" / to_locale("zh-hans") / "LC_MESSAGES"
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}


def template_named(path: Path) -> Template:
    name = str(path.relative_to(ROOT / "templates"))
    return Engine.get_default().get_template(name)


def nodes_of(nodes: NodeList | list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        for name in node.child_nodelists:
            yield from nodes_of(getattr(node, name, []))


def words_of_template(path: Path) -> Iterator[str]:
    for node in nodes_of(template_named(path).nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]


def words_of_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALLS:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


def read_po() -> dict[str, list[str]]:
    """msgid → translations, of the one catalogue; a small reader for what msgfmt reads."""
    entries: dict[str, list[str]] = {}
    msgid, into = "", "msgid"
    for line in (CATALOGUE / "django.po").read_text().splitlines():
        found = re.fullmatch(r'(?:(msgid_plural|msgid|msgstr(?:\[\d\])?) )?"(.*)"', line)
        if not found:
            continue
        text = found[2].replace("\\n", "\n").replace('\\"', '"')
        into = found[1] or into
        if into == "msgid":
            msgid = text if found[1] else msgid + text
        elif into.startswith("msgstr"):
            held = entries.setdefault(msgid, [])
            held.append(text) if found[1] else held.append(held.pop() + text)
    entries.pop("")
    return entries


def read_mo() -> dict[str, str]:
    with (CATALOGUE / "django.mo").open("rb") as file:
        told = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    plain = {key[0] if isinstance(key, tuple) else key: text for key, text in told.items()}
    plain.pop("")
    return plain


def missing(words: Iterator[str]) -> set[str]:
    # A template may say something Chinese outright; only English is looked up.
    told = read_po()
    chinese = re.compile(r"[\u4e00-\u9fff]")
    return {word for word in words if not chinese.search(word) and not all(told.get(word, [""]))}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_there_in_chinese(path: Path) -> None:
    assert missing(words_of_template(path)) == set()


def test_every_word_of_the_modules_is_there_in_chinese() -> None:
    modules = [path for path in (ROOT / "qianxian").rglob("*.py") if "gettext" in path.read_text()]

    assert {
        (path.name, word) for path in modules for word in missing(words_of_module(path))
    } == set()


def test_the_compiled_catalogue_says_what_the_written_one_says() -> None:
    written = {msgid: told[0] for msgid, told in read_po().items()}

    assert read_mo() == written


def test_a_translation_keeps_the_names_that_are_filled_in() -> None:
    holes = re.compile(r"%\(\w+\)[sd]")

    wrong = {
        msgid
        for msgid, told in read_po().items()
        if any(set(holes.findall(text)) != set(holes.findall(msgid)) for text in told)
    }
    assert wrong == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_carries_style_or_script(path: Path) -> None:
    """The Content-Security-Policy would drop it without a word."""
    source = path.read_text()

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|\shx-on", source)


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "templates/_components").rglob("*.html")),
    ids=lambda path: path.name,
)
def test_a_component_says_on_top_what_it_takes_and_stays_short(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert any(line.startswith("{#") for line in lines[:2])
    assert len(lines) <= 40


def test_every_icon_in_use_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:icon "|icon=")([\w-]+)"', path.read_text())
    }

    assert used - drawn == set()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_are_written_in_the_tokens_only(path: Path) -> None:
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl\(", path.read_text())

    assert not colours or path.name == "tokens.css"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_token_in_use_is_defined(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+):", (ROOT / "static/tokens.css").read_text()))

    assert set(re.findall(r"var\((--[\w-]+)", path.read_text())) - defined == set()
