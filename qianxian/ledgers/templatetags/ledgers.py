"""Small filters for pages that are made from a definition."""

from __future__ import annotations

from collections.abc import Mapping

from django.forms import BaseForm, BoundField
from django.template import Library

from qianxian.ledgers.pickers import Picker
from qianxian.ledgers.widgets import SHORT
from qianxian_packs import Field

register = Library()


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
