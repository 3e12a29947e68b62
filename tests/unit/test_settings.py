"""Settings: every one documented, a wrong one named, secrets made once and never shared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from qianxian import env
from qianxian.cli.base import read_env_file

ROOT = Path(__file__).parents[2]


def names_in(file: Path) -> set[str]:
    return set(re.findall(r"QIANXIAN_[A-Z_]+", file.read_text(encoding="utf-8")))


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read = {name for file in (ROOT / "qianxian").rglob("*.py") for name in names_in(file)}

    assert names_in(ROOT / ".env.example") == read


def test_the_example_can_be_used_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, str] = {}
    monkeypatch.setattr("os.environ", values)

    read_env_file(ROOT / ".env.example")

    assert set(values) == names_in(ROOT / ".env.example")
    assert not env.env_bool("QIANXIAN_DEBUG", default=True)
    assert not env.env_bool("QIANXIAN_HTTPS", default=True)
    assert env.env_list("QIANXIAN_HOSTS", "127.0.0.1") in ([], ["127.0.0.1"])


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: env.env_bool(name, default=True), "maybe"),
        (lambda name: env.database(name, Path("x.sqlite3")), "mysql://localhost/office"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, read: Any, value: str
) -> None:
    monkeypatch.setenv("QIANXIAN_TRIED", value)

    with pytest.raises(env.BadSetting, match="QIANXIAN_TRIED"):
        read("QIANXIAN_TRIED")


def test_numbers_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, number in (("", 465), (" 25 ", 25)):
        monkeypatch.setenv("QIANXIAN_TRIED", text)
        assert env.env_int("QIANXIAN_TRIED", 465) == number
    monkeypatch.setenv("QIANXIAN_TRIED", "smtp")
    with pytest.raises(env.BadSetting, match="QIANXIAN_TRIED"):
        env.env_int("QIANXIAN_TRIED", 465)


def test_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANXIAN_TRIED", "a.example, ,b.example,")
    assert env.env_list("QIANXIAN_TRIED") == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("no", False)]
)
def test_yes_and_no_are_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("QIANXIAN_TRIED", text)

    assert env.env_bool("QIANXIAN_TRIED", default=not value) is value


def test_a_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "secret.key"

    first = env.secret("QIANXIAN_ABSENT", file)

    assert env.secret("QIANXIAN_ABSENT", file) == first
    assert len(first) >= 48
    assert file.stat().st_mode & 0o077 == 0


def test_two_sites_have_different_secrets(tmp_path: Path) -> None:
    one, other = (env.secret("QIANXIAN_ABSENT", tmp_path / name) for name in ("a", "b"))

    assert one != other


def test_a_secret_of_the_environment_stands_and_writes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANXIAN_TRIED", "from outside")

    assert env.secret("QIANXIAN_TRIED", tmp_path / "secret.key") == "from outside"
    assert not (tmp_path / "secret.key").exists()


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")

    with pytest.raises(env.BadSetting, match=r"secret\.key"):
        env.secret("QIANXIAN_ABSENT", tmp_path / "secret.key")


def test_the_database_is_a_file_unless_an_address_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIANXIAN_TRIED", raising=False)
    sqlite = env.database("QIANXIAN_TRIED", tmp_path / "office.sqlite3")
    monkeypatch.setenv("QIANXIAN_TRIED", "postgresql://of%40fice:p%2Fw@db.example:5433/office")
    postgresql = env.database("QIANXIAN_TRIED", tmp_path / "office.sqlite3")

    assert sqlite["NAME"] == tmp_path / "office.sqlite3"
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    parts = [postgresql[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["of@fice", "p/w", "db.example", "5433", "office"]


def test_the_settings_of_a_site_are_safe_by_default() -> None:
    from qianxian import settings

    assert settings.DEBUG is False
    assert "*" not in settings.ALLOWED_HOSTS
    assert settings.SECRET_KEY != settings.SITE_KEY
    assert settings.SESSION_COOKIE_HTTPONLY
