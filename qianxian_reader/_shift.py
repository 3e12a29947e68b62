"""Text that lost or gained one byte in GBK: every character after it is read from the wrong half.

``。现将`` becomes ``，F將`` and ``（一）`` becomes ``。ㄒ唬``. Putting the byte back gives the words
again, up to where the halves fall in step. Only a result that is plain Chinese is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import rjieba

from qianxian_reader._mapped import Edit
from qianxian_reader._scan import Scan
from qianxian_reader._script import simplified

# Characters that no report uses between Chinese ones: Bopomofo, box drawing, ideographic
# description, private use. In a shifted text they are everywhere.
_ODD = r"\u3105-\u3129\u2500-\u257f\u2ff0-\u2fff\ue000-\uf8ff`\u01cd-\u01dc"
# Full-width ASCII that a half of a full stop makes of the byte after it: Ｈ梦颐 for 。让我们.
_WIDE = r"\uff03\uff04\uff06\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff20-\uff3a\uff3e-\uff5a"
_TRIGGER = Scan(
    f"[{_ODD}{_WIDE}A-Za-z]",
    rf"[{_ODD}]|(?<=[\u3000-\u9fff\uff00-\uffee,.;:?!])[A-Za-z](?=[\u4e00-\u9fff])"
    rf"|(?<=[\u3000-\u9fff\uff00-\uffee,.;:?!])[{_WIDE}](?=[\u4e00-\u9fff])",
)
_REACH = 12  # how many characters before the trigger the shift may begin
_LONGEST = 60
_SURE = 4  # good characters in a row that show the repair to be right
_STRANGE = 3  # odd characters of a run that was not merely written with rare ones
LOST = "\ufffd"
_STOPS = frozenset("，。、；：？！“”‘’（）《》〈〉【】〔〕—…·－％￥　「」『』〇")


@cache
def is_odd(char: str) -> bool:
    return bool(re.match(f"[{_ODD}]", char))


@cache
def is_plain(char: str) -> bool:
    """ASCII, Chinese punctuation, or one of the 3,755 commonest characters in either script."""
    if char < "\x80" or char in _STOPS:
        return True
    for form in (char, simplified(char)):
        try:
            lead = form.encode("gb2312")[0]
        except UnicodeEncodeError:
            continue
        if 0xB0 <= lead <= 0xD7 or lead == 0xA3:
            return True
    return False


def edits(text: str) -> list[Edit]:
    """What should stand in place of each shifted run, in order."""
    out: list[Edit] = []
    done = 0
    for found in _TRIGGER.finditer(text):
        if found.start() < done:
            continue
        best = _best(text, found.start(), done)
        if best:
            out.append(best)
            done = best[1]
    return out


def _best(text: str, trigger: int, done: int) -> Edit | None:
    """The repair that explains most of the oddity near the trigger, beginning near it."""
    line_start = text.rfind("\n", 0, trigger) + 1
    earliest = max(done, line_start, trigger - _REACH)
    candidates = [
        candidate
        for start in range(trigger, earliest - 1, -1)
        for candidate in _candidates(text, start)
        if candidate[1] > trigger and _is_better(text, candidate)
    ]
    return min(
        candidates,
        key=lambda edit: (_left_over(text, earliest, edit), _pieces(text, earliest, edit)),
        default=None,
    )


def _pieces(text: str, earliest: int, edit: Edit) -> int:
    """Into how many words the text falls with an edit: right text has long ones."""
    start, end, new = edit
    following = text[end : end + _REACH]
    return len(rjieba.cut(simplified(text[earliest:start] + new + following)))


def _left_over(text: str, earliest: int, edit: Edit) -> int:
    """What an edit leaves unexplained: odd characters before it, brackets without a partner."""
    start, _, new = edit
    before = sum(not is_plain(char) or is_odd(char) for char in text[earliest:start])
    wide = len(re.findall(f"[{_WIDE}]", new.lstrip(LOST)))
    return before + wide + abs(new.count("（") - new.count("）"))


def _candidates(text: str, start: int) -> Iterator[Edit]:
    """The two ways a shift begins: half of a full-width space too many (its A1 now leads the
    next character), or half of a full stop lost (its A3 now leads the next one).
    """
    run = text[start : start + _LONGEST].split("\n")[0]
    head = _full_width(run[0])
    if "\u4e00" <= head <= "\u9fff":
        yield from _beheaded(run, start)
        return
    for lost, lead in ((b"", 0xA1), (b"\xa1", 0xA3)):
        if head.encode("gb18030", "replace")[0] == lead:
            new, length = _resynced(head + run[1:], lost)
            if length:
                yield start, start + length, new


def _beheaded(run: str, start: int) -> Iterator[Edit]:
    """The first byte of a character lost: that one cannot be told, those after it can.

    Any run may be read so. Only one that is full of odd characters and becomes plain words is.
    """
    new, length = _resynced(run, b"")
    strange = sum(not is_plain(char) or is_odd(char) for char in run[:length])
    if len(new) > _SURE and strange >= _STRANGE and LOST not in new[:-1]:
        yield start, start + length, LOST + new


def _full_width(char: str) -> str:
    """A comma or letter that a later step made half width."""
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def _resynced(run: str, lost: bytes) -> tuple[str, int]:
    """The run read one byte off until both readings agree on a boundary: text, length.

    Where a second byte was lost on the way they never agree again: after a few good characters
    the broken one is given as U+FFFD.
    """
    data, ends = lost, {}
    for index, char in enumerate(run, 1):
        data += char.encode("gb18030", "replace")
        ends[len(data)] = index
    place = 0 if lost else 1
    new = ""
    while place < len(data):
        size = 1 if data[place] < 0x80 else 2
        char = data[place : place + size].decode("gb18030", "replace")
        if len(char) != 1 or not is_plain(char):
            is_broken = len(new) >= _SURE and place + 1 in ends
            return (new + LOST, ends[place + 1]) if is_broken else ("", 0)
        new += char
        place += size
        if place in ends:
            return new, ends[place]
    return "", 0


def _is_better(text: str, edit: Edit) -> bool:
    start, end, new = edit
    old = text[start:end]
    if not any("\u4e00" <= char <= "\u9fff" for char in new):
        return False
    if sum(not is_plain(char) or is_odd(char) for char in old) >= 1:
        return True
    return _makes_a_word(text, edit)


def _makes_a_word(text: str, edit: Edit) -> bool:
    """Whether the last new character begins a word with what follows: 现 + 将."""
    _, end, new = edit
    following = simplified(text[end : end + 3])
    words = rjieba.cut(simplified(new) + following)
    place = 0
    for word in words:
        if place < len(new) < place + len(word):
            return len(word) > 1
        place += len(word)
    return False
