"""Rules for every address, present and future."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qianxian.core.models import User

# What may be opened without signing in. Each line has a reason.
PUBLIC = {
    "/sign-in/": 200,  # where one signs in
    "/sign-out/": 302,  # leads to the first page whoever is not in
    "/api/v1/openapi.json": 200,  # what the API can do, without any data
    "/api/v1/": 404,  # nothing is there
}
# Opened by a token and by no sign-in. What only takes POST says so before it asks who.
PROGRAMS, UNOPENED = "/api/v1/", (401, 405)
_EXAMPLES = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "2026",
    "uuid": str(uuid.UUID(int=0)),
    "uuidstr": str(uuid.UUID(int=0)),
}


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


def example(route: str) -> str:
    """The route with something plausible in each place."""
    parts = []
    for part in route.split("<"):
        if ">" in part:
            kind, _, rest = part.partition(">")
            parts.append(_EXAMPLES[kind.split(":")[0] if ":" in kind else "str"] + rest)
        else:
            parts.append(part)
    return "".join(parts)


ROUTES = sorted(set(routes()))


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_needs_sign_in_unless_it_is_listed(client: Client, db: None, route: str) -> None:
    response = client.get(example(route))

    if route in PUBLIC:
        assert response.status_code == PUBLIC[route]
        return
    if route.startswith(PROGRAMS):
        assert response.status_code in UNOPENED
        assert response["Content-Type"] == "application/json"
        return
    # A page that only takes POST says so after sign-in, never before.
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("route", [r for r in ROUTES if r not in PUBLIC])
def test_nobody_without_a_grant_gets_anything_but_a_plain_answer(
    client: Client, outsider: User, route: str
) -> None:
    """A person with no grant finds nothing, is refused, or sees an empty page: never a crash."""
    client.force_login(outsider)

    response = client.get(example(route))

    plain = UNOPENED if route.startswith(PROGRAMS) else (200, 302, 403, 404, 405, 422)
    assert response.status_code in plain
