"""The digests: one text form, and a tree in which nothing can be moved."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianxian.core import digests

leaves = st.lists(st.binary(min_size=32, max_size=32), max_size=20)


def test_the_order_of_keys_does_not_matter() -> None:
    assert digests.canonical({"b": 1, "a": "组"}) == digests.canonical({"a": "组", "b": 1})
    assert digests.canonical({"b": 1, "a": "组"}) == '{"a":"组","b":1}'


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    assert digests.merkle_root([]) == hashlib.sha256(b"").hexdigest()


def test_the_root_of_one_is_itself() -> None:
    assert digests.merkle_root([b"a" * 32]) == (b"a" * 32).hex()


def test_the_root_of_three_carries_the_odd_one_up() -> None:
    a, b, c = (digests.leaf("entry", key, "{}") for key in "abc")
    pair = hashlib.sha256(b"\x01" + a + b).digest()

    assert digests.merkle_root([a, b, c]) == hashlib.sha256(b"\x01" + pair + c).hexdigest()


@given(leaves.filter(lambda found: len(set(found)) > 1), st.data())
def test_no_two_leaves_can_be_swapped(found: list[bytes], data: st.DataObject) -> None:
    places = st.integers(0, len(found) - 1)
    i, j = data.draw(places), data.draw(places)
    swapped = list(found)
    swapped[i], swapped[j] = swapped[j], swapped[i]

    assert (digests.merkle_root(swapped) == digests.merkle_root(found)) == (swapped == found)


@given(leaves, st.binary(min_size=32, max_size=32))
def test_nothing_can_be_added(found: list[bytes], more: bytes) -> None:
    assert digests.merkle_root([*found, more]) != digests.merkle_root(found)


@pytest.mark.parametrize(
    "other",
    [("entry", "ab", "c"), ("entry", "a", "bc"), ("entrya", "", "bc"), ("target", "a", "b")],
)
def test_columns_do_not_run_into_each_other(other: tuple[str, str, str]) -> None:
    assert digests.leaf("entry", "a", "b") != digests.leaf(*other)
