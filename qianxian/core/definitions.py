"""The definitions in force: those of the packs, and those that were made on pages of this site.

Packs are folders, read once a process. Definitions of the site are rows, and any process may
change them; so each request and each job asks once, at the first use, for the digest over them,
which is one row, and builds the catalogue anew only where that digest is not in memory. Within a
request the answer stays the same. See docs/decisions/0016-site-ledgers.md.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from qianxian.core.commits import Actor, Change, record
from qianxian.core.errors import Conflict, UserError
from qianxian.core.models import Commit, DefinitionHead, Place, Revision, SiteDefinition
from qianxian.core.prepared_query import PreparedQuery
from qianxian_packs import (
    AnyDefinition,
    Catalogue,
    canonical,
    faults_beside,
    key_of,
    load,
    merged,
)

# Of the site's definitions of now, and of a moment ago in a request that still runs.
_KEPT = 4


class _Current:
    """`catalogue()` gives the definitions in force."""

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._packs: Catalogue | None = None
        self._made: OrderedDict[str, Catalogue] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self) -> Catalogue:
        """Raises PacksInvalid with every error of the packs at once."""
        held: Catalogue | None = getattr(self._of_thread, "held", None)
        if held is None:
            held = self._of_thread.held = self._read()
        return held

    def packs(self) -> Catalogue:
        """The definitions in the folders of this site alone; asks no database."""
        if self._packs is None:
            self._packs = load(settings.PACKS)
        return self._packs

    def look_again(self, **_signal: object) -> None:
        """Ask for the digest at the next use: a request or a job begins, or a save has ended."""
        self._of_thread.held, self._of_thread.is_alone = None, False

    def hold_packs(self) -> None:
        """Only the definitions of the packs until `look_again`."""
        self._of_thread.held, self._of_thread.is_alone = None, True

    def cache_clear(self) -> None:
        """Read the folders anew at the next use, and them alone until `look_again`."""
        self._packs = None
        self._made.clear()
        self.hold_packs()

    def _read(self) -> Catalogue:
        packs = self.packs()
        if getattr(self._of_thread, "is_alone", False):
            return packs
        heads = _heads.rows()
        if not heads or not heads[0][0]:
            return packs
        digest: str = heads[0][0]
        with self._lock:
            if digest not in self._made:
                bodies = site_bodies()
                # Somebody may have saved since the digest was read: the rows are what counts.
                digest = digest_of(bodies)
                self._made[digest] = merged(packs, Catalogue.from_bodies(bodies))
            self._made.move_to_end(digest)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return self._made[digest]


@PreparedQuery
def _heads() -> QuerySet[DefinitionHead, Any]:
    return DefinitionHead.objects.values_list("digest")


catalogue = _Current()

T = TypeVar("T")


def once_per_catalogue(make: Callable[[], T]) -> Callable[[], T]:
    """Like `functools.cache` for what is made of the catalogue: another one, another value."""
    made: list[tuple[Catalogue, T]] = []

    @wraps(make)
    def held() -> T:
        now = catalogue()
        found = next((value for known, value in made if known is now), None)
        if found is None:
            found = make()
            made[:] = [(now, found), *made][:_KEPT]
        return found

    return held


# ---- what was made on pages ----


def site_bodies() -> dict[str, str]:
    """Definition key → canonical body of everything that this site made."""
    return dict(SiteDefinition.objects.values_list("key", "body"))


def digest_of(bodies: Mapping[str, str]) -> str:
    """Empty where there is nothing, so that a site without definitions is told at once."""
    text = json.dumps(bodies, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest() if bodies else ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Definitions that fit together and beside the packs. `base` is the digest of what they were
    checked against."""

    definitions: tuple[AnyDefinition, ...]
    base: str


