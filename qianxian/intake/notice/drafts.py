"""What is proposed of a notice before anybody has confirmed it, and its words with marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from qianxian.core.models import Place
from qianxian.matters import routing
from qianxian_reader.notice import Day, Found, NoticeRead, Role, Span, read_notice

UNLISTED = "未列明"
# The longest text that a field of a ledger holds; what is longer is cut, and the page says so.
LONGEST = 2_000
_CUT = "\n（原文太长，后面的没有存，请留好原件。）"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `label` where a mark begins."""

    text: str
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the text with why it stands there."""

    day: Day
    why: str
    is_deadline: bool
    sentence: str


def read(text: str, received: datetime) -> NoticeRead:
    """Relative days count from the local day of receipt, working days by the office's calendar."""
    calendar = routing.calendar()
    return read_notice(
        text,
        received=timezone.localtime(received),
        working_day_after=lambda day, count: calendar.after(day, count, working=True),
    )


def initial(found: NoticeRead, villages: Sequence[Place], on: date) -> dict[str, object]:
    """The form as it first stands: what was read, nothing invented."""
    due, own = found.deadline, found.for_villages or found.deadline
    return {
        "issuer": _value(found.issuer),
        "number": _value(found.number),
        "subject_text": _value(found.title),
        "received_on": on.isoformat(),
        "deadline": due.on.isoformat() if due else "",
        "deadline_time": _hour(due),
        "asks": "\n".join(ask.value for ask in found.asks),
        "list_class": _value(found.list_class) or UNLISTED,
        "village_deadline": own.on.isoformat() if own else "",
        "village_time": _hour(own),
        "villages": [place.code for place in ticked(found, villages)],
    }


def ticked(found: NoticeRead, villages: Sequence[Place]) -> list[Place]:
    """Every village where the text speaks to all; else those that it names."""
    if not found.asks:
        return []
    if found.to_villages:
        return list(villages)
    return [place for place in villages if place.name in found.text]


def kept(text: str) -> str:
    """The words as they are stored beside the notice."""
    text = text.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


def _value(found: Found | None) -> str:
    return found.value if found else ""


def _hour(day: Day | None) -> str:
    return f"{day.hour:%H:%M}" if day and day.hour else ""


def _marks(found: NoticeRead) -> Iterable[tuple[Span, str, str]]:
    """Span, kind and label; a later one wins where two lie over another."""
    for n, ask in enumerate(found.asks, start=1):
        yield from ((span, "key", _("ask") + str(n)) for span in ask.spans)
    for label, one in (
        (_("issuer"), found.issuer),
        (_("number"), found.number),
        (_("title"), found.title),
        (_("reply"), found.acknowledge),
        (_("list"), found.list_class),
        *((_("attachment"), each) for each in found.attachments if not _is_in(each, found.asks)),
    ):
        yield from ((span, "key", label) for span in (one.spans if one else ()))
    if found.for_villages:
        yield found.for_villages.span, "key", _("for the villages")
    if found.deadline:
        yield found.deadline.span, "now", _("deadline")


def _is_in(one: Found, asks: Iterable[Found]) -> bool:
    """An attachment that an ask names is marked with the ask."""
    inside = [span for ask in asks for span in ask.spans]
    return any(a.start <= b.start and b.end <= a.end for a in inside for b in one.spans)


def pieces(found: NoticeRead) -> list[Piece]:
    """The whole text in order, cut where a mark begins or ends."""
    marks = list(_marks(found))
    owner: list[int | None] = [None] * len(found.text)
    for n, (span, _kind, _label) in enumerate(marks):
        owner[span.start : span.end] = [n] * (span.end - span.start)
    out: list[Piece] = []
    seen: set[int] = set()
    start = 0
    for at in range(1, len(owner) + 1):
        if at < len(owner) and owner[at] == owner[start]:
            continue
        number = owner[start]
        if number is None:
            out.append(Piece(found.text[start:at]))
        else:
            _span, kind, label = marks[number]
            out.append(Piece(found.text[start:at], kind, "" if number in seen else label))
            seen.add(number)
        start = at
    return out


def named_days(found: NoticeRead) -> list[NamedDay]:
    why = {
        Role.DUE: _("something is owed"),
        Role.MEETING: _("somebody has to be there"),
        Role.RUN_END: _("the last day of a stretch"),
        Role.RECURRING: _("comes again, the next one"),
        Role.START: _("it begins"),
        Role.ISSUED: _("the day of issue"),
        Role.REPLACED: _("put off by the text itself"),
        Role.CONDITIONAL: _("counts from something that may happen"),
        Role.THEIRS: _("others' duty or plan"),
        Role.OTHER: _("something else"),
    }
    return [
        NamedDay(day, why[day.role], day == found.deadline, day.sentence.of(found.text))
        for day in found.days
    ]
