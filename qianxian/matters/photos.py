"""Photos of steps: made small and clean, kept under the digest of their bytes.

A photo leaves here as a JPEG without any metadata but the time it was taken: no place, no name of
the telephone, no thumbnail of what was cut off. The file's name is its SHA-256, so a revision that
holds the digest vouches for the picture.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from qianxian.core.files import digest_of, write_once
from qianxian.matters.errors import BadPhoto

LONGEST_SIDE = 2000
LARGEST_FILE = 20 * 1024 * 1024
# Above the sensors that telephones have; takes about 200 MB while it is made smaller.
MOST_PIXELS = 64_000_000
# Twice the size in which a story shows it, for sharp screens.
_SMALL = (480, 480)
_FORMATS = ("JPEG", "PNG", "WEBP")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EXIF_TIME = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is kept. `taken_at` is what its camera said, in the camera's own time."""

    digest: str
    taken_at: datetime | None = None

    def as_json(self) -> dict[str, str]:
        taken = {"taken": self.taken_at.isoformat()} if self.taken_at else {}
        return {"digest": self.digest, **taken}


def from_json(body: Mapping[str, str]) -> Photo:
    taken = body.get("taken")
    return Photo(body["digest"], datetime.fromisoformat(taken) if taken else None)


def keep(upload: BinaryIO, name: str = "") -> Photo:
    """Clean the picture and put it into the folder of evidence.

    Happens before the save that names it: a save that then fails leaves a file that nothing
    names, never a name without its file. Raises BadPhoto.
    """
    data, taken_at = clean(upload.read(LARGEST_FILE + 1), name)
    return Photo(put(data), taken_at)


def clean(raw: bytes, name: str = "") -> tuple[bytes, datetime | None]:
    """The picture as it may be kept, small and without metadata but its time. Raises BadPhoto."""
    said = f"“{name}”" if name else "这张照片"
    if len(raw) > LARGEST_FILE:
        raise BadPhoto(f"{said}超过 20 MB。用手机拍的原图就够，不要用扫描的大图。")
    picture, taken_at = _cleaned(raw, said)
    return _jpeg(picture, taken_at), taken_at


def put(data: bytes) -> str:
    """Put what `clean` gave into the folder of evidence; its digest."""
    digest = digest_of(data)
    write_once(path_of(digest), data)
    return digest


def small(data: bytes) -> bytes:
    """A clean picture in the size of a story."""
    with Image.open(io.BytesIO(data)) as opened:
        opened.thumbnail(_SMALL)
        return _jpeg(opened, None)


def path_of(digest: str) -> Path:
    """Where a photo lies. Raises BadPhoto for what is no digest, so that no path can be made up."""
    if not _DIGEST.fullmatch(digest):
        raise BadPhoto("没有这张照片。")
    return Path(settings.DATA) / "files" / "evidence" / digest[:2] / f"{digest}.jpg"


def small_path_of(digest: str) -> Path:
    """The photo in the size of a story, made when it is first asked for."""
    whole = path_of(digest)
    path = whole.with_suffix(".small.jpg")
    if whole.is_file() and not path.exists():
        write_once(path, small(whole.read_bytes()))
    return path


def is_kept(digest: str) -> bool:
    return bool(_DIGEST.fullmatch(digest)) and path_of(digest).is_file()


def _cleaned(raw: bytes, said: str) -> tuple[Image.Image, datetime | None]:
    with _readable(said), Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
        # The size stands in the header: a small file that unpacks to a huge picture is refused
        # before any of it is unpacked.
        if opened.width * opened.height > MOST_PIXELS:
            raise BadPhoto(f"{said}的像素太多，打不开。用手机再拍一张，或者缩小后再传。")
        taken_at = _taken_at(opened)
        upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        return upright, taken_at


@contextmanager
def _readable(said: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPhoto(f"{said}的像素太多，打不开。用手机再拍一张，或者缩小后再传。") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadPhoto(
            f"{said}打不开，只认 JPG、PNG、WebP。苹果手机请在设置里把相机格式改成“兼容性最佳”再拍。"
        ) from error


def _taken_at(opened: Image.Image) -> datetime | None:
    tags = opened.getexif().get_ifd(ExifTags.IFD.Exif)
    text = str(tags.get(ExifTags.Base.DateTimeOriginal, "")).strip("\x00 ")
    try:
        # The camera writes no time zone; the wall clock of the place is what people mean.
        return datetime.strptime(text, _EXIF_TIME)  # noqa: DTZ007
    except ValueError:
        return None


def _jpeg(picture: Image.Image, taken_at: datetime | None) -> bytes:
    exif = Image.Exif()
    if taken_at:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken_at.strftime(
            _EXIF_TIME
        )
    out = io.BytesIO()
    # convert() keeps the source's info block; a fresh picture has none to write out.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(out, "JPEG", quality=85, optimize=True, exif=exif)
    return out.getvalue()
