"""Building WordprocessingML with lxml: elements, serialisation, and the namespaces of a .docx."""

from __future__ import annotations

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Our own: which bookmark holds which figure.
FIGURES = "urn:qianxian:figures:1"

Element = etree._Element


def w(name: str, /, *children: Element | None, **attributes: str | int) -> Element:
    """An element of the main namespace with attributes of the same; a None child is left out."""
    element = etree.Element(f"{{{MAIN}}}{name}", nsmap={"w": MAIN, "r": RELATED})
    for key, value in attributes.items():
        element.set(f"{{{MAIN}}}{key}", str(value))
    element.extend([child for child in children if child is not None])
    return element


def root_of(namespace: str, name: str) -> Element:
    """A root whose namespace is the default one of its file."""
    names = {None: namespace}  # None is how lxml writes the default; its stubs know only names
    return etree.Element(f"{{{namespace}}}{name}", nsmap=names)  # type: ignore[arg-type]


def serialise(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
