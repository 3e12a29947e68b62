"""The catalogue: one value that is stored, brought back, compared and never changed."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from qianxian_packs import Catalogue, PacksError, PacksInvalid, json_schemas, load

SOUND = Path(__file__).parent / "sound"
SHIPPED = Path(__file__).parents[3] / "packs"
KINDS = {"ledgers": "ledger", "flows": "flow", "indicators": "indicator"}


@pytest.fixture(scope="module", params=[SOUND, SHIPPED], ids=["sound", "shipped"])
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return load([request.param])


def test_a_catalogue_comes_back_from_its_bodies(catalogue: Catalogue) -> None:
    bodies = catalogue.bodies()

    again = Catalogue.from_bodies(dict(reversed(bodies.items())))

    assert again == catalogue
    assert again.digest == catalogue.digest
    assert again.bodies() == bodies


def test_filters_and_checks_come_back_with_the_definitions(catalogue: Catalogue) -> None:
    again = Catalogue.from_bodies(catalogue.bodies())

    for name, indicator in catalogue.indicators.items():
        assert again.indicators[name].where == indicator.where
        assert (indicator.where is None) == (indicator.where_text is None)
    for name, ledger in catalogue.ledgers.items():
        assert again.ledgers[name].checks == ledger.checks


def test_bodies_are_canonical(catalogue: Catalogue) -> None:
    for key, body in catalogue.bodies().items():
        data = json.loads(body)
        assert key.endswith(f":{data['id']}")
        kept = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert kept == body


def test_the_digest_changes_with_a_definition_of_any_kind(catalogue: Catalogue) -> None:
    bodies = catalogue.bodies()
    digests = {catalogue.digest}
    of_each_kind = {key.partition(":")[0]: key for key in bodies}
    for key in of_each_kind.values():
        data = json.loads(bodies[key])
        for word in ("name", "heading"):
            if word in data:
                data[word] += "二"
        digests.add(Catalogue.from_bodies({**bodies, key: json.dumps(data)}).digest)

    assert len(digests) == len(of_each_kind) + 1


def test_the_order_of_keys_in_a_file_does_not_matter(tmp_path: Path) -> None:
    packs = shutil.copytree(SOUND, tmp_path / "packs")
    path = packs / "works" / "indicators" / "works_done.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(sorted(lines, reverse=True)), encoding="utf-8")

    assert load([packs]).digest == load([SOUND]).digest


def test_nothing_in_a_catalogue_can_be_changed(catalogue: Catalogue) -> None:
    flow = next(iter(catalogue.flows.values()))
    ledger = next(iter(catalogue.ledgers.values()))
    maps: list[Any] = [
        *(catalogue.lines, catalogue.ledgers, catalogue.flows, catalogue.indicators),
        *(catalogue.paragraphs, catalogue.roles, flow.states, flow.steps[0].sets),
        *(flow.step_by_id, flow.clock_by_id, ledger.columns, ledger.by_name),
    ]
    for found in maps:
        with pytest.raises(TypeError):
            found["x"] = "x"
    with pytest.raises(ValidationError):
        ledger.name = "另一个"
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.ledgers = {}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("ledger:works", "{"),
        ("ledger:works", '{"id":"works"}'),
        ("ledger:works", '{"id":"works","line":"a","name":"b","fields":[],"colour":1}'),
        ("colour:works", "{}"),
    ],
)
def test_a_body_that_is_no_definition_is_named(key: str, body: str) -> None:
    with pytest.raises(PacksInvalid) as raised:
        Catalogue.from_bodies({key: body})

    assert [error.file for error in raised.value.errors] == [key]


def test_a_filter_cannot_be_forgotten_outside_its_catalogue() -> None:
    bodies = load([SOUND]).bodies()
    alone = Catalogue.from_bodies({k: b for k, b in bodies.items() if k != "ledger:works"})

    assert alone.indicators["works_begun"].where is None
    with pytest.raises(PacksError, match="works_done"):
        _ = alone.indicators["works_done"].where


def test_every_key_of_every_shipped_file_stands_in_the_published_schema() -> None:
    schemas = json_schemas()

    assert set(schemas) == {"line", "ledger", "flow", "indicator", "paragraph", "document"}
    for path in SHIPPED.rglob("*.yaml"):
        kind = KINDS.get(path.parent.name, "line")
        # Composed only: a value of YAML would read the key `on` as true.
        node = yaml.compose(path.read_text(encoding="utf-8"))
        assert node is not None
        keys = {key.value for key, _ in node.value}
        assert keys <= set(schemas[kind]["properties"]), path
        assert set(schemas[kind]["required"]) <= keys, path
