"""Small filters for pages that are made from a definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from qianxian.ledgers.blocks import Block
from qianxian.ledgers.household import names
from qianxian.ledgers.models import Entry
from qianxian.ledgers.pickers import Picker
from qianxian.ledgers.widgets import SHORT
from qianxian_packs import Field

register = Library()


@register.simple_tag(takes_context=True)
def entry_block(context: Context, block: Block) -> SafeString:
    """A block of another room: the page's context, and the block's own on top of it."""
    page = cast("dict[str, Any]", context.flatten())
    return render_to_string(block.template, {**page, **block.context})


@register.filter
def page_url(entry: Entry) -> str:
    """The page about an entry where it has one, else its page in its ledger."""
    return names.page_url(entry)


@register.filter
def width(field: Field) -> str:
    """Numbers and dates get a narrow box, so that its size says what is asked."""
    return "short" if field.type in SHORT else ""


@register.filter
def named_picker(pickers: Mapping[str, Picker], name: str) -> Picker:
    return pickers[name]


@register.filter
def clearing(form: BaseForm, name: str) -> BoundField | None:
    """The tick that deletes a stored private value, on forms that have one."""
    key = f"clear_{name}"
    return form[key] if key in form.fields else None
