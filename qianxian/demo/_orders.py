"""Orders to put hazards right by a day, as papers of their own: issued, served, rechecked."""

from __future__ import annotations

import uuid
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from qianxian.demo._world import World, entry_of, save
from qianxian.ledgers.services import Row

if TYPE_CHECKING:
    from qianxian.demo._inspections import Hazard


class Order:
    """The paper that goes with a hazard; it follows what becomes of it."""

    def __init__(self, hazard: Hazard, fix_by: str, at: datetime) -> None:
        self.world: World = hazard.world
        # Randomness of its own: the pictures of a paper do not change those of its hazard.
        self.rng = Random(hazard.row.id.int)  # noqa: S311  made-up data, no secrets
        found = entry_of(hazard.row.id)
        self.key = uuid.UUID(int=self.rng.getrandbits(128), version=4)
        today = timezone.localdate(at).isoformat()
        values: dict[str, Any] = {
            "drafted_on": today,
            "kind": found.data["kind"],
            "level": found.data["level"],
            "problems": found.data["description"],
            "hazards": 1,
            "requirement": "改好以前停用，改好以后报镇里复查",
            "reported_on": today if found.data["level"] == "重大" else None,
        }
        premises = entry_of(found.data["premises"])
        row = Row(values, found.place, subject=premises, id=self.key, parent=found)
        by, post = self.world.acting("safety", at)
        save("inspection_order", [row], by=by, at=at, post=post.code)
        self.issue(at, fix_by)

    def issue(self, at: datetime, fix_by: str) -> None:
        today = timezone.localdate(at).isoformat()
        given = {"mandate": "县级部门书面委托", "issued_on": today, "fix_by": fix_by}
        self._step("issue", "line-head", at, given)
        self._serve(at)

    def _serve(self, at: datetime) -> None:
        given = {"served_on": timezone.localdate(at).isoformat(), "receipt": "当场签收"}
        self._step("serve", "safety", at, given, shows=True)

    def report(self, at: datetime, fixed: dict[str, Any]) -> None:
        self._step("report", "safety", at, fixed, shows=True)

    def fail(self, at: datetime, note: str, fix_by: str) -> None:
        """Not put right: ordered once more, on the same day."""
        why = "到现场看过，没有改到位"
        self._step("recheck_fails", "recheck", at, {"recheck_note": note}, reason=why)
        self._step("order_again", "line-head", at, {"fix_by": fix_by}, reason="第一次没有改到位")
        self._serve(at)

    def close(self, at: datetime) -> None:
        today = timezone.localdate(at).isoformat()
        self._step("close", "recheck", at, {"rechecked_on": today}, shows=True)

    def _step(
        self,
        step: str,
        post: str,
        at: datetime,
        values: dict[str, Any],
        *,
        shows: bool = False,
        reason: str = "",
    ) -> None:
        self.world.step(
            self.key,
            step,
            self.world.acting(post, at),
            at,
            values=values,
            shows=self.rng if shows else None,
            reason=reason,
        )
