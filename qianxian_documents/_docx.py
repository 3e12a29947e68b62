"""Writing a .docx: the parts that every document has, and a package with the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from qianxian_documents._clean import clean
from qianxian_documents._docx_body import FOOTERS, Body
from qianxian_documents._docx_styles import fonts_xml, styles_xml
from qianxian_documents._flow import flow_of
from qianxian_documents._text import DocumentText
from qianxian_documents._xml import FIGURES, RELATED, SPACE, Element, root_of, serialise, w

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument"
_CORE = f"{_PACKAGE}/metadata/core-properties"
_DUBLIN, _TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
# Names the part with the figures inside the package; any fixed value serves.
_FIGURES_ID = "{5B0F6C1E-3D0A-4B55-9C27-51A1C7E2F0D4}"
# The first moment that a zip archive can hold.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of itself. `created_at` is timezone-aware and comes from the caller.

    `description` is the place for as-of and digest: it is what 文件属性 shows as 备注.
    """

    creator: str
    created_at: datetime
    subject: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("created_at needs a time zone")


def write_docx(text: DocumentText, *, letterhead: bool = False, properties: Properties) -> bytes:
    """Write a document in the layout of GB/T 9704-2012.

    letterhead  prints 发文机关标志, 发文字号 and the red rule above the title
    Returns the same bytes for the same input on every machine.
    Figures are bookmarked; `read_figures` finds them again. No text is lost: line ends become
    line breaks, and characters that no .docx can hold become U+FFFD.
    Raises BadLetterhead.
    """
    body = Body()
    document = body.xml(flow_of(text, letterhead=letterhead))
    return _package(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relationships(_ROOT),
            "docProps/core.xml": _core(text, properties),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": _relationships(_OF_DOCUMENT),
            "word/styles.xml": styles_xml(),
            "word/settings.xml": _settings(),
            "word/fontTable.xml": fonts_xml(),
            "word/footer1.xml": _footer("Footer"),
            "word/footer2.xml": _footer("FooterEven"),
            "customXml/item1.xml": _figures(body.bookmarks),
            "customXml/itemProps1.xml": _figures_properties(),
            "customXml/_rels/item1.xml.rels": _relationships(_OF_FIGURES),
        }
    )


_ROOT = {
    "rId1": (f"{RELATED}/officeDocument", "word/document.xml"),
    "rId2": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
}
_OF_DOCUMENT = {
    "rIdStyles": (f"{RELATED}/styles", "styles.xml"),
    "rIdSettings": (f"{RELATED}/settings", "settings.xml"),
    "rIdFonts": (f"{RELATED}/fontTable", "fontTable.xml"),
    FOOTERS["default"]: (f"{RELATED}/footer", "footer1.xml"),
    FOOTERS["even"]: (f"{RELATED}/footer", "footer2.xml"),
    "rIdFigures": (f"{RELATED}/customXml", "../customXml/item1.xml"),
}
_OF_FIGURES = {"rId1": (f"{RELATED}/customXmlProps", "itemProps1.xml")}
_OVERRIDES = {
    "/word/document.xml": f"{_TYPES}.wordprocessingml.document.main+xml",
    "/word/styles.xml": f"{_TYPES}.wordprocessingml.styles+xml",
    "/word/settings.xml": f"{_TYPES}.wordprocessingml.settings+xml",
    "/word/fontTable.xml": f"{_TYPES}.wordprocessingml.fontTable+xml",
    "/word/footer1.xml": f"{_TYPES}.wordprocessingml.footer+xml",
    "/word/footer2.xml": f"{_TYPES}.wordprocessingml.footer+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/customXml/itemProps1.xml": f"{_TYPES}.customXmlProperties+xml",
}


def _package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    # Stored and not deflated: two builds of zlib compress differently, and a digest of a
    # published report has to come out the same on any machine.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 0
            archive.writestr(entry, content)
    return out.getvalue()


def _content_types() -> bytes:
    namespace = f"{_PACKAGE}/content-types"
    root = root_of(namespace, "Types")
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
    for extension, kind in {**defaults, "xml": "application/xml"}.items():
        etree.SubElement(root, f"{{{namespace}}}Default", Extension=extension, ContentType=kind)
    for part, kind in _OVERRIDES.items():
        etree.SubElement(root, f"{{{namespace}}}Override", PartName=part, ContentType=kind)
    return serialise(root)


def _relationships(targets: dict[str, tuple[str, str]]) -> bytes:
    namespace = f"{_PACKAGE}/relationships"
    root = root_of(namespace, "Relationships")
    for name, (kind, target) in targets.items():
        etree.SubElement(root, f"{{{namespace}}}Relationship", Id=name, Type=kind, Target=target)
    return serialise(root)


def _core(text: DocumentText, properties: Properties) -> bytes:
    names = {"cp": _CORE, "dc": _DUBLIN, "dcterms": _TERMS, "xsi": _INSTANCE}
    root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap=names)
    values = {
        "title": clean(text.title).replace("\n", ""),
        "subject": properties.subject,
        "creator": properties.creator,
        "description": properties.description,
    }
    for name, value in values.items():
        etree.SubElement(root, f"{{{_DUBLIN}}}{name}").text = clean(value)
    moment = properties.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("created", "modified"):
        element = etree.SubElement(root, f"{{{_TERMS}}}{name}")
        element.set(f"{{{_INSTANCE}}}type", "dcterms:W3CDTF")
        element.text = moment
    return serialise(root)


def _settings() -> bytes:
    # Marks keep their whole cell, so that a line holds 28 characters; Word 2013 rules of layout.
    mode = w(
        "compatSetting",
        name="compatibilityMode",
        uri="http://schemas.microsoft.com/office/word",
        val=15,
    )
    return serialise(
        w(
            "settings",
            w("evenAndOddHeaders"),
            w("characterSpacingControl", val="doNotCompress"),
            w("compat", mode),
            w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        )
    )


def _footer(style: str) -> bytes:
    field = w("fldSimple", w("r", _words("1")), instr=" PAGE ")
    parts = (w("r", _words("— ")), field, w("r", _words(" —")))
    return serialise(w("ftr", w("p", w("pPr", w("pStyle", val=style)), *parts)))


def _words(text: str) -> Element:
    element = w("t")
    element.text = text
    element.set(SPACE, "preserve")
    return element


def _figures(bookmarks: dict[str, str]) -> bytes:
    root = root_of(FIGURES, "figures")
    for bookmark, figure in bookmarks.items():
        etree.SubElement(root, f"{{{FIGURES}}}figure", bookmark=bookmark).text = figure
    return serialise(root)


def _figures_properties() -> bytes:
    def name(local: str) -> str:
        return f"{{{_CUSTOM_XML}}}{local}"

    root = etree.Element(name("datastoreItem"), nsmap={"ds": _CUSTOM_XML})
    root.set(name("itemID"), _FIGURES_ID)
    schemas = etree.SubElement(root, name("schemaRefs"))
    etree.SubElement(schemas, name("schemaRef")).set(name("uri"), FIGURES)
    return serialise(root)
