"""Two presses of 建一个令牌 at the same moment: one token is made, the other press is told why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from qianxian.api.models import ApiToken
from qianxian.api.services import make_token
from qianxian.core.errors import UserError
from qianxian.core.models import User


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_of_two_presses_at_once_the_second_is_told(
    attempt: int, clerk: User, now: datetime
) -> None:
    together = Barrier(2)

    def press(_: int) -> str:
        try:
            together.wait(10)
            make_token(name="县平台", scope="read", ledgers=[], days=90, by=clerk, at=now)
        except UserError as error:
            return str(error)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(press, range(2)))

    assert said[0] == ""
    assert "已经有一个叫“县平台”的令牌" in said[1]
    assert ApiToken.objects.count() == 1