def check_definitions(definitions: Iterable[AnyDefinition]) -> Checked:
    """Hold new definitions against all others; takes a moment, so it is done before the lock.

    Raises UserError with the sentences of what does not fit.
    """
    fresh = tuple(definitions)
    known = site_bodies()
    own = Catalogue.from_bodies({**known, **{key_of(one): canonical(one) for one in fresh}})
    faults = faults_beside(catalogue.packs(), [*own.ledgers.values(), *own.indicators.values()])
    if faults:
        raise UserError("；".join(dict.fromkeys(fault.message for fault in faults[:3])))
    return Checked(fresh, digest_of(known))


@contextmanager
def changing_definitions() -> Iterator[None]:
    """Around a save that changes definitions: whether it holds or not, what is in force is asked
    for anew afterwards."""
    try:
        with transaction.atomic():
            yield
    finally:
        catalogue.look_again()


def put_definitions(checked: Checked, at: datetime) -> list[Change]:
    """Store definitions of the site; the changes are to be recorded in every township's stream.

    Part of `changing_definitions`. From here on `catalogue()` gives the new ones in this thread.
    Raises Conflict where others were changed since the check.
    """
    head, _ = DefinitionHead.objects.select_for_update().get_or_create(pk=1)
    if head.digest != checked.base:
        raise Conflict("刚才有人也改了台账的定义，这次没有存。你填的还在，请再点一次。")
    fresh = {key_of(one): canonical(one) for one in checked.definitions}
    for key, body in fresh.items():
        known = SiteDefinition.objects.filter(pk=key)
        if not known.update(body=body, version=F("version") + 1, changed_at=at):
            SiteDefinition.objects.create(pk=key, body=body, changed_at=at)
    head.digest = digest_of(site_bodies())
    head.save(update_fields=["digest"])
    catalogue.look_again()
    return [Change(Revision.Kind.DEFINITION, key, json.loads(body)) for key, body in fresh.items()]


def townships_of_site() -> list[Place]:
    """The townships in whose streams a definition of the site stands."""
    return list(Place.objects.filter(level=Place.Level.TOWNSHIP))


def ledgers_by_line() -> dict[str, list[str]]:
    """Ids of the ledgers of each line, as the read gate wants them."""
    found: dict[str, list[str]] = {}
    for ledger in catalogue().ledgers.values():
        found.setdefault(ledger.line, []).append(ledger.id)
    return found


@transaction.atomic
def record_definitions(*, township: Place, by: Actor, at: datetime) -> Commit | None:
    """Put definitions that changed since the last time into the stream; None if none did.

    Runs when the site starts, so that a figure of any past commit can use the definition of its
    day.
    """
    known = bodies_as_of(township, None)
    changed = {key: body for key, body in catalogue().bodies().items() if known.get(key) != body}
    if not changed:
        return None
    changes = [
        Change(Revision.Kind.DEFINITION, key, json.loads(body)) for key, body in changed.items()
    ]
    return record(
        township=township,
        changes=changes,
        by=by,
        at=at,
        reason="条线包更新",
        source=Commit.Source.COMMAND,
    )


def bodies_as_of(township: Place, number: int | None) -> dict[str, str]:
    """Definition key → canonical body, as of a commit (None: now)."""
    rows = Revision.objects.filter(
        kind=Revision.Kind.DEFINITION,
        commit__stream=township.pk,
        commit__number__isnull=False,
    ).order_by("commit__number", "position")
    if number is not None:
        rows = rows.filter(commit__number__lte=number)
    return dict(rows.values_list("key", "body"))


def catalogue_as_of(township: Place, number: int) -> Catalogue:
    """The catalogue that was in force at a commit.

    The newest catalogue serves where its definitions are the ones of that commit, which is nearly
    always; only an older as-of builds another.
    """
    bodies = bodies_as_of(township, number)
    if not bodies or all(bodies.get(k) == b for k, b in catalogue().bodies().items()):
        return catalogue()
    return _build(tuple(sorted(bodies.items())))


@lru_cache(maxsize=8)
def _build(bodies: tuple[tuple[str, str], ...]) -> Catalogue:
    return Catalogue.from_bodies(dict(bodies))
