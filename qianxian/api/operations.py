"""All operations as one API, with its OpenAPI description."""

from __future__ import annotations

from ninja import NinjaAPI

from qianxian.api import problems
from qianxian.api.body import Body
from qianxian.api.calling import Bearer
from qianxian.api.views import definitions, entries, figures, matters

_TOLD = (
    "令牌由本人在“我的接口令牌”里建，放在 Authorization: Bearer 后面。"
    "令牌能做的不会超过本人；看不到的答 404。小数和日期都是文字，不丢位数。"
    "出错都是 JSON：says 是一句话，field 是哪一栏。"
)


def _made() -> NinjaAPI:
    api = NinjaAPI(
        title="千线接口",
        version="1",
        description=_TOLD,
        urls_namespace="api-1",
        # Its pages load from another site; ours lists the same operations.
        docs_url=None,
        auth=Bearer(),
        parser=Body(),
    )
    api.add_router("", definitions.router)
    api.add_router("/ledgers", entries.router)
    api.add_router("/matters", matters.router)
    api.add_router("/indicators", figures.router)
    problems.tell(api)
    return api


api = _made()
