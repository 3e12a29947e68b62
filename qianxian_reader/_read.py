"""The front door: bytes or text to a document."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qianxian_figures import Period
from qianxian_reader._document import CatalogueLike, Document
from qianxian_reader._figures import read_figures
from qianxian_reader._found import Frame
from qianxian_reader._furniture import furniture
from qianxian_reader._head import head
from qianxian_reader._headings import headings
from qianxian_reader._mapped import BREAK, Mapped
from qianxian_reader._match import Matcher
from qianxian_reader._paragraphs import Places, paragraphs
from qianxian_reader._places_named import PlaceNames
from qianxian_reader._reading import Reading
from qianxian_reader._repair import repair
from qianxian_reader._sections import SectionTree
from qianxian_reader._source import Source, open_source
from qianxian_reader._statements import statements
from qianxian_reader._tasks import problems, tasks
from qianxian_reader.rules import check


def read(
    data: bytes,
    name: str,
    *,
    catalogue: CatalogueLike | None = None,
    switched_off: Collection[str] = (),
) -> Document:
    """Read a report. `name` decides how the bytes are opened and appears in every span.

    Errors: UnreadableFile, with a Chinese sentence; UnknownRule for a rule that does not exist.
    """
    return _document(reading(open_source(data, name), catalogue), switched_off)


def read_text(
    text: str,
    name: str = "",
    *,
    catalogue: CatalogueLike | None = None,
    switched_off: Collection[str] = (),
) -> Document:
    """Read a text that is already decoded: a pasted message, a draft, one sentence."""
    source = Source(name, "text", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _document(reading(source, catalogue), switched_off)


def reading(source: Source, catalogue: CatalogueLike | None = None) -> Reading:
    """Everything but the findings."""
    places = Places(source.text)
    repaired = repair(source.text)
    parts = paragraphs(source, repaired.mapped, places)
    unread = furniture(parts)
    top = head(parts, unread)
    skipped = unread | {top.title_at}
    heads = headings(parts, skipped)
    notes = source.notes_from
    first_note = (one.number for one in parts if notes is not None and one.mapped.start(0) >= notes)
    tree = SectionTree(top, heads, parts, next(first_note, None))
    names = PlaceNames((one.text for one in parts if one.number not in unread), top.place)
    period = top.period if isinstance(top.period, Period) else None
    frame = Frame(source.name, places, names, Matcher(catalogue), top.year, period)
    found = read_figures(parts, skipped, tree.sections, tree.of_paragraph, frame)
    return Reading(
        source,
        repaired,
        places,
        parts,
        unread,
        top,
        heads,
        tree.sections,
        tree.of_paragraph,
        found,
        tasks(parts, skipped, tree.sections, tree.of_paragraph, heads, found),
        problems(parts, skipped, tree.sections, tree.of_paragraph, heads),
    )


def _document(known: Reading, switched_off: Collection[str]) -> Document:
    findings = check(known, switched_off)
    figures = tuple(one.figure for one in known.found)
    known.found.clear()  # nothing looks back at the text from here on, and a long one has many
    lines = known.source.lines()
    return Document(
        file=known.source.name,
        encoding=known.source.encoding,
        lines=lines,
        repaired=_by_line(known.repaired.mapped, lines),
        title=known.head.title,
        place=known.head.place,
        year=known.head.year,
        kind=known.head.kind,
        period=known.head.period,
        repairs=known.repaired.summary(known.source.text),
        sections=tuple(known.sections),
        figures=figures,
        tasks=known.tasks,
        problems=known.problems,
        findings=findings,
        statements=tuple(
            statements(known.paragraphs, known.furniture, known.sections, known.of_paragraph)
        ),
    )


def _by_line(mapped: Mapped, lines: Sequence[str]) -> tuple[str, ...]:
    """The repaired words of each source line; a tag over several lines takes no line away."""
    out, start, offset = [], 0, 0
    for line in lines:
        offset += len(line) + 1
        end = mapped.first_from(offset, start)
        words = mapped.text[start:end].removesuffix("\n").replace(BREAK, "\n")
        out.append(line if words == line else words)  # held once where nothing was put right
        start = end
    return tuple(out)
