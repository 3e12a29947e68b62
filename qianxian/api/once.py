"""Idempotency-Key: a request that is sent twice records once, and is answered the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from qianxian.api.calling import Caller
from qianxian.api.models import Answered
from qianxian.api.schemas import Receipt
from qianxian.ledgers.values import InvalidEntry

KEPT_FOR = timedelta(days=7)
HEADER = "Idempotency-Key"
_LONGEST = 100


def once(request: HttpRequest, caller: Caller, key: str, save: Callable[[], Receipt]) -> Receipt:
    """Save, unless this key was answered before. Without a key every request is a new one.

    The key is taken in the transaction of the save: of two that come at once, the second waits for
    the first and finds its answer. What is refused takes no key.
    """
    if not key:
        return save()
    if len(key) > _LONGEST:
        raise InvalidEntry({HEADER: f"{HEADER} 最多 {_LONGEST} 个字符。"})
    digest = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
    Answered.objects.filter(token=caller.token, at__lt=caller.at - KEPT_FOR).delete()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Answered.objects.create(
                    token=caller.token, key=key, digest=digest, at=caller.at
                )
        except IntegrityError:
            return _answered(caller, key, digest)
        receipt = save()
        row.answer = receipt.model_dump(mode="json")
        row.save(update_fields=["answer"])
        return receipt


def _answered(caller: Caller, key: str, digest: str) -> Receipt:
    row = Answered.objects.get(token=caller.token, key=key)
    if row.digest != digest:
        raise InvalidEntry(
            {HEADER: f"{HEADER} “{key}”已经用在另一份内容上，没有存。新的一笔请换一个。"}
        )
    return Receipt.model_validate(row.answer)
