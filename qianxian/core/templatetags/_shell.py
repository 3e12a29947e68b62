"""The frame of every page. Drawn once for the same words and kept, as it is most of a short page."""

from __future__ import annotations

import secrets
from functools import lru_cache

from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from qianxian.core.shell import Frame
from qianxian.core.templatetags._basics import one_of

register = Library()

PARTS = ("top", "rail", "tabbar")
_KEPT = 500
# Stands in what is kept where the token of the form comes, which is another in each answer.
_TOKEN = secrets.token_hex(16)


@register.simple_tag(takes_context=True)
def frame(context: Context, part: str) -> SafeString:
    """The top bar, the rail or the bar of the phone. Context: frame; search_text where there is one."""
    one_of(part, PARTS, "part")
    words = context.get("frame") or Frame()
    drawn = _drawn(part, words, str(context.get("search_text") or ""), get_language())
    return SafeString(drawn.replace(_TOKEN, str(context.get("csrf_token", ""))))


@lru_cache(maxsize=_KEPT)
def _drawn(part: str, words: Frame, search_text: str, _language: str | None) -> str:
    given = {"frame": words, "rail": words.rail, "search_text": search_text, "csrf_token": _TOKEN}
    return render_to_string(f"_components/shell/{part}.html", given)


@register.simple_tag
def head_links() -> SafeString:
    """What every <head> loads."""
    return _head_links(get_language())


@lru_cache
def _head_links(_language: str | None) -> SafeString:
    return render_to_string("_components/shell/head.html")
