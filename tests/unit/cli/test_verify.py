"""`verify`: what it says of a whole history and of a changed one, by hand and at night."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import pytest

from qianxian.cli import verify
from qianxian.core.models import Revision, Stream
from qianxian.ledgers.models import Entry


@pytest.fixture
def entry(make_entry: Callable[..., Entry]) -> Entry:
    return make_entry()


def test_a_whole_history_is_said_with_the_code_of_its_last_commit(
    entry: Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main([]) == 0

    told = capsys.readouterr().out
    assert "青禾镇：1次提交" in told
    assert Stream.objects.get().head_digest in told
    assert "全部对得上" in told


def test_a_changed_one_is_named_and_the_code_is_not_said(
    entry: Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    Revision.objects.update(body='{"id":"another"}')

    assert verify.main([]) == 1

    told = capsys.readouterr().out
    assert entry.pk.hex in told
    assert "先备份" in told
    assert Stream.objects.get().head_digest not in told


def test_an_empty_site_has_nothing_to_verify(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([]) == 0
    assert "还没有提交" in capsys.readouterr().out


def test_hundreds_of_faults_are_not_listed_one_by_one(
    make_entry: Callable[..., Entry],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "_LISTED", 2)
    for _ in range(4):
        make_entry()
    Revision.objects.update(body="{}")

    verify.main([])

    told = capsys.readouterr().out
    assert told.count("不再逐条列出") == 1
    assert told.count("内容和存的时候不一样") == 2


def test_the_nightly_run_keeps_and_logs_what_it_found(
    entry: Entry, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    assert verify.nightly(now) == []
    Entry.objects.update(version=7)

    with caplog.at_level(logging.ERROR):
        found = verify.nightly(now)

    assert len(found) == 1
    assert entry.pk.hex in found[0]
    assert entry.pk.hex in caplog.text
