"""What the post of a village hands over with it: the periods for which no word was given yet."""

from __future__ import annotations

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
    lines = []
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
            lines += [_line(s) for s in once.values() if s.mark in ("due", "returned")]
    return Section(
        "还没报齐", tuple(lines), total=len(lines), none="该报的都报齐了，或者不归你看。"
    )


def _line(square: Square) -> Line:
    told = "退回了，等重报" if square.mark == "returned" else "没报"
    what = f"{square.village} {square.ledger.name} {square.period.label()}"
    url = reverse("ledgers:attestation")
    return Line(what, url, due=square.period.end, state=told, is_late=True)
