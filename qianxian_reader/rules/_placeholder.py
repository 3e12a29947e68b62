"""What a template left in: markers that were never filled, numbers that were never entered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from qianxian_figures import Span
from qianxian_reader._document import Code, Severity
from qianxian_reader._mapped import BREAK
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader._unit_guards import NOT_BEFORE
from qianxian_reader.rules._rule import Case, Rule

_MARKERS = Scan(
    r"关键词|[{$<【（(Xx×╳*＊\[〔?？○〇Ｏ\-—/_＿□]|20[xX×]|0000年",
    r"关键词\d*(?![：:])|\{\{[^{}\n]{0,40}\}\}|\$\{[^{}\n]{0,40}\}|<[^<>\n]{0,12}(?:填|名称|数字|日期)[^<>\n]{0,12}>"
    r"|【(?:待补|待填|待定|请填|此处)[^】\n]{0,30}】|[（(](?:待补|待填|请填写?|此处)[^）)\n]{0,20}[)）]"
    r"|(?<![A-Za-z])[Xx]{2,}(?=[ \u3000\xa0]{0,2}(?:[-—~%％、，。]|[\u4e00-\u9fff]))(?![A-Za-z])"
    r"|(?<![A-Za-z0-9])[Xx×](?=[余多]?(?:名|个|户|人|万|亿|元|公里|处|盏|亩|场次|场|次|家|村|镇|乡|％|%|平方米|吨|件|起|台|座|所|项))|20[xX×]{2}(?=年)"
    r"|(?<=[\u4e00-\u9fff])[×╳]{2,}|[×╳]{2,}(?=[\u4e00-\u9fff])|[*＊]{2,}(?=[\u4e00-\u9fff年月日])|(?<=[\u4e00-\u9fff])[*＊]{2,}"
    r"|(?<=[\d年月第])[*＊](?=[年月日届次])|(?<=[\u4e00-\u9fff])[xX×]\.[xX×]+"
    r"|[（(【\[〔][ \u3000\xa0]*[）)】\]〕](?=[余多]?(?:万|亿)?[余多]?(?:元|户|人|名|亩|个|处|公里|米|平方|家|座|吨|件|起|次|场|台|盏|头|只|株|项|条|所|辆|%|％))"
    r"|(?<=[\u4e00-\u9fff，、。；])[?？](?=个(?!人|别|体|性))|(?<=[\u4e00-\u9fff，、])(?:[?？]{1,3}|[*＊]|[○〇Ｏ]{2,}|[-—]{3,}|/{2,})(?=[余多]?(?:[万亿]?(?:元|亩|吨|户|公里|平方)|名|个(?!人|别|体|性)|条|项|场|起|次|个百分点|人次|家|座|处|件|起|%|％)(?:[，。；、（），,;()\u4e00-\u9fff]|$))"
    r"|(?<![A-Za-z0-9_])_(?=[镇乡村县市区年月场](?![A-Za-z]))|_{3,}|＿{2,}|□{2,}|(?<![\d.])0{4}年",
)
_UNITS = "万元|亿元|元|户|人|亩|个|%|％|公里|处|次|家|座|吨|件|起|名"
_GAP = re.compile(
    rf"(?:达到?|共计?|合计|投入|投资|完成|资金|实现|新增|约|为|增长|下降|占|培训|发放)(?P<gap>[ \u3000\xa0]{{1,12}})(?:多|余)?(?P<unit>{_UNITS})(?![均民口类士次员大])(?P<bare>)"
)
_NO_NUMBER = Scan(
    "[投达共合资金总收产增下生面里税利]",
    r"(?:投入|达到|共计|合计|资金|金额|总额|收入|产值|增长|下降)(?:约|近|达)?(?P<unit>万元|亿元|%|％)(?!以上|以下|级|大关|户|村|镇|乡|县|企业|项目|工程|左右)(?=[，。；、]|$)"
    r"|(?:投资|收入|产值|总额|资金|生产总值|面积|里程|产量|税收|利润)(?:约|近|达到?|为|完成)?(?P<bare>亿元|万元|万亩|万吨|平方公里|公里|公顷|元|亩|吨)(?=[，。；、]|$)",
)


# Words that begin like a unit: no number stood before them.
_NO_UNIT = {
    "个": "人|别|案|儿",
    "人": "口|员|们|类|士|数|物|工|生|心|气|行|名|选|群",
    "户": "主|数|均|厕|内",
    "家": "人|里|家|业|国|家户户|风|访|电|政",
    "元": "件|年",
    "座": "椅|右",
    "件": "件",
    "起": "诉|伏|止|始|因|飞|于|见|初",
    "次": "数|于|之|子",
    "场": "部|次",
    "台": "词|上|下",
    "头": "部|等|号",
    "只": "争|限|见|许|好|为|需|剩",
    "株": "洲|距|高",
    "项": "目|下",
    "条": "目|理|条|约",
    "所": "述|谓|有|以|产|属|辖",
    "名": "额|字|誉|人|胜|家|气",
    "吨": "位",
}
# Two blanks and a unit, as in 新增车位  个: the unit ends its word (not 户籍, 个人).
_BLANK = Scan(
    r"[ \u3000\xa0]{2,}",
    r"(?<=[\u4e00-\u9fff，、。；：）)])(?P<gap>[ \u3000\xa0]{2,12})[余多]?(?P<unit>[万亿]?(?:"
    + "|".join(
        f"{name}(?!{NOT_BEFORE.get(name, '$^')}|{_NO_UNIT.get(name, '$^')})"
        for name in (
            *"元户人亩个家处座件起次场台盏头只株项条所辆吨名",
            "公里",
            "平方米",
            "平方公里",
            "公顷",
            "人次",
            "公斤",
            "%",
            "％",
        )
    )
    + r"|[万亿](?=[，。；、]))(?!员))(?P<bare>)",
)
_LEAD = 6  # characters that show where a number is wanting
_NO_DATE = re.compile(
    r"20\d{2}年[ \u3000\xa0]+月(?:[ \u3000\xa0]*日)?|年[ \u3000\xa0]{1,8}月[ \u3000\xa0]{1,8}日"
)
_NO_COUNT = re.compile(
    r"(?:党员|干部|群众|学员|人员|学生|志愿者)(?P<unit>名|人次)(?P<bare>)(?=[，。；、])"
)


def _markers(reading: Reading) -> Iterator[Case]:
    """One case a marker, with all its places."""
    places: dict[str, list[Span]] = defaultdict(list)
    mapped = reading.repaired.mapped
    for found in _MARKERS.finditer(mapped.text):
        span = reading.source_span(*mapped.place(*found.span()))
        places[found[0]].append(span)
    for marker, spans in places.items():
        times = f"{len(spans)}处" if len(spans) > 1 else ""
        yield Case(
            tuple(spans),
            f"文中留有{times}没有替换的模板标记“{marker}”，请换成真实内容。",
            quote=marker,
        )


def _gaps(reading: Reading) -> Iterator[Case]:
    mapped = reading.repaired.mapped
    text = mapped.text.replace(BREAK, "\n")
    given: set[int] = set()
    for pattern in (_GAP, _NO_NUMBER, _NO_COUNT, _BLANK):
        for found in pattern.finditer(text):
            if found.end() in given:
                continue
            given.add(found.end())
            span = reading.source_span(*mapped.place(*found.span()))
            unit = found["unit"] or found["bare"]
            shown = re.split(r"[\n，。；、]", text[max(0, found.start() - _LEAD) : found.end()])[-1]
            yield Case((span,), f"“{shown.strip()}”里少了数字：单位“{unit}”前面是空的，请补上数。")
    for found in _NO_DATE.finditer(mapped.text):
        span = reading.source_span(*mapped.place(*found.span()))
        yield Case((span,), "日期没有填写，请补上月、日。")


RULES = (
    Rule("P101", Code.PLACEHOLDER, Severity.ERROR, "模板标记没有替换", _markers),
    Rule("P102", Code.PLACEHOLDER, Severity.ERROR, "单位前面少了数字", _gaps),
)
