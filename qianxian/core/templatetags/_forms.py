"""Form parts: one field in every kind, the list of errors at the top, the filter bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from qianxian.core.templatetags._basics import icon

register = Library()

_NO_EXTRA: Mapping[str, str] = MappingProxyType({})
_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, _CHOICES):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "hidden" if bound.is_hidden else "input"


def _warnings(bound: BoundField, warn: str) -> list[str]:
    """Soft checks: a form may carry `warnings`, a mapping of field name to sentences."""
    held: dict[str, Iterable[str]] = getattr(bound.form, "warnings", {})
    return [warn] if warn else list(held.get(bound.name, ()))


def _described_by(bound: BoundField, *, help_text: str, warnings: list[str]) -> str:
    ids = [
        f"{bound.auto_id}_helptext" if help_text else "",
        f"{bound.auto_id}_error" if bound.errors else "",
        f"{bound.auto_id}_warning" if warnings else "",
    ]
    return " ".join(filter(None, ids))


def _widget(
    bound: BoundField, *classes: str, described_by: str = "", extra: Mapping[str, str] = _NO_EXTRA
) -> SafeString:
    own = str(bound.field.widget.attrs.get("class", ""))
    attrs: dict[str, str | bool] = {**extra}
    if any((own, *classes)):
        attrs["class"] = " ".join(filter(None, [*classes, own]))
    if described_by:
        attrs["aria-describedby"] = described_by
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("_components/field.html")
def field(
    bound: BoundField,
    unit: str = "",
    *,
    help: str = "",
    warn: str = "",
    width: str = "",
    label: str = "",
    optional: bool = True,
    **attrs: str,
) -> dict[str, Any]:
    """Other keywords become attributes of the control: hx_get → hx-get."""
    warnings = _warnings(bound, warn)
    help_text = str(help or bound.help_text)
    described_by = _described_by(bound, help_text=help_text, warnings=warnings)
    extra = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
    kind = _kind(bound)
    classes = {"check": [], "file": ["file"]}.get(kind, ["input", width])
    control = _widget(bound, *classes, described_by=described_by, extra=extra)
    return {
        "field": bound,
        "kind": kind,
        "control": control,
        "label": label or bound.label,
        "unit": unit,
        "help": help_text,
        "warnings": warnings,
        "described_by": described_by,
        "optional": optional and not bound.field.required and kind != "check",
        "errors": bound.errors,
    }


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """The bare control of a field, for the filter bar."""
    return _widget(bound, "input")


@register.simple_tag
def condition(bound: BoundField) -> SafeString:
    """One condition of a list with what was not understood of it, written here as a bar has ten."""
    label = conditional_escape(bound.label)
    if isinstance(bound.field.widget, forms.CheckboxInput):
        drawn = f'<label class="choice">{bound.as_widget()}{label}</label>'
    else:
        drawn = f'<label class="label" for="{bound.id_for_label}">{label}</label>'
        drawn += _widget(bound, "input")
    for error in bound.errors:
        told = f"{icon('bang')}<span>{conditional_escape(str(error))}</span>"
        drawn += f'<p class="warn-line note">{told}</p>'
    return SafeString(f"<div>{drawn}</div>")


@register.inclusion_tag("_components/photo.html")
def photo(bound: BoundField, label: str = "", help: str = "") -> dict[str, Any]:
    """A large button that opens the camera on a phone; says which pictures were taken."""
    attrs = {"accept": "image/*", "capture": "environment", "class": "photo-input"}
    return {
        "field": bound,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "control": bound.as_widget(forms.FileInput(), attrs={**bound.field.widget.attrs, **attrs}),
    }


def _named(bound: BoundField, error: str) -> str:
    """Away from its field an error must name it; many sentences do so already."""
    return error if str(bound.label) in error else f"{bound.label}：{error}"


@register.inclusion_tag("_components/error_summary.html")
def error_summary(form: BaseForm, title: str = "", *, focus: bool = True) -> dict[str, Any]:
    """The focus goes there, so that a screen reader says it; off where it is only shown."""
    lines = [
        (f"#{bound.id_for_label or bound.auto_id}", _named(bound, str(error)))
        for bound in form
        for error in bound.errors
    ]
    general = [("", error) for error in form.non_field_errors()]
    all_lines = general + lines
    return {"lines": all_lines, "count": len(all_lines), "title": title, "focus": focus}


def filter_controls(form: BaseForm, action: str = "") -> SafeString:
    """The form of a filter bar."""
    return render_to_string("_components/filter_controls.html", {"form": form, "action": action})


@register.inclusion_tag("_components/filter_bar.html", takes_context=True)
def filter_bar(
    context: Context,
    form: BaseForm | SafeString,
    *,
    chips: Iterable[tuple[str, str]] = (),
    told: str = "",
    action: str = "",
) -> dict[str, Any]:
    """`chips` are the filters in force: (what it says, the address without it).

    A page that many look at gives the `filter_controls` of its form, drawn before.
    """
    controls = form if isinstance(form, SafeString) else filter_controls(form, action)
    return {"controls": controls, "chips": list(chips), "told": told}
