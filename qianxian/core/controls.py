"""Controls of forms written out by Python, as Django's own templates write them.

A list has a dozen conditions with some hundred choices, and Django draws each choice by two
templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


class Controls(DjangoTemplates):
    """Django's renderer, quicker for a line of text, a day, a hidden value and a choice."""

    def render(
        self, template_name: str, context: dict[str, Any], request: Any = None
    ) -> SafeString:
        if write := _WRITTEN.get(template_name):
            return SafeString(write(context["widget"]))
        return SafeString(super().render(template_name, context, request))


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    told = "" if value is None else f' value="{conditional_escape(value)}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{told}{_attrs(widget)}>'


def _select(widget: Mapping[str, Any]) -> str:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    name = conditional_escape(widget["name"])
    return f'<select name="{name}"{_attrs(widget)}>{groups}\n</select>'


def _group(name: str | None, options: list[Mapping[str, Any]]) -> str:
    drawn = "".join(f"\n  {_option(option)}\n" for option in options)
    if not name:
        return drawn
    return f'\n  <optgroup label="{conditional_escape(name)}">{drawn}\n  </optgroup>'


def _option(option: Mapping[str, Any]) -> str:
    value, label = conditional_escape(option["value"]), conditional_escape(option["label"])
    return f'<option value="{value}"{_attrs(option)}>{label}</option>'


def _attrs(widget: Mapping[str, Any]) -> str:
    """` name="value"` of each; True is the name alone, False nothing."""
    return "".join(
        f" {conditional_escape(name)}"
        + ("" if value is True else f'="{conditional_escape(value)}"')
        for name, value in widget["attrs"].items()
        if value is not False
    )


_WIDGETS = "django/forms/widgets"
_WRITTEN: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        **{
            f"{_WIDGETS}/{name}.html": _input
            for name in ("text", "input", "date", "number", "hidden", "checkbox")
        },
        f"{_WIDGETS}/select.html": _select,
    }
)
