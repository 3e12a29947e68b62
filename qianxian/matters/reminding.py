"""One mail a day to each person who has something due: counts and a link, nothing of a matter.

Switched off until a mail server is set. A mail is made once a day by a key of person and day, so a
run that was cut off is simply done again; it is sent at most once, see `models.Mail`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qianxian.core.models import Holding, User
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.models import Mail
from qianxian.matters.queries import Group, Inbox, inbox

log = logging.getLogger(__name__)

# Longer and longer, then given up: what is due tomorrow has its own mail.
WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5))
# So many kinds of each group are told, the commonest first.
_KINDS_TOLD = 8


def is_on() -> bool:
    return bool(settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL)


@transaction.atomic
def set_address(*, user: User, address: str) -> None:
    """Where a person's reminders go; empty for none. Raises InvalidEntry."""
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise InvalidEntry({"address": "邮箱写得不对，例如 name@example.cn。"}) from error
    user.email = address
    user.save(update_fields=["email"])


def make_mails(now: datetime) -> int:
    """Make today's mail of everybody who has something due or over; how many were made."""
    if not is_on():
        return 0
    day = timezone.localdate(now)
    made = 0
    for user in _readers(day):
        text = text_for(inbox(user, day, limit=200), day)
        if text and _make(user, day, text, now):
            made += 1
    send_waiting(now)
    return made


def _readers(day: date) -> Iterable[User]:
    """Who holds a post, has an address, and has no mail of this day yet."""
    held = Holding.objects.filter(valid_from__lte=day).exclude(valid_to__lt=day)
    rows = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(email="")
    return rows.exclude(mails__day=day).order_by("pk")


@transaction.atomic
def _make(user: User, day: date, text: tuple[str, str], now: datetime) -> bool:
    subject, body = text
    _, is_new = Mail.objects.get_or_create(
        user=user,
        day=day,
        defaults={
            "address": user.email,
            "subject": subject,
            "text": body,
            "not_before": now,
            "changed_at": now,
        },
    )
    return is_new


def text_for(found: Inbox, day: date) -> tuple[str, str] | None:
    """Subject and text; None where nothing is due within the week or asked.

    Kinds and counts only. A title may name somebody, and a mail lies on servers of others.
    """
    groups = [group for group in found.groups if group.key != "later"]
    if not groups:
        return None
    told = "，".join(f"{group.label} {group.total} 件" for group in groups)
    lines = [f"{day.month}月{day.day}日，等您办的：{told}。", ""]
    for group in groups:
        lines.append(f"{group.label}：")
        lines += [f"  {words}" for words in _kinds(group)]
    lines += ["", _where(), "这是系统发的提醒，一天一封。不要了，在“提醒”那一页去掉邮箱。"]
    return f"千线提醒：{told}", "\n".join(lines)


def _kinds(group: Group) -> list[str]:
    """The commonest kinds; the rest, also what the inbox only counts, as one number."""
    counts = Counter((item.flow.name, item.state) for item in group.items)
    told = counts.most_common(_KINDS_TOLD)
    rows = [f"{name}（{state}）{n} 件" for (name, state), n in told]
    rest = group.total - sum(n for _, n in told)
    return [*rows, f"其他 {rest} 件"] if rest else rows


def _where() -> str:
    address = settings.SITE_ADDRESS.rstrip("/")
    return f"打开今日看：{address}/" if address else "登录后在“今日”里看。"


# ---- the queue


def send_waiting(now: datetime) -> int:
    """Queue the mails whose time has come; how many. One that is being sent is let be."""
    if not is_on():
        return 0
    waiting = Mail.objects.filter(state=Mail.State.WAITING, not_before__lte=now)
    keys = list(waiting.values_list("pk", flat=True))
    for key in keys:
        send.enqueue(key)
    return len(keys)


@task()
def send(key: int) -> str:
    """Send one mail, at most once. Run again after a cut, it finds `sending` and lets it be."""
    mail = _claim(key, timezone.now())
    if mail is None:
        return "not now"
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        return _failed(mail, error, timezone.now())
    return _spoken(mail, connection)


def _spoken(mail: Mail, connection: BaseEmailBackend) -> str:
    """The server is there. What it answers is certain; what breaks off without an answer is not."""
    try:
        connection.send_messages([_message(mail)])
        connection.close()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        return _failed(mail, error, timezone.now())
    except (SMTPException, OSError) as error:
        _set(mail, Mail.State.UNKNOWN, timezone.now(), says=_said(error))
        return "unknown"
    _set(mail, Mail.State.SENT, timezone.now())
    return "sent"


@transaction.atomic
def _claim(key: int, now: datetime) -> Mail | None:
    mail = Mail.objects.select_for_update().filter(pk=key).first()
    if mail is None:
        return None
    if mail.state == Mail.State.SENDING:
        _set(mail, Mail.State.UNKNOWN, now, says="发送时断了，可能已经发出，不再发")
    if mail.state != Mail.State.WAITING or mail.not_before > now:
        return None
    mail.attempts += 1
    _set(mail, Mail.State.SENDING, now)
    return mail


def _message(mail: Mail) -> EmailMessage:
    # The same id at every attempt: a server that took one before knows it again.
    headers = {"Message-ID": f"<reminder-{mail.pk}@qianxian>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(mail.subject, mail.text, to=[mail.address], headers=headers)


def _failed(mail: Mail, error: Exception, now: datetime) -> str:
    """The server refused it or was not there: later again, or given up."""
    log.warning("reminder %s was not sent (attempt %s)", mail.pk, mail.attempts)
    says = _said(error)
    if mail.attempts > len(WAITS):
        _set(mail, Mail.State.FAILED, now, says=says)
        return "given up"
    mail.not_before = now + WAITS[mail.attempts - 1]
    _set(mail, Mail.State.WAITING, now, says=says)
    return "later"


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _set(mail: Mail, state: str, now: datetime, *, says: str = "") -> None:
    mail.state, mail.changed_at, mail.says = state, now, says
    mail.save()
