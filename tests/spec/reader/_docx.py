"""A .docx of which a test writes the XML itself, for what python-docx does not make."""

from __future__ import annotations

import io
import zipfile

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def docx_of(body: str, **parts: str) -> bytes:
    """`body` is what stands in w:body; `parts` are footnotes, numbering, styles by name."""
    files = {"document": f"<w:body>{body}</w:body>", **parts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        for name, inner in files.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_SPACES}>{inner}</w:{name}>")
    return out.getvalue()


def p(*runs: str, properties: str = "") -> str:
    """A paragraph; a run that is not XML yet becomes one."""
    inner = "".join(one if one.startswith("<") else r(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: list[str]) -> str:
    """Cells are text or what stands in w:tc."""
    made = "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl>{made}</w:tbl>"


def _cell(text: str) -> str:
    return f"<w:tc>{text if text.startswith('<') else p(text)}</w:tc>"
