"""Which ledgers of the packs the page knows by name, and where the page is.

A site without the pack of a line has the page without that part.
"""

from __future__ import annotations

from qianxian.core.addresses import address_of
from qianxian.core.definitions import catalogue
from qianxian.ledgers.models import Entry
from qianxian_packs import Ledger

HOUSEHOLD = "household"
RESIDENT = "resident"
MEMBERSHIP = "membership"
HOME_VISIT = "home_visit"
VISIT_PROBLEM = "visit_problem"
MONITORING = "monitoring"
MEASURE = "measure"

# Shown in parts of their own; every other ledger is listed below.
OWN = (MEMBERSHIP, HOME_VISIT, VISIT_PROBLEM, MONITORING, MEASURE)


def definition_of(name: str) -> Ledger | None:
    return catalogue().ledgers.get(name)


def page_url(entry: Entry) -> str:
    """The page about it where it has one, else its page in its ledger."""
    if entry.ledger == HOUSEHOLD:
        return address_of("ledgers:household", entry.pk)
    return entry.get_absolute_url()
