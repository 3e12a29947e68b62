"""The revision of a new entry that an import writes without its state is the one of that state."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from qianxian.core.digests import canonical
from qianxian.ledgers.states import TEXT_BEFORE_DATA, EntryState, text_after_data

WORDS = st.text(max_size=12)
KEYS = st.uuids()


@given(
    key=KEYS,
    ledger=WORDS,
    place=WORDS,
    data=st.dictionaries(WORDS, st.none() | WORDS | st.integers(), max_size=4),
    subject=st.none() | KEYS,
    on=st.none() | st.dates(),
    late=st.booleans(),
    private=st.dictionaries(WORDS, WORDS, max_size=3),
)
def test_what_stands_behind_the_values_is_what_the_state_says(
    key: UUID,
    ledger: str,
    place: str,
    data: dict[str, object],
    subject: UUID | None,
    on: date | None,
    *,
    late: bool,
    private: dict[str, str],
) -> None:
    state = EntryState(key, ledger, place, data, subject=subject, on=on, late=late, private=private)
    rest = text_after_data(
        key=key,
        ledger=ledger,
        place=place,
        subject=subject,
        on=on,
        late=late,
        private=private,
    )
    text = canonical(data)
    assert f"{TEXT_BEFORE_DATA}{text}{rest}" == state.text(text) == canonical(state.body())
