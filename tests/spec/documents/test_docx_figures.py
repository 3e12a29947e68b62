"""Figures in a .docx are found again by their bookmarks."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from qianxian_documents import (
    DocumentText,
    NotADocument,
    Run,
    heading,
    paragraph,
    read_figures,
    table,
)
from tests.spec.documents.conftest import Write, lines, opened

ID = "toilets_renovated@430602100000/2026-01-01/2026-09-30#120"


def test_figures_map_to_their_text_in_the_order_of_the_document(write: Write) -> None:
    runs = [Run("84户", ID), Run("101.2%", "b"), Run("12", "c")]
    text = DocumentText(
        "报告",
        (heading(1, "改厕", runs[0]), paragraph("完成", runs[1]), table(["户"], [[runs[2]]])),
    )

    assert read_figures(write(text)) == tuple(runs)


def test_a_figure_printed_twice_is_found_twice(write: Write) -> None:
    text = DocumentText("报告", (paragraph(Run("84户", ID), "，即", Run("84", ID), "。"),))

    assert read_figures(write(text)) == (Run("84户", ID), Run("84", ID))


def test_bookmarks_hide_no_text_from_another_reader(write: Write) -> None:
    text = DocumentText("报告", (paragraph("改厕", Run("84户", ID), "。"),))

    assert lines(write(text))[1] == ("Body Text", "改厕84户。")


def test_a_figure_that_was_edited_comes_back_with_its_new_text(write: Write) -> None:
    document = opened(write(DocumentText("报告", (paragraph("改厕", Run("84户", ID), "。"),))))
    document.paragraphs[1].runs[1].text = "86户"
    saved = io.BytesIO()
    document.save(saved)

    assert read_figures(saved.getvalue()) == (Run("86户", ID),)


def test_a_figure_that_was_deleted_with_its_bookmark_is_gone(write: Write) -> None:
    text = DocumentText("报告", (paragraph(Run("84户", "a")), paragraph(Run("61%", "b"))))
    document = opened(write(text))
    first = document.paragraphs[1]._p
    parent = first.getparent()
    assert parent is not None
    parent.remove(first)
    saved = io.BytesIO()
    document.save(saved)

    assert read_figures(saved.getvalue()) == (Run("61%", "b"),)


def test_a_document_from_elsewhere_has_no_figures() -> None:
    saved = io.BytesIO()
    document = Document()
    document.add_paragraph("改厕84户。")
    document.save(saved)

    assert read_figures(saved.getvalue()) == ()


def test_what_is_no_docx_is_refused_in_words(write: Write) -> None:
    whole = write(DocumentText("报告", (paragraph(Run("84户", "a")),)))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("other.txt", "x")

    for data in (b"", b"%PDF-1.7", whole[:2000], empty.getvalue()):
        with pytest.raises(NotADocument, match="docx"):
            read_figures(data)


def test_a_part_that_unpacks_to_more_than_fits_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (65 * 1024 * 1024))

    with pytest.raises(NotADocument, match="太大"):
        read_figures(bomb.getvalue())


def test_an_entity_is_not_resolved(write: Write) -> None:
    source = write(DocumentText("报告", (paragraph(Run("84户", "a")),)))
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(
                    b"<w:document",
                    b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:document',
                ).replace("84户".encode(), b"84&e;")
            new.writestr(name, content)

    assert read_figures(changed.getvalue()) == (Run("84", "a"),)
