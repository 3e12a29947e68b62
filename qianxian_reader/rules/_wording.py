"""Set phrases and words that are often written wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader.rules._rule import Case, Rule

# Wrong and right. Only what has no other reading in an office text.
_PHRASES = {
    "有限衔接乡村振兴": "有效衔接乡村振兴",
    "同乡村振兴有限衔接": "同乡村振兴有效衔接",
    "与乡村振兴有限衔接": "与乡村振兴有效衔接",
    "渡汛": "度汛",
    "反电作": "反电诈",
    "复恳": "复垦",
    "堤水灌溉": "提水灌溉",
    "抛慌": "抛荒",
    "撂慌": "撂荒",
    "签定": "签订",
    "天燃气": "天然气",
    "因地治宜": "因地制宜",
    "再接再励": "再接再厉",
    "按步就班": "按部就班",
    "应接尽接尽接": "应接尽接",
    "防反贫": "防返贫",
    "人居环镜": "人居环境",
    "矛盾纠份": "矛盾纠纷",
    "安居乐叶": "安居乐业",
    "一愁莫展": "一筹莫展",
    "部属工作": "部署工作",
    "布署": "部署",
    "幅射": "辐射",
    "震憾": "震撼",
    "另人": "令人",
    "既使": "即使",
    "既便": "即便",
    "迫不急待": "迫不及待",
    "谈话批评教育教育": "谈话批评教育",
    "建档力卡": "建档立卡",
    "精准扶平": "精准扶贫",
    "美丽乡屯": "美丽乡村",
    "河长治": "河长制",
    "林长治": "林长制",
    "帐目": "账目",
    "台帐": "台账",
    "记帐": "记账",
    "报帐": "报账",
    "帐户": "账户",
    "其它": "其他",
    "好象": "好像",
    "想像力": "想象力",
    "份内": "分内",
    "年青": "年轻",
    "松驰": "松弛",
    "水份": "水分",
    "成份": "成分",
    "做为": "作为",
    "座落": "坐落",
    "座谈汇": "座谈会",
    "蔬理": "梳理",
    "疏理": "梳理",
    "竣工验受": "竣工验收",
    "拔款": "拨款",
    "下拔": "下拨",
    "划拔": "划拨",
}
_WRONG = re.compile("|".join(map(re.escape, sorted(_PHRASES, key=len, reverse=True))))
_UNTIL = re.compile(r"截止(?=到?(?:目前|今|现在|\d{1,4}[年月]|(?:上|本|去|今)(?:年|月)|年底|月底))")
_DEPRECATED = {
    "国民生产总值": ("地区生产总值", "乡镇、县区用“地区生产总值”"),
    "农民人均纯收入": (
        "农村居民人均可支配收入",
        "2014年起统计上用“农村居民人均可支配收入”，口径不同，要换成相应的数",
    ),
    "五保户": ("特困供养人员", "现在的规范叫法是“特困人员”"),
    "计划生育率": ("", "这个指标已不再使用"),
}
_OLD = re.compile("|".join(_DEPRECATED))
_SINCE = {"农民人均纯收入": 2014, "五保户": 2016}


def _phrases(reading: Reading) -> Iterator[Case]:
    for paragraph in reading.text():
        for found in _WRONG.finditer(paragraph.text):
            right = _PHRASES[found[0]]
            span = reading.span(paragraph.number, *found.span())
            yield Case((span,), f"“{found[0]}”应为“{right}”。", correction=right)


def _until(reading: Reading) -> Iterator[Case]:
    """截止 ends something, 截至 gives the day that a number stands at."""
    for paragraph in reading.text():
        for found in _UNTIL.finditer(paragraph.text):
            span = reading.span(paragraph.number, *found.span())
            yield Case((span,), "说到某个时候为止，应写“截至”，不写“截止”。", correction="截至")


def _old_terms(reading: Reading) -> Iterator[Case]:
    for paragraph in reading.text():
        for found in _OLD.finditer(paragraph.text):
            since = _SINCE.get(found[0])
            if since and (reading.head.year is None or reading.head.year < since):
                continue
            new, why = _DEPRECATED[found[0]]
            span = reading.span(paragraph.number, *found.span())
            advice = f"，可改为“{new}”" if new else ""
            yield Case((span,), f"“{found[0]}”是旧的叫法：{why}{advice}。")


RULES = (
    Rule("W101", Code.WORDING, Severity.WARNING, "固定说法写错了字", _phrases),
    Rule("W102", Code.WORDING, Severity.NOTE, "“截至”写成了“截止”", _until),
    Rule("W103", Code.WORDING, Severity.NOTE, "过时的叫法", _old_terms),
)
