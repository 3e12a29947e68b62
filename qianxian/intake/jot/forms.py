"""Forms of a card: those of the ledgers and matters, with what was said standing in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qianxian.core.models import User
from qianxian.ledgers.forms import CorrectionForm, EntryForm
from qianxian.ledgers.models import Entry
from qianxian.ledgers.widgets import DayWidget
from qianxian.matters.forms import StepForm
from qianxian_packs import Ledger, Step


class JotEntryForm(EntryForm):
    """A new entry as it was said."""

    def __init__(
        self,
        ledger: Ledger,
        user: User,
        on: date,
        *args: Any,
        doubts: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(ledger, user, on, *args, **options)
        for name, says in (doubts or {}).items():
            if name in self.fields:
                self.fields[name].help_text = says


class JotStepForm(StepForm):
    """A step as it was said: what it needs, and numbers that were said beside."""

    def __init__(
        self,
        entry: Entry,
        step: Step,
        user: User,
        on: date,
        *args: Any,
        said: Mapping[str, Any],
        **options: Any,
    ) -> None:
        super().__init__(entry, step, user, on, *args, initial=dict(said), **options)
        known = self.ledger.by_name
        self.add_fields(known[n] for n in said if n in known and n not in step.needs)

    @property
    def given(self) -> list[str]:
        """The fields of the ledger that this form holds."""
        return [name for name in self.ledger.by_name if name in self.fields]


class EndForm(CorrectionForm):
    """The last day of a tie, and why it ended. Nothing else of it changes here."""

    def __init__(
        self,
        entry: Entry,
        user: User,
        on: date,
        *args: Any,
        said: Mapping[str, Any],
        **options: Any,
    ) -> None:
        super().__init__(entry, user, on, *args, initial=dict(said), **options)
        assert self.ledger.span is not None  # noqa: S101  ends are of ledgers with a span
        last = self.ledger.span.to
        kept = {*said, last, "version"}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.fields[last].widget = DayWidget(on)
        self.initial.setdefault(last, on.isoformat())
