"""A small PDF with a text layer, made by hand: enough for reading it back."""

from __future__ import annotations

# Left, height above the bottom of the page, words.
Placed = tuple[float, float, str]
_BEFORE_PAGES = 5


def pdf_of(lines: list[str]) -> bytes:
    """One page, one line below the other."""
    return pdf_of_pages([[(40, 780 - 20 * place, line) for place, line in enumerate(lines)]])


def pdf_of_pages(pages: list[list[Placed]]) -> bytes:
    """Letters of 12 points. The font is not embedded; the text layer is whole."""
    chars = sorted({char for page in pages for _, _, words in page for char in words})
    code = {char: number for number, char in enumerate(chars, 1)}
    mapped = "\n".join(f"<{number:04x}> <{ord(char):04x}>" for char, number in code.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(code)} beginbfchar\n{mapped}\nendbfchar\nendcmap end end"
    )
    first = _BEFORE_PAGES + 1
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap),
    ]
    for page in pages:
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 842]"
            f" /Contents {len(objects) + 2} 0 R /Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(_stream(f"BT /F 12 Tf\n{_rows(page, code)}\nET"))
    return assembled(objects)


def _rows(page: list[Placed], code: dict[str, int]) -> str:
    return "\n".join(
        f"1 0 0 1 {left} {height} Tm <{''.join(f'{code[c]:04x}' for c in words)}> Tj"
        for left, height, words in page
        if words
    )


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def assembled(objects: list[str], trailer: str = "") -> bytes:
    """The whole file; `trailer` is what else stands in the trailer."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    size = f"/Size {len(objects) + 1} /Root 1 0 R {trailer}"
    tail = f"trailer << {size} >>\nstartxref\n{len(out)}\n%%EOF"
    return bytes(out) + (head + tail).encode("ascii")
