"""A small PDF with a text layer, made by hand: enough for reading it back."""

from __future__ import annotations


def pdf_of(lines: list[str]) -> bytes:
    """One page, one line below the other. The font is not embedded; the text layer is whole."""
    chars = sorted({char for line in lines for char in line})
    code = {char: number for number, char in enumerate(chars, 1)}
    rows = "\n".join(
        f"1 0 0 1 40 {780 - 20 * place} Tm <{''.join(f'{code[c]:04x}' for c in line)}> Tj"
        for place, line in enumerate(lines)
        if line
    )
    mapped = "\n".join(f"<{number:04x}> <{ord(char):04x}>" for char, number in code.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(code)} beginbfchar\n{mapped}\nendbfchar\nendcmap end end"
    )
    return _assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 842] /Contents 4 0 R"
            " /Resources << /Font << /F 5 0 R >> >> >>",
            _stream(f"BT /F 12 Tf\n{rows}\nET"),
            "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H"
            " /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
            _stream(cmap),
        ]
    )


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _assembled(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + (head + tail).encode("ascii")
