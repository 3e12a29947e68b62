"""Controls that Python writes are the ones that Django's templates draw."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

from qianxian.core.controls import Controls

_HOSTILE = '"><script>alert(1)</script>&'
_GROUPED = [("", "全部"), ("桃溪村", [("1", "一组"), ("2", _HOSTILE)]), (_HOSTILE, [(3, "三组")])]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput(attrs={"class": "input", "data-x": _HOSTILE}), _HOSTILE),
        (forms.TextInput(attrs={"required": True, "disabled": False}), None),
        (forms.TextInput(), SafeString("<b>")),
        (forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), date(2026, 11, 18)),
        (forms.NumberInput(attrs={"min": 0}), 3),
        (forms.HiddenInput(), "x"),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), False),
        (forms.Select(choices=[("", "全部"), ("a", "甲"), ("b", SafeString("<b>乙</b>"))]), "a"),
        (forms.Select(attrs={"class": "input"}, choices=_GROUPED), "2"),
        (forms.Select(choices=[]), None),
        (forms.SelectMultiple(choices=_GROUPED), ["1", "3"]),
        (forms.Textarea(), _HOSTILE),
    ],
)
def test_a_control_is_written_as_django_draws_it(widget: forms.Widget, value: object) -> None:
    drawn = widget.render("f_kind", value, {"id": "id_f_kind"}, renderer=DjangoTemplates())

    assert widget.render("f_kind", value, {"id": "id_f_kind"}, renderer=Controls()) == drawn
