"""Markup as a tree: of a few tags, or of an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import lxml.html
from django.template import Context, Template

FRIDAY = date(2026, 10, 16)


def draw(source: str, **context: Any) -> lxml.html.HtmlElement:
    """The markup of a few tags, as a tree."""
    template = Template("{% load look %}" + source)
    return lxml.html.fragment_fromstring(
        template.render(Context({"today": FRIDAY, **context})), create_parent="div"
    )


def read(response: Any) -> lxml.html.HtmlElement:
    tree = lxml.html.document_fromstring(response.content)
    assert isinstance(tree, lxml.html.HtmlElement)
    return tree


def words(tree: lxml.html.HtmlElement) -> str:
    return " ".join(tree.text_content().split())
