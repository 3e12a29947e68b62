"""A file that a page hands out."""

from __future__ import annotations

from typing import IO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_OFFICE = "application/vnd.openxmlformats-officedocument"
# By the ending of the name: what the machine knows of endings differs from one to the next.
KINDS = {
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
# What somebody uploaded goes out as bytes of no kind: a browser never takes it for a page of ours.
FOREIGN = "application/octet-stream"


def download(content: bytes, name: str, kind: str = "") -> HttpResponse:
    """Bytes that the browser saves under a name. Without `kind` its ending is one of KINDS."""
    saved = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    kind = kind or _kind_of(name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": saved})


def download_file(file: IO[bytes], name: str) -> HttpResponseBase:
    """The same of an open file, sent piece by piece and closed."""
    return FileResponse(file, as_attachment=True, filename=name, content_type=_kind_of(name))


def _kind_of(name: str) -> str:
    return KINDS[name.rpartition(".")[2]]
