"""Definitions through the API: Table Schema, flows, places; and the description of the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, User
from qianxian_packs import Ledger
from tests.web.api.program import Program, program_of


def test_ledgers_are_those_of_the_owners_lines(
    program: Program, clerk: User, make_user: Any, village: Place
) -> None:
    ids = {ledger["id"] for ledger in program.get("/ledgers").json()}
    own = program_of(make_user("环卫", role="village_clerk", place=village, line="environment"))

    assert ids == set(catalogue().ledgers)
    assert {ledger["line"] for ledger in own.get("/ledgers").json()} == {"environment"}


def test_a_ledger_is_told_as_table_schema(program: Program, patrol: Ledger) -> None:
    told = program.get("/ledgers/patrol").json()

    fields = {field["name"]: field for field in told["fields"]}
    assert list(fields) == list(patrol.by_name)
    assert fields["grade"]["constraints"] == {"enum": ["轻", "重"]}
    assert fields["times"]["constraints"] == {"minimum": "1"}
    assert fields["number"]["constraints"] == {"required": True}
    types = {name: field["type"] for name, field in fields.items()}
    assert [types[n] for n in ("seen_on", "cost", "times", "is_fixed", "faults", "id_number")] == [
        "date", "number", "integer", "boolean", "array", "string",
    ]  # fmt: skip
    assert (fields["cost"]["unit"], fields["id_number"]["private"]) == ("元", True)
    reference = {"fields": ["other"], "reference": {"resource": "household", "fields": ["id"]}}
    assert told["foreignKeys"] == [reference]
    assert (told["flow"], told["ledger"]["subject"]) == (None, "household")


def test_every_ledger_has_a_schema_and_every_flow_its_states_and_steps(program: Program) -> None:
    types = {"string", "number", "integer", "boolean", "date", "datetime", "array"}
    for ledger in catalogue().ledgers.values():
        told = program.get(f"/ledgers/{ledger.id}").json()

        assert {field["type"] for field in told["fields"]} <= types
        flow = catalogue().flows.get(ledger.flow or "")
        if flow:
            assert [state["id"] for state in told["flow"]["states"]] == list(flow.states)
            assert [step["id"] for step in told["flow"]["steps"]] == list(flow.step_by_id)
            owned = {name for step in flow.steps for name in step.needs}
            filled = {f["name"] for f in told["fields"] if f.get("filled_by_step")}
            assert owned <= filled


def test_places_are_those_that_one_sees(
    village_clerk: User, village: Place, group: Place, other_village: Place
) -> None:
    told = program_of(village_clerk).get("/places").json()

    assert [place["code"] for place in told] == [village.pk, group.pk]


def test_the_description_is_open_and_names_every_operation(client: Client, db: None) -> None:
    told = client.get("/api/v1/openapi.json").json()

    operations = {(m, p) for p, methods in told["paths"].items() for m in methods}
    assert ("post", "/api/v1/matters/{key}/steps/{step}") in operations
    assert len(operations) == 16
    assert all("401" in told["paths"][path][method]["responses"] for method, path in operations)
    assert told["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}


def test_the_manual_names_every_operation(client: Client, db: None) -> None:
    manual = (settings.ROOT / "docs" / "manual" / "api.md").read_text(encoding="utf-8")
    told = client.get("/api/v1/openapi.json").json()

    for path, methods in told["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in manual


@pytest.mark.django_db
def test_the_page_about_the_api_loads_nothing_from_elsewhere(
    client: Client, everywhere: User
) -> None:
    assert client.get("/api/").status_code == 302
    client.force_login(everywhere)

    page = client.get("/api/").content.decode()

    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "Idempotency-Key" in page
