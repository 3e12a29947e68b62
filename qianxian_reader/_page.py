"""The main text out of a web page: what stands around the article is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qianxian_reader._lexicon import words

_DROPPED = words(
    "script style noscript template nav aside footer form button select iframe svg object head"
    " video audio input textarea"
)
_CONTAINERS = words("body div article main section td center")
# Words in the class or id of what stands around an article on the pages of offices.
_AROUND = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|foot|footer|sidebar|share|shares|bdsharebuttonbox|related|relevant|recommend|comment|comments"
    r"|breadcrumb|crumb|crumbs|position|copyright|toolbar|tools|pager|pagination|login|search|banner|ad|ads|advert|qrcode|hot|hotnews"
    r"|links|friendlink|friendlinks|prevnext|prev|next|xgwd|xgxw|xglj|fenxiang|dibu|daohang)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
# A container with so much of the page's words is the article or stands around it.
_MAIN = 0.7
_ENOUGH = 60  # characters; a page with less is taken whole
# No page is deeper, and the work of a parser grows with the square of the depth.
_DEEPEST = 300
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Without an end of their own, or closed by the next of their kind.
_SHALLOW = words(
    "br hr img input meta link col area base embed source param wbr p li td th tr dt dd option"
    " tbody thead tfoot colgroup html body head"
)


@dataclass(slots=True)
class _Weighed:
    """A container: words of its own and of all in it, and how many of them are links."""

    node: LexborNode
    words: int = 0
    children: list[_Weighed] = field(default_factory=list)


def main_text(page: str) -> str:
    """The part of a page that is the report, as HTML; the whole where that cannot be told."""
    body = LexborHTMLParser(page).body if _depth(page) <= _DEEPEST else None
    if body is None:
        return page
    plain = _Weighed(body)
    _weigh(body, plain)
    total = plain.words
    if total < _ENOUGH:
        return body.html or page
    best = plain
    while inner := next((one for one in best.children if one.words >= _MAIN * total), None):
        best = inner
    return _title(body, best.node) + (best.node.html or "")


def _depth(page: str) -> int:
    """How deep tags stand in each other at most, about."""
    deepest = now = 0
    for found in _TAG.finditer(page):
        if found[2].lower() not in _SHALLOW:
            now = max(now - 1, 0) if found[1] else now + 1
            deepest = max(deepest, now)
    return deepest


def _weigh(body: LexborNode, top: _Weighed) -> None:
    """Drop what is around the article, count the words of what is left."""
    stack: list[tuple[LexborNode, list[_Weighed], bool]] = [(body, [top], False)]
    dropped: list[LexborNode] = []
    while stack:
        node, around, in_link = stack.pop()
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                count = 0 if in_link else len("".join((child.text_content or "").split()))
                for one in around:
                    one.words += count
            elif tag in _DROPPED or _is_around(child, tag):
                dropped.append(child)
            else:
                inner = around
                if tag in _CONTAINERS:
                    weighed = _Weighed(child)
                    around[-1].children.append(weighed)
                    inner = [*around, weighed]
                stack.append((child, inner, in_link or tag == "a"))
    for unwanted in dropped:
        unwanted.decompose()


def _is_around(node: LexborNode, tag: str) -> bool:
    if tag not in ("div", "ul", "section", "p", "table", "span", "header", "dl"):
        return False
    attributes = node.attributes
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    # The names of frames around everything have such words too: 400 characters are no menu.
    return bool(_AROUND.search(named)) and len(node.text(deep=True)) < 400


def _title(body: LexborNode, main: LexborNode) -> str:
    """The heading of the page, where it stands outside the article."""
    first = body.css_first("h1")
    if first is None or (main.html and first.html and first.html in main.html):
        return ""
    return first.html or ""
