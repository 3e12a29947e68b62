"""Forms of imports: the file, what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from qianxian.core.models import Place


class TownshipForm(forms.Form):
    """Of which township what is handed in is; asked only where the clerk has several."""

    township = forms.ModelChoiceField(
        Place.objects.none(), label="哪个乡镇的", empty_label=None, required=False
    )

    def __init__(self, *args: Any, townships: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._townships = list(townships)
        if len(self._townships) < 2:
            del self.fields["township"]
            return
        codes = [place.code for place in townships]
        field = self.fields["township"]
        field.queryset = Place.objects.filter(code__in=codes)  # type: ignore[attr-defined]
        field.initial = self._townships[0]

    def chosen(self) -> Place:
        found = self.cleaned_data.get("township") or self._townships[0]
        assert isinstance(found, Place)  # noqa: S101  the field gives nothing else
        return found


class UploadForm(TownshipForm):
    """A workbook."""

    file = forms.FileField(
        label="Excel 或 CSV 文件",
        help_text="能读 .xlsx、.xls、.csv。表头、合并格、标题行不用改。",
        error_messages={
            "required": "还没选文件。请选一个，或者拖到框里。",
            "empty": "这个文件是空的。请重新选一个。",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.csv", "class": "drop"}),
    )
