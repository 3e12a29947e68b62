"""The measures of GB/T 9704-2012 in the units of a .docx, each with where it comes from.

Twips are twentieths of a point (567 to a centimetre); sizes of type are half points; `chars` are
hundredths of a character, the unit in which Word keeps an indent of two characters as such.
"""

from __future__ import annotations

import unicodedata

# A4 with 天头 37 mm, 订口 28 mm and a type area of 156 × 225 mm.
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
MARGIN_TOP, MARGIN_RIGHT, MARGIN_BOTTOM, MARGIN_LEFT = 2098, 1474, 1984, 1587
TYPE_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
TYPE_HEIGHT = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM

# 22 lines on a page: 12756 / 22 = 579.8. One twip more, the often quoted 29 points, and only 21 fit.
LINE = 579
LINES_PER_PAGE = 22
# 28 characters in a line: 442.25 pt / 28 = 15.795 pt, so each 16 pt character is set 0.207 pt closer.
# In 4096ths of a point; a hair under the exact -841, so that rounding never leaves 27.
CHAR_SPACE = -848
CHARS_PER_LINE = 28
# The same for a style that is off the grid, in twips: 16 - 6/20 = 15.7 pt, and 28 of them fit (at
# -5 LibreOffice rounds and leaves 27); justified, the line is filled to its 442 pt.
SQUEEZE = -6
# One character of the grid in twips, for programs that do not know indents in characters.
CHAR = 316

# 3号 for text, 2号 for the title, 4号 for page numbers, 小四 inside tables.
SIZE_TEXT, SIZE_TITLE, SIZE_PAGE_NUMBER, SIZE_TABLE = 32, 44, 28, 24
# 发文机关标志: as large as fits on one line, at most 48 pt. Its upper edge stands 35 mm below that
# of the type area, of which 2 mm are air above the letters inside their line.
SIZE_LETTERHEAD_MOST, SIZE_LETTERHEAD_LEAST = 96, 44
LETTERHEAD_DROP = 1871
# The red rule stands 4 mm below 发文字号, of which 1.5 mm are air below the figures inside their
# line: 7 pt remain. Its colour and weight (1.5 pt) are by custom.
RULE_GAP_POINTS, RULE_EIGHTHS, RED = 7, 12, "FF0000"
# The dash of the page number lies 7 mm below the type area: half of a 16 pt line above that,
# the rest of the 35 mm margin below.
PAGE_NUMBER_LINE = 320
FOOTER_DISTANCE = MARGIN_BOTTOM - 397 - PAGE_NUMBER_LINE // 2


def width_chars(text: str) -> int:
    """How wide a text prints, in hundredths of a character: Chinese 100, Latin and digits 50."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return 50 * (len(text) + wide)


def twips(chars: int) -> int:
    """Hundredths of a character in twips."""
    return chars * CHAR // 100


def letterhead_line(size: int) -> int:
    """The height of its line in twips, 1.2 times the type: a font's own height may be far more."""
    return size * 12


def letterhead_size(name: str) -> int:
    """The size in half points at which 发文机关标志 fits on one line."""
    fits = TYPE_WIDTH * 100 // (10 * width_chars(name))
    # Word rounds an odd half point in places, so the size is kept whole.
    return max(SIZE_LETTERHEAD_LEAST, min(SIZE_LETTERHEAD_MOST, fits // 2 * 2))
