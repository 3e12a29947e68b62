"""Villages and townships named in a report, and which one a figure is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import rjieba

from qianxian_reader._clauses import Clause
from qianxian_reader._lexicon import words
from qianxian_reader._measure_words import GENERIC

_KIND = r"(?:村(?![级民庄委镇集组干两内里上务规口道容史情貌部企风晚镇])|社区(?![矫建治服工党])|居委会|屯|街道(?![办两])|镇(?![域区级村政党政街])|(?<!城)乡(?![村级镇土亲贤风情愁]))"
# 西岗子生态村
_SORT = "生态|行政|自然|民族|回族|苗族|瑶族|侗族|旅游|示范|中心"
_NAME = re.compile(
    rf"(?:(?<=[，。；：、（“在为以对到从由和与及于将成年进])|^)([\u4e00-\u9fff]{{2,3}}?)((?:{_SORT})?{_KIND})"
)
# A hamlet's name says by its end what it names.
_HAMLETS = "庄寨屯营湾堡"
_HAMLET_END = re.compile(f"[{_HAMLETS}](?=[、和，等])")
_LIST_ITEM = re.compile(r"(?:^|[，。；：（、\n])([\u4e00-\u9fff]{3,4})$")
_LONGEST_ITEM = 5
_STOPS = "，。；："
_NOT_NAMES = words(
    "行政 自然 全部 所有 其他 其它 脱贫 贫困 示范 美丽 中心 重点 城中 我们 相关 有关 空心 文明 先进 试点 部分 多个 非贫困 省级 市级 县级 国家级 建制 新型 城市"
    " 农村 周边 沿线 偏远 薄弱 经济强 亿元 所辖 特色 旅游 新农 各个 数字 平安 法治 民主 和谐 幸福 生态 卫生 有机 专业 传统 历史 民族 文化 红色 边境 易地 搬迁 低碳 绿色 草原 水美 太行水 唐尧古 宜居 智慧 未来 友好 创业"
)
# Words that are the names of villages all over the country.
_USUAL = words(
    "前进 红旗 团结 新华 胜利 光明 东风 红星 新民 解放 跃进 向阳 黎明 曙光 友谊 先锋 星火 建国 卫星 立新 丰收 永丰 新丰 新兴"
)
_FUNCTION = ("p", "c", "d", "r", "m", "q", "u", "v", "f", "b")
_SIDES, _SIDE_OF = frozenset("东西南北上下前后"), frozenset("部边面方侧片段")
_VERBS = "在对把被使让向从由为到是有建修进入驻下经与和及按于将以用至随同因"
_LISTED = re.compile(r"^(?:[\u4e00-\u9fff]{0,6}?(?:组|屯|村|社区))?(?:、|和|与|及|等)")
_JOINTS = ("、", "和", "与", "及")
# 辖甘洛、古鸠莫、瓦额3个行政村: whatever they are called, these are villages.
_HOLDS = re.compile(
    r"辖((?:[\u4e00-\u9fff]{2,4}[、和]){2,40}[\u4e00-\u9fff]{2,4}?)等?\d+个(?:行政)?村"
)
_LEADS_TO = ("在", "到", "于", "、", "（")
_GROUP = re.compile(r"^[\u4e00-\u9fff]{1,4}[组屯]")


class PlaceNames:
    """The places that a document names, as 麻布村 or, once that is known, as 麻布."""

    def __init__(self, texts: Iterable[str], own: str) -> None:
        self._text = "\n".join(texts)
        self._own = own
        self._kinds: dict[str, str] = {}
        for found in _NAME.finditer(self._text):
            is_own = found[1] in own and own.endswith(found[2])
            if not is_own and (_is_name(found[1]) or self._is_frequent(found)):
                self._kinds.setdefault(found[1], found[0])
        for found in _HOLDS.finditer(self._text):
            for name in re.split("[、和]", found[1]):
                self._kinds.setdefault(name.removesuffix("村"), f"{name.removesuffix('村')}村")
        for name in [*self._hamlets()]:
            self._kinds.setdefault(name, name)
        names = sorted(self._kinds, key=len, reverse=True)
        self._any = "|".join(map(re.escape, names))
        self._pattern = re.compile(self._any) if names else None

    def _is_frequent(self, found: re.Match[str]) -> bool:
        """A word of the language that is a village here all the same (麻布村, three times)."""
        return _may_be_name(found[1]) and self._text.count(found[0]) >= 3

    def _hamlets(self) -> Iterator[str]:
        """大马庄、张盆村: names without a kind, known by a village that they are listed with."""
        known, text = tuple(self._kinds.values()), self._text
        for ended in _HAMLET_END.finditer(text) if known else ():
            end = ended.end()
            item = _LIST_ITEM.search(text[max(0, end - _LONGEST_ITEM) : end])
            if item is None or not _may_be_name(item[1]):
                continue
            start = end - len(item[1])
            is_after = text[start - 1 : start] == "、" and text.endswith(known, 0, start - 1)
            if is_after or (text[end] == "、" and text.startswith(known, end + 1)):
                yield item[1]

    def in_text(self, text: str) -> list[tuple[int, int, str]]:
        """Runs and full names of the places that a paragraph names."""
        if self._pattern is None:
            return []
        out = []
        for found in self._pattern.finditer(text):
            whole = self._kinds[found[0]]
            if text.startswith(whole, found.start()):
                out.append((found.start(), found.start() + len(whole), whole))
            elif found[0] not in self._own and _stands_alone(text, found):
                out.append((found.start(), found.end(), found[0]))
        return out

    def stands_beside_one(self, name: str) -> bool:
        """Whether the text lists the name with a place that is known: 马安、枣树."""
        if self._pattern is None or not 2 <= len(name) <= 4:
            return False
        if name in self._kinds:
            return True
        name = re.escape(name)
        beside = rf"(?:{self._any})(?:村|社区)?[、和]{name}|{name}(?:村|社区)?[、和](?:{self._any})"
        return bool(re.search(beside, self._text))


def _stands_alone(text: str, name: re.Match[str]) -> bool:
    """Whether a name without its kind is one here: 在麻布, 启动麻布300亩, and 大马庄 where a
    clause begins.
    """
    before = text[: name.start()]
    if text[name.end() : name.end() + 1].isdigit():
        return True
    begins = not before or before[-1] in _STOPS
    return before.endswith(_LEADS_TO) or (begins and name[0][-1] in _HAMLETS)


def _may_be_name(name: str) -> bool:
    if name in _NOT_NAMES or name in GENERIC or name[:2] in GENERIC or name[0] in _VERBS:
        return False
    return not re.search(
        r"[\d一二三四五六七八九十百两几个各全该本每某我你他等的城农]|[村镇乡型新强]$|^原", name
    )


def _is_name(name: str) -> bool:
    if name in _USUAL:
        return True
    # Parts of speech of words that are not in the dictionary are guesses: names are such words.
    if not _may_be_name(name):
        return False
    parts = rjieba.tag(name)
    if len(parts) > 1 and parts[0][0] in _SIDES and parts[1][0] not in _SIDE_OF:
        del parts[0]  # 西岗子, 下坪
    return all(tag[:1] not in _FUNCTION or not rjieba.has_word(word) for word, tag in parts)


def _is_thing(name: str) -> bool:
    """母猪: a noun of the dictionary, no name."""
    return bool(rjieba.has_word(name)) and not rjieba.tag(name)[0][1].startswith(("ns", "nr", "nz"))


class Placer:
    """The one place that each figure of a paragraph is about; a list of places is none."""

    def __init__(self, text: str, starts: Sequence[int], names: PlaceNames) -> None:
        self._text = text
        self._starts = starts
        self._names = names
        self._mentions = names.in_text(text)
        self._opened: list[int] = []
        self._closed: list[tuple[int, int]] = []

    def read(self, clauses: Sequence[Clause]) -> dict[int, str]:
        out = self._in_brackets(clauses)
        first, sentence, before = 0, -1, ""
        for clause in clauses:
            self._follow_brackets(clause)
            before = self._next_of_list(clause, before)
            if clause.sentence != sentence or clause.stop == "；":
                sentence, first = clause.sentence, clause.start
            for number in clause.figures:
                place = out.get(number) or before or self._last_single(first, self._starts[number])
                if place:
                    out[number] = place
        return out

    def _next_of_list(self, clause: Clause, before: str) -> str:
        """北邓村3000亩、温仁4000亩: an item that is a bare name beside one with a place."""
        if not clause.figures:
            return ""
        said = clause.pieces[0]
        is_name = re.fullmatch(r"[\u4e00-\u9fff]{2,3}", said) and _is_name(said)
        if clause.stop == "、" and is_name and not _is_thing(said):
            ended = [one for one in self._mentions if clause.start - 30 < one[1] <= clause.start]
            return said if before or ended else ""
        return ""

    def _follow_brackets(self, clause: Clause) -> None:
        """What a bracket names is not what the words after it are about."""
        while len(self._opened) < clause.depth:
            self._opened.append(clause.start)
        while len(self._opened) > clause.depth:
            self._closed.append((self._opened.pop(), clause.start))

    def _last_single(self, first: int, until: int) -> str:
        last = bisect_right(self._mentions, (until, 0, "")) - 1
        while last >= 0 and self._is_closed(self._mentions[last][0]):
            last -= 1
        if last < 0 or self._mentions[last][0] < first:
            return ""
        start, end, name = self._mentions[last]
        words, *others = re.split("[，；]", self._text[end:until])
        if others and "、" in words:
            return ""  # 推进甲镇土地整治、补充耕地等项目，新建农田1万亩: the place of one of them
        is_listed = (
            _LISTED.match(self._text[end : end + 10]) or self._text[start - 1 : start] in _JOINTS
        )
        return "" if is_listed else name

    def _is_closed(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self._closed)

    def _in_brackets(self, clauses: Sequence[Clause]) -> dict[int, str]:
        """5家砖厂（枣树2家，占地130亩；建中2家……）: the parts are places if one of them is."""
        out: dict[int, str] = {}
        group: list[tuple[str, list[int]]] = []
        for clause in (*clauses, None):
            if clause is not None and clause.depth:
                name = clause.pieces[0].strip() if clause.figures else ""
                opens = clause.stop in ("（", "；", "、") and re.fullmatch(
                    r"[\u4e00-\u9fff]{2,4}", name
                )
                if opens:
                    group.append((name, list(clause.figures)))
                elif group:
                    group[-1][1].extend(clause.figures)
                continue
            if len(group) > 1 and any(self._names.stands_beside_one(name) for name, _ in group):
                out |= {number: name for name, numbers in group for number in numbers}
            group = []
        return out
