"""Names of offices by their form: what they end in. No office is known by its name."""

from __future__ import annotations

import re

_ENDS = (
    "人民政府|政府|委员会|党委|工委|纪委|政法委|组织部|宣传部|统战部|武装部|部|办公室|办事处|办|局|厅|院|中心|站|所|股|科|处|"
    "指挥部|专班|领导小组|工作组|小组|大队|支队|中队|公司|党支部|党总支|联合会|协会|学会|合作社|联合社|残联|妇联|工商联|团委|总工会|工会|"
    "学校|小学|中学|银行|信用社|支行|供电所|法院|检察院|派出所|司法所|委|队|组|园|馆|台|网"
)
# What a name of an office never holds: words that put it into a sentence.
_NOT_IN = re.compile(
    r"[各请报交给由向把将的于及为到与或等共已不]|通知|附件|联系|电话|要求|要|关于|上级|有关|填|送至|会议室|今天|明天|收到|大家|同志|群"
)
_NOT_FIRST = re.compile(
    r"接|据|根据|按|应(?!急)|经(?!济|开|发|信|管|营)|转|照|在|从|是|我|你|贵|本|该|这|那|另|请"
)
# Signs that may stand in a name although they look like such words.
_HARMLESS = re.compile(
    r"交通|交警|交管|将军|和谐|共青团|共产党|中共|及时|不动产|和平|为民|人和|太和|泰和|报社|日报|不锈|到底|给水|供给|等级|等线|向阳|配送|等高|需要|和解|报账|要素|中和|共和"
)
_NAME = re.compile(rf"[\u4e00-\u9fff（）()·]{{1,34}}?(?:{_ENDS})")
_WITH_PERSON = re.compile(
    rf"(?P<name>[\u4e00-\u9fff（）()]{{1,30}}?(?:{_ENDS}))\s*(?:[小老][\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{2,3}})?"
)
_BRACKETS = re.compile(r"[（(][\u4e00-\u9fff]{1,6}[）)]$")
_PARTED = re.compile(r"[\s、，,]+")


def is_office(words: str) -> bool:
    """Whether these words alone are the name of one office."""
    words = _BRACKETS.sub("", words.strip())
    if not 2 <= len(words) <= 34 or not _NAME.fullmatch(words):
        return False
    words = _HARMLESS.sub("", words)
    return not _NOT_IN.search(words) and not _NOT_FIRST.match(words)


def office_of(words: str) -> str:
    """The office in 民政办小王 or 民政办 王强; empty where there is none."""
    words = words.strip(" \t—-:：，,。")
    if is_office(words):
        return words
    found = _WITH_PERSON.fullmatch(words)
    return found["name"] if found and is_office(found["name"]) else ""


def offices_of(words: str) -> list[str]:
    """The offices of a line that holds nothing else; empty otherwise."""
    parts = [part for part in _PARTED.split(words.strip()) if part]
    return parts if parts and all(is_office(part) for part in parts) else []
