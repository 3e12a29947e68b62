"""Everything that can go wrong, as JSON: a Chinese sentence, and the field that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from qianxian.api.calling import TooMany
from qianxian.core.errors import Conflict, NotAllowed, NotVisible, UserError
from qianxian.ledgers.values import InvalidEntry
from qianxian.matters.errors import StepRefused
from qianxian.matters.flows import Need

_NOT_HERE = "没有这一条，或者不归你的岗位看。"
_STATUS: dict[type[UserError], int] = {
    NotVisible: 404,
    NotAllowed: 403,
    Conflict: 409,
    TooMany: 429,
}
_BY_STATUS = {
    400: "送来的内容读不懂，没有办。要的是 JSON，里面不能有打不出来的符号。",
    404: "没有这个地址。请对照接口说明。",
    405: "这个地址不能这样用。请对照接口说明里的方法。",
    413: "送来的内容太大，没有办。请分几次送。",
}
_ELSE = "这一次没有办成，数据没有变。过一会儿再试；还不行，把时间告诉管理员。"


class Outrun(Conflict):
    """Somebody else was first; `changes` shows what changed and by whom since the version sent."""

    def __init__(self, says: str, changes: Sequence[dict[str, Any]]) -> None:
        super().__init__(says)
        self.changes = list(changes)


def problem(status: int, says: str, field: str = "", **more: Any) -> HttpResponse:
    """The one shape of all errors. `faults` lists every field that is wrong."""
    faults = more.pop("faults", None) or [{"field": field, "says": says}]
    body = {"says": says, "field": field or faults[0]["field"], "faults": faults, **more}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def plain_problem(response: HttpResponse) -> HttpResponse:
    """What an address, a method or the server itself refused, in the same shape."""
    status = response.status_code
    told = problem(status, _BY_STATUS.get(status, _ELSE))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            told[name] = response[name]
    return told


def tell(api: NinjaAPI) -> None:
    """Let the API answer its errors so."""
    api.add_exception_handler(UserError, _user_error)
    api.add_exception_handler(InvalidEntry, _invalid_entry)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(AuthenticationError, _no_token)
    api.add_exception_handler(ValidationError, _badly_formed)
    api.add_exception_handler(HttpError, _http_error)


def _user_error(request: HttpRequest, error: Any) -> HttpResponse:
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 422)
    more: dict[str, Any] = {}
    if isinstance(error, Outrun):
        more["changes"] = error.changes
    if isinstance(error, StepRefused):
        more["needs"] = needs_as_json(error.needs)
    told = problem(status, str(error), **more)
    if isinstance(error, TooMany):
        told["Retry-After"] = str(error.wait)
    return told


def needs_as_json(needs: Iterable[Need]) -> list[dict[str, Any]]:
    """What a step needs, met or not, as the page lists it."""
    return [
        {"kind": str(n.kind), "says": n.text, "met": n.met, "field": n.field, "shut": n.shut}
        for n in needs
    ]


def _invalid_entry(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [{"field": name, "says": says} for name, says in error.errors.items()]
    return problem(422, str(error), faults=faults)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(404, _NOT_HERE)


def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    says = "没有带令牌，或者令牌到期、停用了。请本人在“我的接口令牌”里看一看。"
    told = problem(401, says, "Authorization")
    told["WWW-Authenticate"] = "Bearer"
    return told


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status_code, _BY_STATUS.get(error.status_code, _ELSE))


def _badly_formed(request: HttpRequest, error: Any) -> HttpResponse:
    """What did not even have the right form: named with its place in the body or the address."""
    if any(fault["loc"][0] == "path" for fault in error.errors):
        return problem(404, _NOT_HERE)
    faults = [_fault(fault) for fault in error.errors]
    return problem(422, "；".join(f["says"] for f in faults), faults=faults)


def _fault(fault: dict[str, Any]) -> dict[str, str]:
    # The first part says where it was looked for, the second how our function calls the body.
    parts = [str(part) for part in fault["loc"][1:]]
    field = ".".join(parts[1:] if fault["loc"][0] == "body" else parts)
    says = f"还没写 {field}。" if fault["type"] == "missing" else f"{field} 的写法不对。"
    return {"field": field, "says": f"{says}请对照接口说明。" if field else _BY_STATUS[400]}
