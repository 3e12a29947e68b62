"""Photos of steps: cleaned, made small, kept under their digest, and nothing harmful opened."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from qianxian.matters import photos
from qianxian.matters.errors import BadPhoto
from tests.unit.matters.office import picture

TAKEN = "2026:11:05 14:02:33"


def telephone_picture(*, orientation: int = 6, size: tuple[int, int] = (60, 20)) -> io.BytesIO:
    """A JPEG as telephones make it: place, maker, owner, thumbnail time, and lying on its side."""
    image = Image.new("RGB", size, (10, 120, 200))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telephone"
    exif[ExifTags.Base.Artist] = "何春桃"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "SN-1234"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (29.0, 30.0, 11.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"private words", dpi=(300, 300))
    out.seek(0)
    return out


def png_that_claims(width: int, height: int) -> io.BytesIO:
    """A few bytes whose header promises a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + header + body)


def test_nothing_of_the_metadata_stays_but_the_time_it_was_taken(data: Path) -> None:
    kept = photos.keep(telephone_picture())

    raw = photos.path_of(kept.digest).read_bytes()
    for word in (b"Telephone", "何春桃".encode(), b"SN-1234", b"private words"):
        assert word not in raw
    with Image.open(io.BytesIO(raw)) as opened:
        exif = opened.getexif()
        assert dict(exif.get_ifd(ExifTags.IFD.GPSInfo)) == {}
        assert dict(exif.get_ifd(ExifTags.IFD.Exif)) == {
            ExifTags.Base.DateTimeOriginal.value: TAKEN
        }
        assert set(exif) == {ExifTags.IFD.Exif.value}
    assert kept.taken_at == datetime.fromisoformat("2026-11-05T14:02:33")
    assert kept.as_json() == {"digest": kept.digest, "taken": "2026-11-05T14:02:33"}


def test_a_picture_that_lies_on_its_side_is_set_upright() -> None:
    kept = photos.keep(telephone_picture(orientation=6, size=(60, 20)))

    with Image.open(photos.path_of(kept.digest)) as opened:
        assert opened.size == (20, 60)


def test_a_large_picture_is_made_small() -> None:
    kept = photos.keep(picture(1, (2600, 130)))

    with Image.open(photos.path_of(kept.digest)) as opened:
        assert opened.size == (2000, 100)
        assert opened.format == "JPEG"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_file_is_a_jpeg_named_by_the_digest_of_its_bytes(form: str, data: Path) -> None:
    kept = photos.keep(picture(3, form=form))

    path = photos.path_of(kept.digest)
    assert path.is_relative_to(data / "files")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.digest
    assert path.read_bytes()[:2] == b"\xff\xd8"
    assert photos.is_kept(kept.digest)


def test_a_picture_without_a_time_has_none() -> None:
    assert photos.keep(picture(4)).as_json().keys() == {"digest"}


def test_a_picture_with_transparency_becomes_plain() -> None:
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 100))
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)

    assert photos.is_kept(photos.keep(out).digest)


def test_the_same_picture_twice_is_one_file(data: Path) -> None:
    first, second = photos.keep(picture(5)), photos.keep(picture(5))

    assert first == second
    assert len(list((data / "files").rglob("*.jpg"))) == 1
    assert not list((data / "files").rglob("*.part"))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "打不开"),
        (b"%PDF-1.7 not a picture", "打不开"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "打不开"),
        (b"\xff\xd8\xff\xe0 broken off", "打不开"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heic", "兼容性最佳"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(raw: bytes, says: str) -> None:
    with pytest.raises(BadPhoto, match=says) as refused:
        photos.keep(io.BytesIO(raw), "IMG_1.jpg")

    assert "IMG_1.jpg" in str(refused.value)


def test_a_picture_that_breaks_off_is_refused() -> None:
    whole = picture(6, (400, 300)).read()

    with pytest.raises(BadPhoto, match="打不开"):
        photos.keep(io.BytesIO(whole[: len(whole) // 2]))


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_000, 6_000), (8_001, 8_000)])
def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(size: tuple[int, int]) -> None:
    bomb = png_that_claims(*size)
    assert len(bomb.getvalue()) < 200

    with pytest.raises(BadPhoto, match="像素太多"):
        photos.keep(bomb)


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LARGEST_FILE", 100)

    with pytest.raises(BadPhoto, match="超过 20 MB"):
        photos.keep(picture(7))


@pytest.mark.parametrize("name", ["../../secret.key", "a" * 63, "A" * 64, ""])
def test_no_other_file_can_be_named(name: str) -> None:
    assert not photos.is_kept(name)
    with pytest.raises(BadPhoto):
        photos.path_of(name)
