"""Sealing commits into the lake, and the manifest table that says which files count.

The lake is a disposable derivation: `rebuild` makes it anew from the revisions.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from qianxian.core.definitions import catalogue
from qianxian.core.models import Place, Revision, Stream
from qianxian.indicators.models import LakeFile
from qianxian.indicators.versions import tail_table
from qianxian_engine import Lake, LakeDamaged, Manifest
from qianxian_engine import LakeFile as File

# A tail of this many revisions costs a query about as much as the sealed files do.
TAIL_LIMIT = 2_000
_DAY_SECONDS = 86_400

log = logging.getLogger(__name__)


def lake_of(township: Place) -> Lake:
    """The lake of one township, in a folder of its own below the data folder."""
    return Lake(Path(settings.DATA) / "lake" / township.pk)


def manifests(township: Place) -> dict[str, Manifest]:
    """Ledger → the files that are its lake now."""
    files: dict[str, list[LakeFile]] = {}
    for row in LakeFile.objects.filter(stream=township.pk, is_retired=False):
        files.setdefault(row.ledger, []).append(row)
    return {ledger: _manifest(ledger, rows) for ledger, rows in files.items()}


def _manifest(ledger: str, rows: list[LakeFile]) -> Manifest:
    current = next(row for row in rows if row.part == LakeFile.Part.CURRENT)
    history = sorted((row for row in rows if row.part == LakeFile.Part.HISTORY), key=lambda r: r.pk)
    return Manifest(
        ledger, current.last_commit, _file(current), tuple(_file(row) for row in history)
    )


def _file(row: LakeFile) -> File:
    return File(row.digest, row.rows, row.first_commit, row.last_commit)


def seal_due(township: Place, *, limit: int = TAIL_LIMIT) -> list[str]:
    """Seal every ledger whose tail has grown past the limit; returns their ids."""
    head = Stream.objects.filter(pk=township.pk).first()
    if head is None:
        return []
    known = manifests(township)
    sealed = [known[ledger].commit if ledger in known else 0 for ledger in catalogue().ledgers]
    newer = Revision.objects.filter(
        kind=Revision.Kind.ENTRY, commit__stream=township.pk, commit__number__gt=min(sealed)
    )
    if newer[: limit + 1].count() <= limit:
        return []
    return [ledger for ledger in catalogue().ledgers if seal(township, ledger, head.head_number)]


def seal(township: Place, ledger: str, commit: int) -> bool:
    """Seal one ledger as of a commit. False where nothing was new.

    Files are on disk before the manifest names them: whoever reads in between sees the old
    manifest and a longer tail, which gives the same figures.
    """
    definition = catalogue().ledgers[ledger]
    previous = manifests(township).get(ledger)
    tail = tail_table(township, definition, previous.commit if previous else 0)
    if not tail.num_rows:
        return False
    made = lake_of(township).seal(definition, previous, tail, commit=commit)
    _store(township, previous, made)
    return True


def rebuild(township: Place) -> list[str]:
    """Forget the manifest and seal everything from the revisions; returns the sealed ledgers."""
    LakeFile.objects.filter(stream=township.pk).delete()
    head = Stream.objects.filter(pk=township.pk).first()
    if head is None:
        return []
    return [ledger for ledger in catalogue().ledgers if seal(township, ledger, head.head_number)]


def forget(township: Place, ledger: str) -> None:
    """Read a ledger from the revisions until it is sealed anew: a file of it is damaged."""
    LakeFile.objects.filter(stream=township.pk, ledger=ledger).delete()


def tend(township: Place) -> list[str]:
    """Hash every file, seal damaged ledgers anew, delete files that no manifest names.

    Returns what was done, one line each. Another process may be reading a file of a manifest that
    was current a moment ago, so only files that are older than a day go.
    """
    lake, done = lake_of(township), []
    for ledger, manifest in manifests(township).items():
        try:
            lake.verify(manifest)
        except LakeDamaged as damage:
            log.error("lake: %s", damage)
            forget(township, ledger)
            head = Stream.objects.get(pk=township.pk)
            seal(township, ledger, head.head_number)
            done.append(f"{township.pk} {ledger}: rebuilt")
    yesterday = time.time() - _DAY_SECONDS
    for path in lake.stray(manifests(township).values()):
        if path.stat().st_mtime < yesterday:
            path.unlink()
            done.append(f"{path.name}: removed")
    return done


@transaction.atomic
def _store(township: Place, previous: Manifest | None, made: Manifest) -> None:
    # Two workers may seal at once: the second finds a newer manifest and leaves it.
    Stream.objects.select_for_update().get(pk=township.pk)
    now = manifests(township).get(made.ledger)
    if (now.commit if now else 0) != (previous.commit if previous else 0):
        return
    rows = LakeFile.objects.filter(stream=township.pk, ledger=made.ledger)
    rows.filter(part=LakeFile.Part.CURRENT).update(is_retired=True)
    known = {(f.digest, f.first_commit) for f in previous.history} if previous else set()
    LakeFile.objects.create(**_row(township, made.ledger, LakeFile.Part.CURRENT, made.current))
    for file in made.history:
        if (file.digest, file.first_commit) not in known:
            LakeFile.objects.create(**_row(township, made.ledger, LakeFile.Part.HISTORY, file))


def _row(township: Place, ledger: str, part: str, file: File) -> dict[str, object]:
    return {
        "stream_id": township.pk,
        "ledger": ledger,
        "part": part,
        "first_commit": file.first_commit,
        "last_commit": file.last_commit,
        "digest": file.digest,
        "rows": file.rows,
    }
