"""Faults of what a flow says beside its steps: handing on, asking afterwards, papers, many at once."""

from __future__ import annotations

from collections.abc import Iterator

from qianxian_packs._errors import PackError
from qianxian_packs._flow import ANSWERS, AskAfter, Flow
from qianxian_packs._known import Known, Loaded
from qianxian_packs._ledger import Ledger


def faults(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    yield from _steps(item, flow, known)
    if flow.hand_on:
        for step in flow.hand_on.steps:
            if step not in flow.step_by_id:
                yield item.error(f"没有“{step}”这一步。", "hand_on", "steps")
    if flow.ask_after:
        yield from _asking(item, flow, flow.ask_after, known)


def _steps(item: Loaded, flow: Flow, known: Known) -> Iterator[PackError]:
    for n, step in enumerate(flow.steps):
        if step.document and known.lacks("document", step.document):
            says = f"没有“{step.document}”这份文书，在包的 documents 里写上。"
            yield item.error(says, "steps", n, "document")
        if step.bulk == "allowed" and (step.evidence.photo or step.evidence.file):
            says = "要照片的一步不能批量办，每一件的照片不一样。"
            yield item.error(says, "steps", n, "bulk")


def _asking(item: Loaded, flow: Flow, asking: AskAfter, known: Known) -> Iterator[PackError]:
    if known.has_all_roles and asking.role not in known.roles:
        says = f"没有“{asking.role}”这个岗位职责，在 pack.yaml 的 roles 里写上它和叫法。"
        yield item.error(says, "ask_after", "role")
    back = asking.back_to
    if back is not None and (back not in flow.states or flow.states[back].kind != "open"):
        yield item.error(f"没有“{back}”这个还在办的状态。", "ask_after", "back_to")
    if not any(rise.overdue for rise in flow.escalations):
        says = "到期没人回访，也要有人知道：在 escalations 里写一条超期报给谁。"
        yield item.error(says, "ask_after")
    if asking.starts and back is None:
        yield item.error("没有写 back_to，重新办时从头计时，不写 starts。", "ask_after", "starts")
    for name in asking.starts:
        if name not in flow.clock_by_id:
            yield item.error(f"没有“{name}”这个时限。", "ask_after", "starts")
    for ledger in known.ledgers.values():
        if ledger.flow == flow.id:
            yield from _answers(item, flow, ledger, asking)


def _answers(item: Loaded, flow: Flow, ledger: Ledger, asking: AskAfter) -> Iterator[PackError]:
    field = ledger.by_name.get(asking.field)
    if field is None or field.type != "choice" or field.private or field.choices != ANSWERS:
        says = f"{ledger.name}要有“{asking.field}”这个单选字段，选项依次是 {'、'.join(ANSWERS)}，不能是隐私。"
        yield item.error(says, "ask_after", "field")
    filled_by = [s.label for s in flow.steps if asking.field in (*s.needs, *s.sets)]
    if filled_by:
        says = f"这个字段只由回访填，“{filled_by[0]}”不能再填。"
        yield item.error(says, "ask_after", "field")
