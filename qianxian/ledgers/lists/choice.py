"""Which rows of a list a person means: the ticked ones, or all that fit the conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from qianxian.core.errors import UserError
from qianxian.core.models import User
from qianxian.ledgers.checks import Sight
from qianxian.ledgers.filters import FilterForm, filter_places
from qianxian.ledgers.listing import selected
from qianxian.ledgers.lists.bulk import MOST, keys_of
from qianxian.ledgers.lists.saving import plain_query
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger


def filters(user: User, ledger: Ledger, on: date, query: QueryDict) -> FilterForm:
    """The conditions of an address, as this person may set them."""
    places = filter_places(user, ledger.line, on)
    key = query.get("subject", "")
    # The one that the list was asked about; none that the reader may not see.
    about = Sight(user, on).entry(ledger.subject or "", key) if key else None
    return FilterForm(ledger, places, on, query, about)


@dataclass(frozen=True, slots=True)
class Choice:
    """As it was sent: `is_all` for every row that fits `query`, else the rows with these keys."""

    query: str
    is_all: bool
    keys: tuple[str, ...]

    @classmethod
    def read(cls, data: QueryDict) -> Choice:
        query = plain_query(QueryDict(data.get("query", "")))
        return cls(query, data.get("which") == "all", tuple(data.getlist("key")))

    def entries(self, user: User, ledger: Ledger, on: date) -> list[Entry]:
        """The entries, through the gate; one more than `MOST` tells that there are too many.

        Raises UserError for a list of a past day, of which nothing can be changed.
        """
        form = filters(user, ledger, on, QueryDict(self.query))
        if form.as_of:
            raise UserError("这是过去某一天的样子，只能看。回到今天的清单再办。")
        conditions = form.conditions() if self.is_all else []
        rows = selected(ledger, conditions, user=user, on=on)
        if not self.is_all:
            rows = rows.filter(pk__in=keys_of(self.keys[: MOST + 1]))
        rows = rows.select_related("place__parent", "subject", "post").order_by("place", "id")
        return list(rows[: MOST + 1])
