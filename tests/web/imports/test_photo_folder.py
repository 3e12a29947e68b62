"""A folder of photos: matched by name, confirmed by a person, one commit, taken back as one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ExifTags, Image

from qianxian.core.errors import UserError
from qianxian.core.models import Grant, Place, User
from qianxian.imports.photo_folder import services, unpacking
from qianxian.imports.photo_folder.jobs import sort_photos
from qianxian.imports.photo_folder.matching import Matcher
from qianxian.imports.photo_folder.models import PhotoFolder
from qianxian.imports.photo_folder.unpacking import unpacked
from qianxian.ledgers.history import versions
from qianxian.ledgers.models import Entry
from qianxian.matters import photos, proofs
from qianxian_packs import Ledger
from tests.unit.imports.conftest import household

__all__ = ["household"]

MakeEntry = Callable[..., Entry]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def photo(colour: str, taken: str = "") -> bytes:
    """A picture with a place in its metadata, which must not be kept."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (28.0, 11.0, 5.0)
    exif[ExifTags.Base.Model] = "Phone-77"
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def homes(make_entry: MakeEntry, village: Place, make_place: Callable[..., Place]) -> list[Entry]:
    """Three households, two of the same name in different groups."""
    four = make_place("四组", parent=village, code="430100100201004")
    return [
        make_entry(values={"number": "9900312", "head": "张小满"}),
        make_entry(values={"number": "9900415", "head": "李春桃"}),
        make_entry(values={"number": "9900416", "head": "李春桃"}, place=four),
    ]


@pytest.mark.parametrize(
    ("name", "sure", "count"),
    [
        ("9900312.jpg", True, 1),
        ("改厕前_9900312(2).jpg", True, 1),
        ("IMG_9900312.jpg", False, 0),
        ("张小满家的厕所.jpg", True, 1),
        ("李春桃.jpg", False, 2),
        ("四组/李春桃1.jpg", True, 1),
        ("王五.jpg", False, 0),
        ("IMG_20261103_101112.jpg", False, 0),
    ],
)
def test_a_file_name_leads_to_an_entry_only_where_no_other_fits(
    homes: list[Entry],
    household: Ledger,
    clerk: User,
    township: Place,
    today: date,
    name: str,
    *,
    sure: bool,
    count: int,
) -> None:
    match = Matcher(household, township.path, clerk, today).match(name)

    assert (match.is_sure, len(match.options)) == (sure, count)


def test_what_one_may_not_change_is_not_offered(
    homes: list[Entry], household: Ledger, leader: User, township: Place, today: date
) -> None:
    match = Matcher(household, township.path, leader, today).match("9900312.jpg")

    assert match.options == ()


@pytest.fixture
def client(clerk: User) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def stranger(outsider: User) -> Client:
    client = Client()
    client.force_login(outsider)
    return client


@pytest.fixture
def folder(homes: list[Entry], client: Client) -> PhotoFolder:
    """What a clerk dropped, sorted: one sure, one of two, one of nobody, a twin and a broken one."""
    files = [
        ("清水村/9900312.jpg", photo("red", "2026:10:15 09:30:00")),
        ("清水村/李春桃.jpg", photo("green")),
        ("清水村/没有名字.jpg", photo("blue")),
        ("清水村/又一张9900312.jpg", photo("red", "2026:10:15 09:30:00")),
        ("清水村/坏的.jpg", b"no picture"),
        ("说明.txt", b"x"),
    ]
    upload = SimpleUploadedFile("照片.zip", zipped(files), "application/zip")
    sent = client.post(reverse("imports:photos_new", args=["household"]), {"pictures": upload})
    assert sent.status_code == 302, sent.context["form"].errors
    folder = PhotoFolder.objects.get()
    assert "正在看照片" in client.get(folder.get_absolute_url()).content.decode()
    sort_photos.call(folder.pk)
    folder.refresh_from_db()
    return folder


def number(folder: PhotoFolder, name: str) -> int:
    return [item["name"].split("/")[1] for item in folder.items].index(name)


def test_photos_are_proposed_to_the_one_who_dropped_them(
    folder: PhotoFolder, client: Client, stranger: Client
) -> None:
    page = client.get(folder.get_absolute_url())

    groups = {key: [i["name"][4:] for i in items] for key, _words, items in page.context["groups"]}
    assert groups == {
        "several": ["李春桃.jpg"],
        "none": ["没有名字.jpg"],
        "sure": ["9900312.jpg"],
        "bad": ["又一张9900312.jpg", "坏的.jpg"],
    }
    assert stranger.get(folder.get_absolute_url()).status_code == 404
    digest = folder.items[number(folder, "9900312.jpg")]["digest"]
    small = client.get(reverse("imports:photos_thumbnail", args=[folder.pk, digest]))
    kept = Image.open(io.BytesIO(small.getvalue()))
    assert not kept.getexif().get_ifd(ExifTags.IFD.GPSInfo)


