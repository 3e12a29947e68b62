"""The tree of sections: which heading covers which lines, and what each tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qianxian_reader._document import ReportKind, Role, Section
from qianxian_reader._head import Head
from qianxian_reader._headings import Heading
from qianxian_reader._paragraphs import Paragraph
from qianxian_reader._roles import default_role, role_of_part, role_within

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_FIVE_YEARS = re.compile(r"“?十[二三四五]五”?")
# Levels from which a heading opens a section; 一是 and ① stay inside their section.
_DEEPEST = 4


class SectionTree:
    """Sections in order, and the innermost one of each paragraph.

    notes   number of the paragraph from which all are footnotes: they stand in a part of their
            own, since what they say belongs to no part that they happen to follow
    """

    def __init__(
        self,
        head: Head,
        headings: Sequence[Heading],
        paragraphs: Sequence[Paragraph],
        notes: int | None = None,
    ):
        self.sections: list[Section] = []
        self.of_paragraph: list[int] = [0] * len(paragraphs)
        self._head = head
        self._paragraphs = paragraphs
        self._notes = len(paragraphs) if notes is None else notes
        self._build([one for one in headings if one.level <= _DEEPEST])

    def _build(self, headings: Sequence[Heading]) -> None:
        self._open(Heading(0, 0, "", 0, self._head.title, 0), default_role(self._head.kind), None)
        stack = [0]
        by_paragraph = {one.paragraph: one for one in headings}
        for paragraph in self._paragraphs:
            heading = by_paragraph.get(paragraph.number)
            if paragraph.number >= self._notes:
                if paragraph.number == self._notes:
                    stack = [0, self._open_notes(paragraph)]
            elif heading:
                while self.sections[stack[-1]].level >= heading.level:
                    stack.pop()
                parent = stack[-1]
                role, year = self._role_and_year(heading, parent)
                stack.append(self._open(heading, role, parent, year))
            self.of_paragraph[paragraph.number] = stack[-1]
        self._close()

    def _open(
        self, heading: Heading, role: Role, parent: int | None, year: int | None = None
    ) -> int:
        line = self._paragraphs[heading.paragraph].line if self._paragraphs else 1
        self.sections.append(
            Section(
                id=len(self.sections),
                level=heading.level,
                heading=heading.title,
                role=role,
                first=line,
                last=line,
                number=heading.number,
                parent=parent,
                year=year,
            )
        )
        return len(self.sections) - 1

    def _open_notes(self, paragraph: Paragraph) -> int:
        return self._open(Heading(paragraph.number, 1, "", 0, "脚注", 0), Role.OTHER, 0)

    def _role_and_year(self, heading: Heading, parent: int) -> tuple[Role, int | None]:
        above = self.sections[parent]
        found = _YEAR.search(heading.title)
        year = int(found[1]) if found else above.year
        if heading.level > 1 and not (above.level == 0 and not self._has_parts()):
            return role_within(heading.title, above.role), year
        before = self._part_before()
        follows = bool(found and before and before.year and int(found[1]) == before.year + 1)
        role = role_of_part(heading.title, before.role if before else None, follows_review=follows)
        return role or above.role, year or self._year_of(role or above.role)

    def _has_parts(self) -> bool:
        return any(section.level == 1 for section in self.sections)

    def _part_before(self) -> Section | None:
        parts = [section for section in self.sections if section.level == 1]
        return parts[-1] if parts else None

    def _year_of(self, role: Role) -> int | None:
        """2021年工作总结和2022年工作计划: the second year is the plan's."""
        years = [int(year) for year in _YEAR.findall(self._head.title)]
        if role is Role.PLAN and len(years) > 1:
            return years[-1]
        if role is Role.PLAN and self._head.kind is ReportKind.ANNUAL and years:
            return None
        return years[0] if years and role is Role.DONE else None

    def _close(self) -> None:
        """Give every section its last line: where its paragraphs and its children's end."""
        lasts = [section.first for section in self.sections]
        for paragraph, section in zip(self._paragraphs, self.of_paragraph, strict=True):
            place: int | None = section
            while place is not None:
                lasts[place] = max(lasts[place], paragraph.line)
                place = self.sections[place].parent
        self.sections = [
            _with_last(section, last) for section, last in zip(self.sections, lasts, strict=True)
        ]


def _with_last(section: Section, last: int) -> Section:
    return Section(
        section.id,
        section.level,
        section.heading,
        section.role,
        section.first,
        last,
        section.number,
        section.parent,
        section.year,
    )
