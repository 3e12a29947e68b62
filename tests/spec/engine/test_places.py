"""The tree of places by itself, and questions that have no answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qianxian_engine import (
    AttestationTable,
    BadRequest,
    BadTree,
    MemorySource,
    PlaceNode,
    PlaceTree,
    ReferenceEngine,
    Request,
    UnknownIndicator,
    UnknownPlace,
    breakdown,
    compute,
    explain,
)
from qianxian_figures import Period
from qianxian_packs import Catalogue, Indicator
from tests.spec.engine.manual import BASE, MERGED_ON, TREE

BEFORE = date(2026, 6, 30)


def test_a_place_knows_what_lies_above_and_below() -> None:
    assert TREE.ancestors("A1") == ("A", "T")
    assert TREE.ancestors("T") == ()
    assert TREE.descendants("T") == ("A", "A1", "A2", "B", "B1", "C", "C1")
    assert TREE.children("A") == ("A1", "A2")
    assert "A" in TREE and "Z" not in TREE


def test_children_and_villages_of_a_day_are_those_that_exist_on_it() -> None:
    assert TREE.children("T", BEFORE) == ("A", "B", "C")
    assert TREE.children("T", MERGED_ON) == ("A", "B")
    assert TREE.villages("T") == ("A", "B", "C")
    assert TREE.villages("T", MERGED_ON) == ("A", "B")
    assert TREE.villages("A") == ("A",)


def test_a_merged_place_resolves_to_its_successor_only_as_now() -> None:
    assert TREE.resolve("C") == "C"
    assert TREE.resolve("C", "as_now") == "A"
    assert TREE.path("C1") == ("C1", "C", "T")
    assert TREE.path("C1", "as_now") == ("A2", "A", "T")
    assert TREE.members("A", "as_now") == ("A", "A1", "A2", "C", "C1")
    assert TREE.members("C", "as_now") == ()


def test_a_merger_that_lies_ahead_of_today_has_not_happened() -> None:
    assert PlaceTree(TREE, today=BEFORE).resolve("C", "as_now") == "C"
    assert PlaceTree(TREE, today=MERGED_ON).resolve("C", "as_now") == "A"


def test_a_group_without_a_successor_goes_with_its_village() -> None:
    tree = PlaceTree(
        [
            PlaceNode("T", "T", "township", None),
            PlaceNode("A", "A", "village", "T"),
            PlaceNode("C", "C", "village", "T", valid_to=MERGED_ON, successor="A"),
            PlaceNode("C1", "C1", "group", "C"),
        ]
    )

    assert tree.path("C1", "as_now") == ("C1", "A", "T")
    assert tree.ceases("C1") == MERGED_ON


def test_a_place_that_was_founded_in_the_period_answers_from_then_on() -> None:
    village = PlaceNode("N", "N", "village", None, valid_from=MERGED_ON)

    assert not village.is_valid(BEFORE)
    assert village.is_valid(MERGED_ON)
    assert village.overlaps(BEFORE, MERGED_ON)
    assert not village.overlaps(BEFORE, BEFORE)


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ([PlaceNode("A", "A", "village", "T")], "place A names T"),
        ([PlaceNode("A", "A", "village", None, successor="A")], "no day of its end"),
        (
            [PlaceNode("A", "A", "village", "B"), PlaceNode("B", "B", "village", "A")],
            "circle: .*A",
        ),
        (
            [
                PlaceNode("A", "A", "village", None, valid_to=MERGED_ON, successor="B"),
                PlaceNode("B", "B", "group", "A"),
            ],
            "circle",
        ),
    ],
)
def test_places_that_form_no_tree_are_refused(nodes: list[PlaceNode], says: str) -> None:
    with pytest.raises(BadTree, match=says):
        PlaceTree(nodes)


def _asked(given: dict[str, Any], place: str = "T", name: str = "x") -> None:
    indicator = {"id": "x", "line": "works", "name": "x", "unit": "件", **given}
    catalogue = Catalogue.of([*BASE.ledgers.values(), Indicator.model_validate(indicator)])
    compute(
        catalogue,
        [name],
        [place],
        [Period.of("2026")],
        as_of=1,
        source=MemorySource({}),
        tree=TREE,
        attested=AttestationTable(),
    )


FLOW = {"kind": "flow", "from": "works"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**FLOW, "value": "latest(kind)"}, "x adds kind, which is no number"),
        ({**FLOW, "value": "sum(done_on)"}, "x adds done_on, which is no number"),
        ({"kind": "flow", "from": "household"}, "x needs a date"),
        ({"kind": "stock", "from": "household", "value": "latest(persons)"}, "x needs a date"),
        (
            {
                **FLOW,
                "value": "sum(money)",
                "counts": ["household", "person"],
                "person": "subject.persons",
            },
            "x counts persons",
        ),
    ],
)
def test_a_definition_that_no_entry_can_answer_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        _asked(given)


@pytest.mark.parametrize("by", ["money", "kind", "nothing"])
def test_a_breakdown_by_a_field_that_the_definition_does_not_name_is_refused(by: str) -> None:
    given = {"id": "x", "line": "works", "name": "x", "unit": "件", **FLOW, "by": ["money"]}
    catalogue = Catalogue.of([*BASE.ledgers.values(), Indicator.model_validate(given)])

    with pytest.raises(BadRequest, match=f"x cannot be broken down by {by}"):
        breakdown(
            catalogue,
            "x",
            by,
            ["T"],
            [Period.of("2026")],
            as_of=1,
            source=MemorySource({}),
            tree=TREE,
            attested=AttestationTable(),
        )


def test_an_engine_takes_a_rate_only_by_its_parts() -> None:
    given = {"id": "x", "line": "works", "name": "x", "unit": "%", "kind": "rate"}
    parts = {"numerator": "y", "denominator": "y"}
    catalogue = Catalogue.of([Indicator.model_validate({**given, **parts})])
    request = Request(("x",), ("T",), (Period.of("2026"),), as_of=1)

    with pytest.raises(BadRequest, match="x has no entries of its own"):
        ReferenceEngine().parts(catalogue, request, MemorySource({}), TREE)


def test_names_that_nobody_knows_are_refused() -> None:
    with pytest.raises(UnknownPlace, match="no place 'Z'"):
        _asked(FLOW, place="Z")
    with pytest.raises(UnknownIndicator, match="no indicator 'y'"):
        _asked(FLOW, name="y")


def test_nothing_asked_is_nothing_answered() -> None:
    nothing: dict[str, Any] = {"source": MemorySource({}), "tree": TREE, "as_of": 1}

    assert (
        compute(BASE, [], ["T"], [Period.of("2026")], attested=AttestationTable(), **nothing) == []
    )


def test_explaining_backwards_is_refused() -> None:
    with pytest.raises(BadRequest, match="commit 1 is before commit 2"):
        explain(
            BASE,
            "x",
            "T",
            Period.of("2026"),
            as_of_1=2,
            as_of_2=1,
            source=MemorySource({}),
            tree=TREE,
        )