def test_confirmed_photos_are_one_commit_shown_and_taken_off_as_one(
    folder: PhotoFolder, homes: list[Entry], client: Client, stranger: Client
) -> None:
    names = ("9900312.jpg", "李春桃.jpg", "没有名字.jpg")
    places = [number(folder, name) for name in names]
    digest = folder.items[places[0]]["digest"]
    url = reverse("imports:photos_confirm", args=[folder.pk])

    # Words bring what the name did not; then each is where the person said.
    client.post(url, {"look": "1", f"find_{places[2]}": "9900416"})
    client.post(url, {f"entry_{n}": e.pk.hex for n, e in zip(places, homes, strict=True)})

    saved = [versions(home)[-1] for home in homes]
    assert len({version.commit.number for version in saved}) == 1
    assert saved[0].body["act"]["photos"] == [{"digest": digest, "taken": "2026-10-15T09:30:00"}]
    assert "照片" in client.get(homes[0].get_absolute_url()).content.decode()
    shown = reverse("imports:photos_hung", args=[homes[0].pk, digest])
    whole = Image.open(io.BytesIO(client.get(shown).getvalue())).getexif()
    assert not whole.get_ifd(ExifTags.IFD.GPSInfo)
    assert ExifTags.Base.Model not in whole
    assert stranger.get(shown).status_code == 404
    assert not folder.path("").exists()

    client.post(reverse("imports:photos_undo", args=[folder.pk]))

    assert client.get(shown).status_code == 404
    assert "又取下了" in client.get(folder.get_absolute_url()).content.decode()


def test_a_photo_of_a_folder_is_evidence_that_steps_elsewhere_see(
    folder: PhotoFolder, homes: list[Entry], client: Client
) -> None:
    place = number(folder, "9900312.jpg")
    digest = folder.items[place]["digest"]
    url = reverse("imports:photos_confirm", args=[folder.pk])

    client.post(url, {f"entry_{place}": homes[0].pk.hex})

    assert proofs.elsewhere([digest], homes[1]) == {digest: {homes[0].pk}}
    assert proofs.elsewhere([digest], homes[0]) == {}


def test_whoever_handed_the_post_on_no_longer_opens_the_photos(
    folder: PhotoFolder, client: Client
) -> None:
    digest = folder.items[number(folder, "9900312.jpg")]["digest"]
    small = reverse("imports:photos_thumbnail", args=[folder.pk, digest])
    assert client.get(small).status_code == 200

    Grant.objects.all().delete()

    assert client.get(small).status_code == 404
    assert client.get(folder.get_absolute_url()).status_code == 404


def test_photos_that_nobody_wants_are_gone(homes: list[Entry], client: Client) -> None:
    upload = SimpleUploadedFile("9900312.jpg", photo("red"), "image/jpeg")
    client.post(reverse("imports:photos_new", args=["household"]), {"pictures": upload})
    folder = PhotoFolder.objects.get()
    sort_photos.call(folder.pk)
    assert folder.path("").exists()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda done, **_: done())
        client.post(reverse("imports:photos_drop", args=[folder.pk]))

    assert not folder.path("").exists()
    assert PhotoFolder.objects.get().items == []


def test_nothing_is_written_of_photos_dropped_while_they_are_read(
    homes: list[Entry], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = SimpleUploadedFile("照片.zip", zipped([("a.jpg", photo("red"))]), "application/zip")
    client.post(reverse("imports:photos_new", args=["household"]), {"pictures": upload})
    folder = PhotoFolder.objects.get()
    clean = photos.clean

    def dropped_meanwhile(raw: bytes, name: str) -> tuple[bytes, datetime | None]:
        PhotoFolder.objects.update(state=PhotoFolder.State.DROPPED, items=[])
        return clean(raw, name)

    monkeypatch.setattr(photos, "clean", dropped_meanwhile)
    sort_photos.call(folder.pk)

    assert not folder.path("").exists()
    assert PhotoFolder.objects.get().items == []


def test_what_has_landed_is_neither_confirmed_nor_sought_again(
    folder: PhotoFolder, homes: list[Entry], client: Client, clerk: User, now: datetime
) -> None:
    n, key = number(folder, "9900312.jpg"), homes[0].pk.hex
    url = reverse("imports:photos_confirm", args=[folder.pk])
    client.post(url, {f"entry_{n}": key})

    # Another window, with another photo.
    other = number(folder, "李春桃.jpg")
    again = client.post(url, {f"entry_{other}": homes[1].pk.hex})

    assert (again.status_code, again.context["says"][:11]) == (422, "这些照片现在是“已挂上")
    landed = PhotoFolder.objects.get()
    with pytest.raises(UserError, match="已挂上"):
        services.look_again(folder=landed, words={other: "9900416"}, by=clerk, at=now)
    assert PhotoFolder.objects.get().items == folder.items


def test_bombs_and_floods_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", b"\0" * 3_000_000)
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)

    for data, says in (
        (bomb.getvalue(), "特别大"),
        (zipped((f"{n}.jpg", b"x") for n in range(3)), "超过 2 张"),
        (zipped((f"{n}.txt", b"x") for n in range(40)), "文件太多"),
        (zipped([("a.txt", b"x")]), "没有照片"),
        (b"PK\x03\x04 broken", "打不开"),
    ):
        with pytest.raises(UserError, match=says):
            unpacked([("照片.zip", data)])


def test_chinese_names_of_windows_are_read() -> None:
    data = zipped([("AAAA.jpg", b"x")])
    raw = data.replace(b"AAAA.jpg", "张三".encode("gbk") + b".jpg")

    assert [name for name, _ in unpacked([("a.zip", raw)])] == ["张三.jpg"]
