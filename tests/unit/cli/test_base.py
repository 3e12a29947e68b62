"""Settling the data folder and reading the file of settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qianxian.cli.base import read_env_file, use_data


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command puts into the environment, the test takes out again."""
    monkeypatch.setattr(os, "environ", dict(os.environ))


def test_the_file_of_settings_is_read_and_the_environment_stands_above_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nQIANXIAN_HOSTS=office.example,192.168.1.5   # who may ask\n"
        "QIANXIAN_PACKS=\n#QIANXIAN_DEBUG=1\nQIANXIAN_LOG_LEVEL=INFO\nno setting\n",
        encoding="utf-8",
    )
    os.environ["QIANXIAN_LOG_LEVEL"] = "ERROR"

    read_env_file(file)

    assert os.environ["QIANXIAN_HOSTS"] == "office.example,192.168.1.5"
    assert os.environ["QIANXIAN_PACKS"] == ""
    assert os.environ["QIANXIAN_LOG_LEVEL"] == "ERROR"
    assert "QIANXIAN_DEBUG" not in os.environ


def test_a_site_without_the_file_needs_none(tmp_path: Path) -> None:
    before = dict(os.environ)

    read_env_file(tmp_path / ".env")

    assert os.environ == before


def test_a_data_folder_is_made_absolute_for_the_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    use_data("office")

    assert os.environ["QIANXIAN_DATA"] == str(tmp_path / "office")
