"""Pages of a folder of photos: drop it, look whose they are, confirm, take back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qianxian.core import parts
from qianxian.core.definitions import catalogue
from qianxian.core.errors import NotVisible, UserError
from qianxian.core.requests import SignedIn
from qianxian.imports.forms import TownshipForm
from qianxian.imports.pages import ledger_or_404, progress_of
from qianxian.imports.photo_folder import services
from qianxian.imports.photo_folder.block import digests_of
from qianxian.imports.photo_folder.models import PhotoFolder
from qianxian.imports.services import townships_for
from qianxian.ledgers.history import undo_url
from qianxian.ledgers.models import Entry
from qianxian.ledgers.views.common import entry_or_404
from qianxian.matters import photos

_LEFT_OUT = ""


class _SeveralInput(forms.FileInput):
    allow_multiple_selected = True


class _SeveralFiles(forms.FileField):
    """Django's field takes one file; this one gives the list of those that were chosen."""

    widget = _SeveralInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        return [one(each, initial) for each in data or [None]]


class FolderForm(TownshipForm):
    """The files, single ones or a zip. What is wrong with them the service says."""

    pictures = _SeveralFiles(
        label="照片，或者照片的压缩包",
        help_text="可以一次选很多张。文件名里写编号或户主名，例如“0312 张某.jpg”，文件夹写村名。",
        widget=_SeveralInput(attrs={"accept": "image/*,.zip"}),
        error_messages={
            "required": "还没选照片。请选一张或几张，或者拖到框里。",
            "empty": "有一张照片是空的。请重新选。",
        },
    )


def _folder_or_404(request: SignedIn, pk: int) -> PhotoFolder:
    rows = PhotoFolder.objects.mine(request.user).select_related("township", "by")
    found = rows.filter(pk=pk).first()
    if found is None or not _may_still(request, found):
        raise NotVisible("没有这些照片，或者不是你传的，或者那里不再归你的岗位记。")
    return found


def _may_still(request: SignedIn, found: PhotoFolder) -> bool:
    """Whoever handed the post on no longer sees photos, nor names of entries, from there."""
    ledger = catalogue().ledgers.get(found.ledger)
    if ledger is None:
        return False
    return found.township in townships_for(request.user, ledger, timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn, ledger: str) -> HttpResponse:
    """Drop photos on a ledger."""
    definition, at = ledger_or_404(request, ledger), timezone.now()
    townships = townships_for(request.user, definition, at)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FolderForm(*sent, townships=townships)
    if form.is_bound and form.is_valid():
        try:
            made = services.hand_in(
                files=[_read(each) for each in form.cleaned_data["pictures"]],
                ledger=definition,
                township=form.chosen(),
                by=request.user,
                at=at,
            )
        except UserError as error:
            form.add_error("pictures", str(error))
        else:
            return redirect(made)
    context = {"form": form, "ledger": definition}
    return render(request, "imports/photos_new.html", context, status=422 if form.errors else 200)


def _read(upload: UploadedFile[bytes]) -> tuple[str, bytes]:
    return upload.name or "", upload.read()


@require_safe
def folder(request: SignedIn, pk: int) -> HttpResponse:
    """Whose each photo is: the sure ones, those that a person picks, those that nobody knows."""
    return render(request, "imports/photos.html", _context(_folder_or_404(request, pk)))


@require_safe
def progress(request: SignedIn, pk: int) -> HttpResponse:
    found = _folder_or_404(request, pk)
    part = render(request, "imports/photos_running.html", _context(found))
    return progress_of(part, is_running=found.state == PhotoFolder.State.READING)


def _context(found: PhotoFolder) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {"several": [], "none": [], "sure": [], "bad": []}
    for number, item in enumerate(found.items):
        groups[_group(item)].append({**item, "number": number})
    told = {
        "several": "可能是几条里的一条，请选",
        "none": "没找到是哪条，写编号或名称再找",
        "sure": "对上了，看一眼对不对",
        "bad": "没有收的",
    }
    return {
        "folder": found,
        "ledger": found.definition,
        "groups": [(key, told[key], items) for key, items in groups.items() if items],
        "done": sum("raw" not in item for item in found.items),
    }


def _group(item: dict[str, Any]) -> str:
    if not item.get("digest"):
        return "bad"
    if item.get("is_sure"):
        return "sure"
    return "several" if item.get("options") else "none"


@require_safe
def thumbnail(request: SignedIn, pk: int, digest: str) -> HttpResponseBase:
    """A small picture of what waits, for the one who handed it in."""
    found = _folder_or_404(request, pk)
    if digest not in {item.get("digest") for item in found.items}:
        raise Http404
    return _picture(found.path(f"{digest}.small.jpg"))


@require_safe
def hung(request: SignedIn, key: UUID, digest: str) -> HttpResponseBase:
    """A photo of an entry, for those who see the entry."""
    entry = Entry.objects.filter(pk=key).first()
    if entry is None:
        raise Http404
    entry = entry_or_404(request.user, entry.ledger, key)
    if digest not in digests_of(entry) or not photos.is_kept(digest):
        raise Http404
    is_small = request.GET.get("size") == "small"
    return _picture(photos.small_path_of(digest) if is_small else photos.path_of(digest))


def _picture(path: Path) -> HttpResponseBase:
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_POST
def confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Save what was chosen; or look again by what was typed."""
    found = _folder_or_404(request, pk)
    usable = [n for n, item in enumerate(found.items) if item.get("digest")]
    typed = {n: request.POST.get(f"find_{n}", "").strip() for n in usable}
    if "look" in request.POST:
        words = {number: text for number, text in typed.items() if text}
        services.look_again(folder=found, words=words, by=request.user, at=timezone.now())
        return redirect(found)
    offered = {n: {option[0] for option in found.items[n].get("options", ())} for n in usable}
    picked = {n: request.POST.get(f"entry_{n}", _LEFT_OUT) for n in usable}
    chosen = {n: key for n, key in picked.items() if key in offered[n]}
    try:
        commit = services.confirm(folder=found, chosen=chosen, by=request.user, at=timezone.now())
    except UserError as error:
        context = {**_context(found), "says": str(error), "picked": picked}
        return render(request, "imports/photos.html", context, status=422)
    said = f"{len(chosen)} 张照片已挂到 {commit.revisions_count} 条记录上。"
    messages.success(request, said, extra_tags=parts.undo(undo_url(commit)))
    return redirect(found)


@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    found = _folder_or_404(request, pk)
    done = services.undo(folder=found, by=request.user, at=timezone.now())
    messages.success(request, f"照片已从 {done.revisions_count} 条记录上取下。")
    return redirect(found)


@require_POST
def drop(request: SignedIn, pk: int) -> HttpResponse:
    found = _folder_or_404(request, pk)
    services.drop(folder=found, by=request.user, at=timezone.now())
    messages.success(request, "这些照片没有要，已经删掉。")
    return redirect("ledgers:list", found.ledger)
