"""What a sentence may speak of in one township, in memory and fresh.

The index of a township is read from the tables once a process. Every save moves the head of the
stream, so one small query before each reading tells whether it is still true; where it is not, the
entries that the newer commits touched are read anew, and after a change of places, or a large
import, the whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock
from uuid import UUID

from django.db.models import Q

from qianxian.core.definitions import catalogue, once_per_catalogue
from qianxian.core.models import Place, Revision, Stream
from qianxian.intake.jot.things import case_of, flow_ledgers, registers, thing_of, ties
from qianxian.ledgers.models import Entry
from qianxian_reader.jot import Lexicon, Spot, World

# Above this many changed entries the whole is read: a join per entry would take longer.
_MANY = 500
_TOWNSHIPS_KEPT = 4
_COLUMNS = ("pk", "ledger", "place_id", "subject_id", "state", "title", "data", "deleted")


@dataclass
class Index:
    """The world of one township as of a commit. `lock` keeps readers from half of a change."""

    township: str
    head: int
    world: World
    paths: dict[str, str]
    lock: RLock = field(default_factory=RLock)


_kept: OrderedDict[str, Index] = OrderedDict()
_lock = RLock()


@once_per_catalogue
def lexicon() -> Lexicon:
    """The words of this site's definitions, made once for as long as they stand."""
    found = catalogue()
    recorded = {key: one for key, one in found.ledgers.items() if not one.archived}
    return Lexicon.of(replace(found, ledgers=recorded))


def index_of(township: Place) -> Index:
    """The index, as true as the head of the stream."""
    head = Stream.objects.filter(pk=township.pk).values_list("head_number", flat=True).first() or 0
    with _lock:
        known = _kept.get(township.pk)
        if known is None or head < known.head:
            known = _read(township, head)
        elif head > known.head:
            known = _brought_up(known, township, head)
        _kept[township.pk] = known
        _kept.move_to_end(township.pk)
        while len(_kept) > _TOWNSHIPS_KEPT:
            _kept.popitem(last=False)
        return known


def forget() -> None:
    """Drop every index; the next sentence reads anew."""
    with _lock:
        _kept.clear()


def _read(township: Place, head: int) -> Index:
    standing = Place.objects.within(township.path).exclude(valid_to__isnull=False)
    places = list(standing.prefetch_related("aliases", "predecessors"))
    spots = [Spot(p.code, p.name, p.level, p.parent_id or "", _also(p)) for p in places]
    world = World.of(spots, (), ())
    index = Index(township.pk, head, world, {p.code: p.path for p in places})
    _put(index, _rows(index, Q()))
    return index


def _also(place: Place) -> tuple[str, ...]:
    """Other names of a village, also those of villages that became part of it."""
    gone = [p.name for p in place.predecessors.all()] if place.level == "village" else []
    return (*gone, *(alias.name for alias in place.aliases.all()))


def _rows(index: Index, condition: Q) -> list[Entry]:
    wanted = [*registers(), *flow_ledgers(), *ties()]
    rows = Entry.objects.filter(condition, ledger__in=wanted, place__in=list(index.paths))
    return list(rows.only(*_COLUMNS).order_by("pk"))


def _brought_up(index: Index, township: Place, head: int) -> Index:
    newer = Revision.objects.filter(
        commit__stream=index.township, commit__number__gt=index.head, commit__number__lte=head
    )
    if newer.filter(kind=Revision.Kind.PLACE).exists():
        return _read(township, head)
    keys = list(newer.filter(kind=Revision.Kind.ENTRY).values_list("key", flat=True)[: _MANY + 1])
    if len(keys) > _MANY:
        return _read(township, head)
    with index.lock:
        changed = {UUID(key) for key in keys}
        rows = _rows(index, Q(pk__in=changed) | _tying(changed))
        gone = changed - {row.pk for row in rows if not row.deleted}
        for key in gone:
            index.world.drop_thing(str(key))
            index.world.drop_case(str(key))
        _put(index, [*rows, *_people_of(index, rows)])
        index.head = head
    return index


def _tying(changed: Iterable[UUID]) -> Q:
    """Ties of persons that changed: whose household they belong to stands there."""
    keys = [str(key) for key in changed]
    condition = Q(pk__in=[])
    for tie in ties().values():
        condition |= Q(ledger=tie.ledger, **{f"data__{tie.member}__in": keys})
    return condition


def _people_of(index: Index, rows: Iterable[Entry]) -> list[Entry]:
    """The persons whose tie to a household changed."""
    keys = {row.data.get(tie.member) for row in rows if (tie := ties().get(row.ledger))}
    return _rows(index, Q(pk__in=[key for key in keys if key]))


def _put(index: Index, rows: Iterable[Entry]) -> None:
    standing = [row for row in rows if not row.deleted]
    homes = {}
    for row in standing:
        tie = ties().get(row.ledger)
        if tie and row.subject_id and row.data.get(tie.to) is None:
            relation = str(row.data.get(tie.relation) or "")
            homes[str(row.data.get(tie.member))] = (str(row.subject_id), relation)
    for row in standing:
        if row.ledger in registers():
            index.world.put_thing(thing_of(row, *homes.get(str(row.pk), ("", ""))))
        elif row.ledger in flow_ledgers():
            case = case_of(row)
            if case is None:
                index.world.drop_case(str(row.pk))
            else:
                index.world.put_case(case)
