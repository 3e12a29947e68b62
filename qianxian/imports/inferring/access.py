"""Who may define ledgers of this site.

A definition is of the whole site: it stands in the stream of each township, and every line of the
rail that shows ledgers shows it. So whoever makes one must reach all of it: the line, and every
township of the site. In an office with a database of its own that is the township.
"""

from __future__ import annotations

from datetime import date

from qianxian.core import gate
from qianxian.core.definitions import catalogue, townships_of_site
from qianxian.core.errors import NotAllowed, NotVisible
from qianxian.core.models import Place, User
from qianxian.core.permissions import Permission
from qianxian.imports.inferring.naming import OWN
from qianxian_packs import Ledger, Line

_NOT_HERE = "没有这一页，或者不归你的岗位建台账。要建，请找管理员给你的岗位开“建台账”。"


def lines_for(user: User, on: date) -> list[Line]:
    """The lines in which the user may define a ledger, in the order of the packs."""
    reach = gate.reaches(user, Permission.LEDGER_DEFINE, on)
    paths = [place.path for place in townships_of_site()]
    lines = sorted(catalogue().lines.values(), key=lambda line: (line.order, line.id))
    return [
        line
        for line in lines
        if paths and all(any(r.covers(line.id, path) for r in reach) for path in paths)
    ]


def require_definer(user: User, on: date) -> list[Line]:
    """The lines, or NotVisible: for others the pages are not there."""
    lines = lines_for(user, on)
    if not lines:
        raise NotVisible(_NOT_HERE)
    return lines


def require_line(user: User, line: str, on: date) -> None:
    if line not in {one.id for one in require_definer(user, on)}:
        raise NotAllowed("这条线的台账不归你建。请换一条线，或者找管得到它的人建。")


def own_ledgers(user: User, on: date) -> list[Ledger]:
    """The ledgers that this site made and the user may change."""
    lines = {line.id for line in lines_for(user, on)}
    return [one for one in catalogue().ledgers.values() if is_own(one) and one.line in lines]


def is_own(ledger: Ledger) -> bool:
    return ledger.id.startswith(OWN)


def own_ledger(user: User, name: str, on: date) -> Ledger:
    """Raises NotVisible where it is none, or not the user's to change."""
    found = next((one for one in own_ledgers(user, on) if one.id == name), None)
    if found is None:
        raise NotVisible("没有这本自己建的台账，或者不归你改。")
    return found


def townships_for(user: User, on: date) -> list[Place]:
    """Whose files the user may hand in here: every township of the site, as a rule one."""
    return townships_of_site() if lines_for(user, on) else []
