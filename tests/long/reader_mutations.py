"""Reports put through what happens to files: each case follows from its number alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from tests.spec.reader._cases import DATA, sentences
from tests.spec.reader._docx import docx_of, p, table
from tests.spec.reader._pdf import pdf_of

_REAL = Path(__file__).parents[3] / "shared" / "reading" / "reports"
_ENCODINGS = ("utf-8", "utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "latin-1")
_STOPS = (
    "。，、；：！？（）“”《》—\n\r\t %％.,0123456789０一二三四五六七八九十百千万亿第约余-①③⑳㈠㈩⑴²"
)
_NUMBERS = (
    "一、",
    "二、",
    "十一、",
    "（三）",
    "(九)",
    "5.",
    "５．",
    "2、",
    "①",
    "⑳",
    "㈠",
    "⑴",
    "第一百二十章 ",
    "百三、",
)
CELL = "01234567890123456789,,，..．+-－%‰万亿元户人年月０一百/()（）、 "
_TAGS = ("<p>", "</p>", "<td>", "<tr>", "<table>", "</table>", "<!--", "-->", "<script>", "&nbsp;")
_LONGEST = 12_000  # characters, so that a case takes well under a second


def corpus() -> list[str]:
    """Invented reports; beside a checkout with real ones, those too."""
    made = [
        "\n".join(one.report() for one in sentences(path.name))
        for path in sorted(DATA.glob("figures*.txt"))
    ]
    real = [
        path.read_text(encoding="utf-8", errors="replace") for path in sorted(_REAL.glob("*.txt"))
    ]
    return [*made, *real]


def case(number: int, texts: list[str]) -> tuple[bytes, str]:
    """Bytes and a file name."""
    chance = random.Random(number)  # noqa: S311 - the same case each time is the point
    text = _piece(chance, texts)
    for _ in range(chance.randint(0, 4)):
        text = chance.choice(OF_TEXT)(chance, text, texts)
    data, name = chance.choice(_CONTAINERS)(chance, text[:_LONGEST])
    for _ in range(chance.choice((0, 0, 1, 3))):
        data = chance.choice(_OF_BYTES)(chance, data)
    return data, name


def _piece(chance: random.Random, texts: list[str]) -> str:
    text = chance.choice(texts)
    start = chance.randrange(max(1, len(text) - 2_000))
    return text[start : start + chance.randint(50, 6_000)]


def _inserted(chance: random.Random, text: str, _texts: list[str]) -> str:
    chars = list(text)
    for _ in range(chance.randint(1, 60)):
        chars.insert(chance.randint(0, len(chars)), chance.choice(_STOPS))
    return "".join(chars)


def _dropped(chance: random.Random, text: str, _texts: list[str]) -> str:
    share = chance.random() * 0.2
    return "".join(char for char in text if chance.random() > share)


def _spliced(chance: random.Random, text: str, texts: list[str]) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + _piece(chance, texts)[:1_500] + text[place:]


def _repeated(chance: random.Random, text: str, _texts: list[str]) -> str:
    start = chance.randint(0, len(text))
    piece = text[start : start + chance.randint(1, 40)]
    return text[:start] + piece * chance.randint(2, 200) + text[start:]


def _without_ends(_chance: random.Random, text: str, _texts: list[str]) -> str:
    return text.replace("\n", "")


def _wrapped(chance: random.Random, text: str, _texts: list[str]) -> str:
    width = chance.randint(3, 40)
    return "\n".join(text[place : place + width] for place in range(0, len(text), width))


def _escaped(_chance: random.Random, text: str, _texts: list[str]) -> str:
    return text.replace("\n", "\\r\\n").replace("，", "&#65292;")


def _misread(chance: random.Random, text: str, _texts: list[str]) -> str:
    first, second = chance.choice(
        (("utf-8", "gb18030"), ("gb18030", "latin-1"), ("big5", "gb18030"))
    )
    return text.encode(first, "replace").decode(second, "replace")


def _tagged(chance: random.Random, text: str, _texts: list[str]) -> str:
    chars = list(text)
    for _ in range(chance.randint(3, 40)):
        chars.insert(chance.randint(0, len(chars)), chance.choice(_TAGS))
    return "".join(chars)


def _numbered(chance: random.Random, text: str, _texts: list[str]) -> str:
    """Lines that begin as headings of some way of numbering do."""
    return "\n".join(
        chance.choice(_NUMBERS) + line if chance.random() < 0.3 else line
        for line in text.split("\n")
    )


def _tabbed(chance: random.Random, text: str, _texts: list[str]) -> str:
    return text.replace(chance.choice("，。、的"), "\t")


def _ruled(chance: random.Random, text: str, _texts: list[str]) -> str:
    """A table whose words are of the text, and whose numbers are written in any way."""
    words = [word for word in text.replace("，", "\n").replace("。", "\n").split("\n") if word] or [
        "x"
    ]
    columns = chance.randint(2, 6)
    lines = [[chance.choice(words)[:12] for _ in range(columns)]]
    for _ in range(chance.randint(1, 12)):
        cells = ["".join(chance.choices(CELL, k=chance.randint(0, 7))) for _ in range(columns - 1)]
        lines.append([chance.choice(words)[:12], *cells])
    place = chance.randint(0, len(text))
    rows = "\n".join("\t".join(cells) for cells in lines)
    return f"{text[:place]}\n{rows}\n{text[place:]}"


def _as_text(chance: random.Random, text: str) -> tuple[bytes, str]:
    return text.encode(chance.choice(_ENCODINGS), "replace"), chance.choice(("a.txt", "a.csv", "a"))


def _as_page(chance: random.Random, text: str) -> tuple[bytes, str]:
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<html><body><div>{body}</div></body></html>".encode(
        chance.choice(_ENCODINGS), "replace"
    ), "a.html"


def _as_docx(chance: random.Random, text: str) -> tuple[bytes, str]:
    lines = [_plain_xml(line) for line in text.split("\n")]
    grid = table(*(line.split("，")[:4] for line in lines[: chance.randint(0, 6)]))
    return docx_of("".join(map(p, lines)) + grid), "a.docx"


def _plain_xml(line: str) -> str:
    kept = "".join(
        char
        for char in line
        if char == "\t" or " " <= char < "\ud800" or "\ue000" <= char < "\ufffe"
    )
    return kept.replace("&", "&amp;").replace("<", "&lt;") or " "


def _as_pdf(_chance: random.Random, text: str) -> tuple[bytes, str]:
    lines = ["".join(char for char in line if " " < char < "\ud800") for line in text.split("\n")]
    return pdf_of([line[:60] for line in lines][:38]), "a.pdf"


def _flipped(chance: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        if out:
            out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def _doubled(chance: random.Random, data: bytes) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + data[max(0, start - chance.randint(1, 300)) :]


OF_TEXT: tuple[Callable[[random.Random, str, list[str]], str], ...] = (
    _inserted, _dropped, _spliced, _repeated, _without_ends, _wrapped, _escaped, _misread, _tagged,
    _numbered, _tabbed, _ruled,
)  # fmt: skip
_CONTAINERS: tuple[Callable[[random.Random, str], tuple[bytes, str]], ...] = (
    *(_as_text,) * 6,
    *(_as_page,) * 2,
    *(_as_docx,) * 2,
    _as_pdf,
)
_OF_BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (_flipped, _cut, _doubled)
