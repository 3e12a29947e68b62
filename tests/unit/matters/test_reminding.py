"""Reminders by mail: one a person and day, at most once, nothing of a matter in them."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from qianxian.ledgers.values import InvalidEntry
from qianxian.matters import reminding
from qianxian.matters.models import Mail
from qianxian.matters.queries import inbox
from tests.unit.matters.hotline import Hotline

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def server(settings: Any) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "qianxian@example.cn"
    settings.SITE_ADDRESS = "https://office.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def due(hotline: Hotline, start: datetime) -> datetime:
    """Three calls of a clerk with an address; they are due on 10 November. Gives that morning."""
    for n in range(3):
        call = hotline.record(f"张国华反映第{n}处路面塌陷", phone="13900000000")
        hotline.take(call, "dispatch", hotline.clerk, start)
    reminding.set_address(user=hotline.clerk, address="tang@example.cn")
    return start + 7 * DAY


def run_queue() -> list[str]:
    """What a worker does with the queued mails, each once."""
    return [
        reminding.send.func(*job.args_kwargs["args"])
        for job in DBTaskResult.objects.filter(task_path=reminding.send.module_path)
    ]


def test_one_mail_a_day_tells_counts_and_no_name_and_is_sent_once(due: datetime) -> None:
    assert reminding.make_mails(due) == 1
    assert reminding.make_mails(due) == 0

    assert run_queue() == ["sent", "not now"] and run_queue() == ["not now", "not now"]

    (sent,) = outbox.outbox
    assert (sent.to, sent.subject) == (["tang@example.cn"], "千线提醒：今天到期 3 件")
    assert "热线办理（办理中）3 件" in sent.body and "https://office.example/" in sent.body
    for told in ("张国华", "路面", "13900000000", "清水村"):
        assert told not in sent.body
    assert Mail.objects.get().state == "sent"


def test_what_the_inbox_counts_and_does_not_list_is_told_as_the_rest(
    hotline: Hotline, due: datetime
) -> None:
    day = timezone.localdate(due)

    told = reminding.text_for(inbox(hotline.clerk, day, limit=2), day)

    assert told is not None
    assert "热线办理（办理中）2 件\n  其他 1 件" in told[1]


def test_nothing_is_made_without_a_server_or_an_address_or_something_due(
    hotline: Hotline, due: datetime, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    assert reminding.make_mails(due) == 0

    settings.EMAIL_HOST = "mail.example"
    reminding.set_address(user=hotline.clerk, address="")
    assert reminding.make_mails(due) == 0
    with pytest.raises(InvalidEntry, match="邮箱写得不对"):
        reminding.set_address(user=hotline.clerk, address="tang@")


def test_a_worker_that_was_killed_while_sending_does_not_send_again(
    due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminding.make_mails(due)

    def killed(self: EmailBackend, messages: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(EmailBackend, "send_messages", killed)
        run_queue()
    assert Mail.objects.get().state == "sending"

    assert run_queue() == ["not now"]
    assert (Mail.objects.get().state, outbox.outbox) == ("unknown", [])
    reminding.send_waiting(due + DAY)
    assert DBTaskResult.objects.filter(task_path=reminding.send.module_path).count() == 1


def test_what_the_server_refuses_is_tried_again_later_and_then_given_up(
    due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise smtplib.SMTPDataError(451, b"try again")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    reminding.make_mails(due)
    mail = Mail.objects.get()

    told = []
    for _ in range(len(reminding.WAITS) + 1):
        Mail.objects.update(not_before=timezone.now())
        told.append(reminding.send.func(mail.pk))

    assert told == ["later", "later", "later", "later", "given up"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("failed", 5)
    assert "451" in mail.says


def test_what_breaks_off_without_an_answer_is_not_sent_again(
    due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", broken)
    reminding.make_mails(due)

    assert reminding.send.func(Mail.objects.get().pk) == "unknown"
    assert Mail.objects.get().state == "unknown"


def test_a_mail_is_made_with_its_job_or_not_at_all(due: datetime) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        reminding.make_mails(due)
        raise ZeroDivisionError
    assert not Mail.objects.exists()
    assert not DBTaskResult.objects.filter(task_path=reminding.send.module_path).exists()
