"""word/styles.xml and word/fontTable.xml: every look of a document is a style, none is painted on."""

from __future__ import annotations

from dataclasses import dataclass

from qianxian_documents import _measures as m
from qianxian_documents._xml import Element, serialise, w

SONG, FANGSONG, HEI, KAI, TITLE_SONG = (
    "宋体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "方正小标宋简体",
)


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. `name` is Word's own English name where it has one, else Chinese.

    Indents are in hundredths of a character, `before` and `after` in twips, sizes in half points.
    `line` None leaves the height of the line to the type.
    """

    id: str
    name: str
    font: str | None = None
    size: int | None = None
    based_on: str = "Normal"
    next: str | None = None
    align: str | None = None
    indent: int | None = None
    right: int | None = None
    before: int = 0
    after: int = 0
    line: int | None = m.LINE
    color: str | None = None
    level: int | None = None
    keeps_next: bool = False
    has_rule: bool = False
    is_tight: bool = False


STYLES = (
    Style("Title", "Title", TITLE_SONG, m.SIZE_TITLE, next="BodyText", align="center",
          after=m.LINE, keeps_next=True),
    Style("Subtitle", "Subtitle", KAI, align="center", after=m.LINE, is_tight=True),
    Style("Salutation", "Salutation", next="BodyText", align="left"),
    Style("BodyText", "Body Text", indent=200),
    Style("Heading1", "heading 1", HEI, next="BodyText", indent=200, level=0, keeps_next=True),
    Style("Heading2", "heading 2", KAI, next="BodyText", indent=200, level=1, keeps_next=True),
    Style("Heading3", "heading 3", next="BodyText", indent=200, level=2, keeps_next=True),
    Style("Heading4", "heading 4", next="BodyText", indent=200, level=3, keeps_next=True),
    Style("Attachments", "附件说明", align="left", before=m.LINE, is_tight=True),
    Style("Signature", "Signature", next="Date", align="right", before=m.LINE, keeps_next=True),
    Style("Date", "Date", align="right"),
    Style("Note", "附注", align="left", indent=200),
    Style("Letterhead", "发文机关标志", TITLE_SONG, m.SIZE_LETTERHEAD_MOST, align="center",
          before=m.LETTERHEAD_DROP, line=m.letterhead_line(m.SIZE_LETTERHEAD_MOST), color=m.RED),
    Style("DocumentNumber", "发文字号", align="center", before=2 * m.LINE, after=2 * m.LINE,
          has_rule=True),
    Style("Caption", "caption", HEI, m.SIZE_PAGE_NUMBER, next="TableText", align="center",
          keeps_next=True),
    Style("TableText", "表格文字", size=m.SIZE_TABLE, align="left", line=None),
    Style("TableHead", "表头", HEI, based_on="TableText", align="center", line=None,
          keeps_next=True),
    Style("TableNumber", "表格数字", based_on="TableText", align="right", line=None),
    Style("TableEnd", "表后", size=2, line=20),
    Style("Footer", "footer", SONG, m.SIZE_PAGE_NUMBER, line=m.PAGE_NUMBER_LINE, align="right",
          right=100),
    Style("FooterEven", "偶数页页码", based_on="Footer", line=m.PAGE_NUMBER_LINE, align="left",
          indent=100),
)  # fmt: skip

# Nobody may ship these fonts; a machine without one takes the name beside it.
_FONTS = (
    (FANGSONG, "仿宋", "modern", "02010609030101010101"),
    (KAI, "楷体", "modern", "02010609030101010101"),
    (HEI, "SimHei", "modern", "02010609060101010101"),
    (TITLE_SONG, "宋体", "script", "03000509000000000000"),
    (SONG, "SimSun", "auto", "02010600030101010101"),
)


def indent(
    chars: int | None = None,
    *,
    left: int | None = None,
    hanging: int | None = None,
    right: int | None = None,
) -> Element | None:
    """`w:ind`, each side in characters for Word and in twips for programs that know no others."""
    sides = {"left": left, "right": right, "firstLine": chars, "hanging": hanging}
    attributes: dict[str, int] = {}
    for side, value in sides.items():
        if value is not None:
            attributes |= {f"{side}Chars": value, side: m.twips(value)}
    return w("ind", **attributes) if attributes else None


def styles_xml() -> bytes:
    return serialise(w("styles", _defaults(), _normal(), _table_style(), *map(_style, STYLES)))


def fonts_xml() -> bytes:
    return serialise(w("fonts", *(_font(*font) for font in _FONTS)))


def _font(name: str, alternative: str, family: str, panose: str) -> Element:
    return w(
        "font",
        w("altName", val=alternative),
        w("panose1", val=panose),
        w("charset", val="86"),
        w("family", val=family),
        name=name,
    )


def _fonts(name: str) -> Element:
    # One font for all scripts: with another for Latin, Word sets “ ” — … as half-width letters.
    return w("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def _sizes(size: int) -> tuple[Element, Element]:
    return w("sz", val=size), w("szCs", val=size)


def _defaults() -> Element:
    runs = w(
        "rPr",
        _fonts(FANGSONG),
        *_sizes(m.SIZE_TEXT),
        w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
    )
    return w("docDefaults", w("rPrDefault", runs), w("pPrDefault"))


def _normal() -> Element:
    # The character grid counts from the size of Normal, so Normal itself is 3号. The styles carry
    # the grid's pitch themselves and are taken off it: LibreOffice gives a 16 pt character two
    # cells of a 15.8 pt grid, which halves the line. Lines are not held back for widows, or a page
    # would end after 21; marks do not hang out of the type area; no extra space beside digits.
    paragraph = w(
        "pPr",
        w("widowControl", val=0),
        w("overflowPunct", val=0),
        w("autoSpaceDE", val=0),
        w("autoSpaceDN", val=0),
        w("snapToGrid", val=0),
        w("spacing", line=m.LINE, lineRule="exact"),
        w("jc", val="both"),
    )
    return w(
        "style",
        w("name", val="Normal"),
        w("qFormat"),
        paragraph,
        w("rPr", w("snapToGrid", val=0), w("spacing", val=m.SQUEEZE), *_sizes(m.SIZE_TEXT)),
        type="paragraph",
        default=1,
        styleId="Normal",
    )


def _table_style() -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [w(side, val="single", sz=4, space=0, color="auto") for side in sides]
    room = {"top": 40, "left": 108, "bottom": 40, "right": 108}
    margins = w("tblCellMar", *(w(side, w=size, type="dxa") for side, size in room.items()))
    return w(
        "style",
        w("name", val="Table Grid"),
        w("tblPr", w("jc", val="center"), w("tblBorders", *borders), margins),
        type="table",
        styleId="TableGrid",
    )


def _style(style: Style) -> Element:
    return w(
        "style",
        w("name", val=style.name),
        w("basedOn", val=style.based_on),
        w("next", val=style.next) if style.next else None,
        w("qFormat"),
        _paragraph_properties(style),
        _run_properties(style),
        type="paragraph",
        styleId=style.id,
    )


def _paragraph_properties(style: Style) -> Element:
    # The order is the schema's; Word refuses a file that mixes it.
    return w(
        "pPr",
        w("keepNext") if style.keeps_next else None,
        _rule() if style.has_rule else None,
        _spacing(style),
        indent(style.indent, right=style.right),
        w("contextualSpacing") if style.is_tight else None,
        w("jc", val=style.align) if style.align else None,
        None if style.level is None else w("outlineLvl", val=style.level),
    )


def _rule() -> Element:
    line = w("bottom", val="single", sz=m.RULE_EIGHTHS, space=m.RULE_GAP_POINTS, color=m.RED)
    return w("pBdr", line)


def _spacing(style: Style) -> Element:
    height: dict[str, int | str] = {"line": 240, "lineRule": "auto"}
    if style.line is not None:
        height = {"line": style.line, "lineRule": "exact"}
    return w("spacing", before=style.before, after=style.after, **height)


def _run_properties(style: Style) -> Element:
    return w(
        "rPr",
        _fonts(style.font) if style.font else None,
        w("color", val=style.color) if style.color else None,
        *((w("spacing", val=0), *_sizes(style.size)) if style.size else ()),
    )
