"""What the post of a village hands over with it: the periods for which no word was given yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from qianxian.core import gate
from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Post, User
from qianxian.core.people.book import Line, Section
from qianxian.core.permissions import ROLES, Permission
from qianxian.ledgers.attestation import is_attested
from qianxian.ledgers.queries import Square, last_month, months_before, squares

# Older ones are the township's to chase, not the next holder's to learn of here.
_MONTHS = 3


def attestations_of_post(post: Post, reader: User, on: date) -> Section | None:
    """Due or returned periods of the villages for which the post gives its word."""
    roles = [key for key, role in ROLES.items() if Permission.ATTEST in role.permissions]
    grants = post.grants.filter(role__in=roles).select_related("place")
    if not grants:
        return None
    seen = gate.reaches(reader, Permission.ENTRY_VIEW, on)
    lines: list[Line | None] = []
    for grant in grants:
        villages = Place.objects.within(grant.place.path).filter(level=Place.Level.VILLAGE)
        for ledger in catalogue().ledgers.values():
            if not is_attested(ledger) or grant.line not in ("", ledger.line):
                continue
            own = [
                village
                for village in villages.valid_on(on)
                if any(reach.covers(ledger.line, village.path) for reach in seen)
            ]
            months = months_before(last_month(on), _MONTHS)
            found = squares([ledger], {ledger.line: own}, months, on).values()
            # Three months of one quarter are the same square.
            once = {(s.village.pk, s.period.start): s for s in found}
            open_ones = [s for s in once.values() if s.mark in ("due", "returned")]
            lines += [_line([s for s in open_ones if s.village == village], on) for village in own]
    found_lines = tuple(line for line in lines if line)
    told = "该报的都报齐了，或者不归你看。"
    return Section("还没报齐", found_lines, total=len(found_lines), none=told, hangs=False)


def _line(squares_open: Sequence[Square], on: date) -> Line | None:
    """One line for all open periods of a ledger in a village, by the oldest."""
    if not squares_open:
        return None
    first = squares_open[0]
    periods = "、".join(square.period.label() for square in squares_open)
    returned = any(square.mark == "returned" for square in squares_open)
    return Line(
        f"{first.village} {first.ledger.name}：{periods}",
        reverse("ledgers:attestation"),
        due=first.period.end,
        state="有退回的，等重报" if returned else "没报",
        is_late=first.period.end < on,
    )
