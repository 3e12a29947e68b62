"""What a notice asks for: sentences and listed points that want something done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from qianxian_reader.notice._model import Day, Found, Role, Span
from qianxian_reader.notice._text import Line, lines, sentences

_POINT = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}\s*[.、．)）](?!\d)|[①-⑳]|[一二三四五六七八九]{1,2}是|第[一二三四五六七八九]，)\s*"
)
_INNER_POINT = re.compile(
    r"(?<=[。；;：:！\s])(?=\d{1,2}\s*[.、．)）](?!\d)|[①-⑳]|[（(][1-9一二三四五六七八九][）)]|[一二三四五六七八九]是)"
)
_VERBS = (
    r"报送|上报|报(?=[^告名纸道账销])|填写|填报|填好|填表|发(?=[到至给我群])|交到|交至|反馈|回复|函复|参加|提交|上传|导入|录入|核对|核实|整改|统计|汇总|排查|摸排|摸清|张贴|"
    r"组织|开展|落实|做好|加强|安排|通知到|清理|清干净|检查|巡查|走访|宣传|转发|报名|带|盖章|签字|送|学习|登记|完善|更新|拍照|完成|准备|召开|入户|核查|补|领取|值守|公示|动员|到会|到场|劝|写明|注明|填进|拍|放到|贴|交(?!通|流|办)|零报告|值班|保持|清(?=[理扫除])|报(?=我)"
)
_WANTS = re.compile(
    r"请(?!示|假|求)|务必|把[^，。]{2,24}?[发报交送填带]|(?<![主重需只想不简纪])要(?!求|点|素|闻|员)|须|(?<!不)需(?!求)|应当|(?<![供响适对反相回])应(?!急|用|对|该[^，。]{0,4}没|季|邀)|"
    r"逐户|逐一|逐条|逐人|逐项|逐村|另填|改为|不少于|不得|不要|不准|不能|必须|严禁|确保|抓紧|尽快|及时|一律|立即|马上|麻烦|烦请|望"
)
_VERB = re.compile(_VERBS)
_NOISE = re.compile(
    r"^(?:联系人|(?:会议|培训|集合|参会)?(?:时间|地点)[：:]|联系电话|电话|附件\d{0,2}[：:]|特此|感谢|谢谢|收到(?:请|后请|的)?回复|请?收到(?:后)?(?:请)?(?:回复|回)|逾期|过期|抄送|多谢|辛苦|以上|此件|备注|邮箱|地址|联系方式|（?联系人|不得有误$|为感$|为盼|盼复|请知悉|请周知)"
)
_BACKGROUND = re.compile(
    r"^(?:为|因|由于|鉴于|根据|按照|近日|近期|目前|当前|经研究|现就|现将|截至|截止|据|接|按|今年以来|围绕|依据|随着|县里|上面|上级|由于)"
)
_NOT_ASKED = re.compile(
    r"(?:通知如下|事项通知|公布如下|如下[:：]?$|转发给你们$|已经|已[放发报完]|予以通报|将.{0,10}通报|追究|约谈|督查组|将于|感谢)"
)
_OTHERS = re.compile(r"^(?:县直|县级|市直|县)[^，。请]{0,10}(?:成员单位|部门|单位)")
_LEAD = re.compile(
    r"^(?:@\S+\s*|各(?:位|村)[^，。：:]{0,8}?(?:注意)?[，,！!]|\[[^\]]{1,6}\]|【[^】]{1,30}】|(?:各[^：:。；\n]{1,60}|[^：:，。\n]{2,30}(?:政府|委员会|办公室|党委|局|村|站|所)|转发|紧急|紧急通知|温馨提示|提醒|通知|[^：:，。\n]{2,30}通知)[：:]|收到请回复[：:，,]|[，,：:]|另外?[，,]?|同时[，,]?|其中[，,]?|[^，。：:]{0,8}(?:好|们)[，,！!]|谢谢[，,]?)\s*"
)
_CLAUSE = re.compile(r"[，,]")


def read_asks(text: str, skip: Sequence[Span], days: Sequence[Day]) -> tuple[Found, ...]:
    """Where and when a meeting is held is asked of nobody, if somebody is asked to come."""
    out: list[Found] = []
    for span, is_point in _with_items(text, _pieces(text, skip)):
        ask = _ask(text, span, is_point=is_point, days=days)
        if ask and ask.value not in {one.value for one in out}:
            out.append(ask)
    held = [ask for ask in out if _HELD.search(ask.value) and not _COMES.search(ask.value)]
    return tuple(ask for ask in out if ask not in held or len(held) == len(out))


_HELD = re.compile(
    r"(?:定于|拟于|将于|决定)[^。]*(?:召开|举行|举办|开展)|^[^，。]{0,20}(?:召开|举行)[^，。]{2,30}会[^，。]{0,4}$"
)
_COMES = re.compile(r"请|参加|参会|务必|准时")


def _pieces(text: str, skip: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """Sentences with whether they belong to a listed point."""
    for line in lines(text):
        if any(span.start <= line.start < span.end for span in skip):
            continue
        for start, end, is_point in _points(line):
            found = [one for one in sentences(text, start, end) if not _is_in(one, skip)]
            # 全面排查。 before the sentences of its point is their heading.
            has_heading = is_point and len(found) > 1 and found[0].end - found[0].start < 9
            has_heading = has_heading and not _NOISE.match(found[1].of(text).strip())
            for span in found[has_heading:]:
                yield span, is_point


def _is_in(span: Span, others: Iterable[Span]) -> bool:
    return any(one.start <= span.start < one.end for one in others)


_ITEMS = re.compile(
    r"(?:[报填]|提供|提交|反馈|回复|统计|[写注]明)[^。；;：:]*?(?:包括|包含|[以如]下)[^。；;：:]{0,12}[：:]\s*$"
)
_MARKED = re.compile(r"(?:\d{1,2}\s*[.、．)）]|[（(][一二三四五六七八九\d][）)]|[①-⑳])\s*$")


def _with_items(text: str, pieces: Iterator[tuple[Span, bool]]) -> Iterator[tuple[Span, bool]]:
    """报送以下内容：1.人数；2.吨数 is one thing to send, not two more things to do."""
    last: tuple[Span, bool] | None = None
    takes_items = False
    for span, is_point in pieces:
        is_item = _MARKED.search(text, 0, span.start) and not _WANTS.search(span.of(text))
        if last and takes_items and is_item:
            last = (Span(last[0].start, span.end), last[1])
            continue
        if last:
            yield last
        last, takes_items = (span, is_point), bool(_ITEMS.search(text, span.start, span.end))
    if last:
        yield last


def _points(line: Line) -> Iterator[tuple[int, int, bool]]:
    cuts = [0, *(found.start() for found in _INNER_POINT.finditer(line.text)), len(line.text)]
    for first, last in pairwise(cuts):
        point = _POINT.match(line.text[first:last])
        start = first + (point.end() if point else 0)
        if start < last:
            yield line.start + start, line.start + last, bool(point)


def _ask(text: str, span: Span, *, is_point: bool, days: Sequence[Day]) -> Found | None:
    span = _trimmed(text, _without_lead(text, span))
    words = span.of(text)
    if len(words) < 5 or any(rule.search(words) for rule in (_NOISE, _NOT_ASKED, _OTHERS)):
        return None
    roles = {day.role for day in days if span.start <= day.span.start < span.end}
    if not _is_asked(words, roles, is_point=is_point):
        return None
    span = _from_request(text, span)
    return Found(span.of(text), (span,))


_OWED = {Role.DUE, Role.MEETING, Role.RECURRING}


def _is_asked(words: str, roles: set[Role], *, is_point: bool) -> bool:
    if _WANTS.search(words):
        return True
    if Role.THEIRS in roles and not roles & _OWED:
        return False
    return is_point or bool(roles & _OWED and _VERB.search(words))


def _without_lead(text: str, span: Span) -> Span:
    start = span.start
    while start < span.end:
        if text[start].isspace():
            start += 1
            continue
        found = _LEAD.match(text[start : span.end])
        if not found or not found.end():
            break
        start += found.end()
    return Span(start, span.end)


def _trimmed(text: str, span: Span) -> Span:
    """Without the clauses at the end that say nothing of the work: 收到请回复, 过期不候."""
    start, end = span.start, span.end
    while True:
        cut = max(text.rfind("，", start, end), text.rfind(",", start, end))
        if cut < 0 or not _NOISE.match(text[cut + 1 : end].strip()):
            break
        end = cut
    while end > start and text[end - 1] in " ，,、：:":
        end -= 1
    return Span(start, end)


def _from_request(text: str, span: Span) -> Span:
    """From the first clause that asks; what stands before it is why."""
    at = span.start
    while _BACKGROUND.match(text[at : span.end]):
        cut = _CLAUSE.search(text, at, span.end)
        rest = text[cut.end() : span.end] if cut else ""
        if not cut or not (_WANTS.search(rest) or _VERB.search(rest)):
            break
        if _WANTS.search(text[at : cut.start()]) and not text[at].startswith(("为", "因")):
            break
        at = cut.end()
    return Span(at, span.end)
