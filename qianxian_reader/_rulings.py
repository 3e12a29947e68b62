"""Which numbers are figures: quantities of what was done, is so, is planned. The rest are names,
dates, ages, slogans and idioms. Each ruling says of one number, by the words
before and after it, that it is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from qianxian_reader._lexicon import alternatives, words
from qianxian_reader._numbers import Candidate, Form

_QUOTES = re.compile(
    r"“[^”]{1,40}”|‘[^’]{1,30}’|\"[^\"]{1,40}\"|「[^」]{1,30}」|《[^》]{1,60}》|【[^】]{1,30}】|〔[^〕]{1,20}〕"
)
_NAME_LENGTH = 16  # a quoted name is shorter than a quoted sentence

_ABSTRACT = alternatives(
    "方面 特点 原则 环节 阶段 关键 重点 月 层面 维度 亮点 确保 坚持 突出 更加 意识 自信 维护 确立 务必 全面 一 转变 转化 结合 统筹"
    " 着力 着眼 必须 始终 问题导向 不 有 新 大 好 是 要 字 体系 机制 文明 责任 导向 目标 定位 精准 百分 率先 振兴 融合 屏障 基地"
    " 桥头堡 到位 为主 结合点 抓手 梯队 半 现代化 专项 代表 主义 务实 过硬 翻番 高地 中心 伟大 行动 工程 提升 工作法 轮子 倍增 清单 没有"
    " 百年 毫不动摇 根本 先行 带动 同步 革命 前提 基本 战略 牢牢 聚焦 力 面 围绕 梦想 自我 家园 支撑 要素 变化 优势 规定 纪律 制度 要求 准则 底线 红线 主线 战线 心 积极性 市场 大局 管理 改革 补贴 制度"
)
_SLOGAN_NOUN = re.compile(rf"^(?:{_ABSTRACT})")
# Numerals that are read as part of a word or set phrase.
_IDIOM_BEFORE = re.compile(
    r"[第每某任这那各另同唯统万之初周星期礼拜专划合归十小]$|(?:进一|统一|唯一|万一|逐一|专一|单一|同一|如一|合一|划一|归一|之一|其一|十九|二十|十八|十四|十三|十五)$"
)
_SESSIONS = re.compile(r"[、和][一二三四五六七八九十]{1,3}次(?:全会|会议)")
_SESSION_BEFORE = re.compile(r"(?:届|人大|代表大会)$")
_SESSION = re.compile(r"(?:全会|会议|代表大会|党代会)")
_EACH_ONE = re.compile(r"[、，][\u4e00-\u9fff]{1,2}$")  # 干一件、成一件
_ONE_AFTER_NOUN = re.compile(r"[，。；、）！：,]|$|(?:并|，且|和|及)")
_BUILDING = re.compile(
    r"(?:新建|建成|建设|修建|改建|扩建|拆除|关闭|取缔|建立|建有|设有|设立|购置|新增|投建|现有|共有|有)(?:了)?$"
)
# 辖9个村、一个居委会.
_BODY = re.compile(r"(?:居委会|居民委员会|社区|行政村|村委会|村民委员会|居民小组|林场|农场|集镇)")
_LISTED = re.compile(r"[、，和及辖有设]$")
_BUILT = words("座 所 栋 台 辆 口 眼 艘 家 处 条 间")
_CHINESE_UNITS = words(
    "个 家 座 处 条 项 所 户 人 起 件 次 台 辆 套 间 栋 亩 公里 元 场 例 宗 块 口 眼 株 棵 头 只 支 份 张 人次 场次 位 名 笔 批 吨 公斤 斤 平方米 米 公顷 % 倍 期 部"
)
_VAGUE = words("批 笔 种 类 组 队 期 班 对 道 门 面 双 副 片 股 届 节 部 支 位 本 场")
_STAGED = re.compile(r"^(?:变电|变压|设备|供水|加压|能源|回路|管网|沉淀)")  # 二次变电站
_NEARLY = re.compile(r"(?:(?<![附最])近|[以历]?(?<![以历])上|约|逾|不足|不到|超过?)$")
_CLASSES = words("级 类")

_THRESHOLD = re.compile(
    r"^(?:及)?(?:以[上下内]|（含）以上|至\d)(?:的)?(?:重点|重大|大|小|工业|农业|高|新|燃煤|省|市|县|产业|招商|龙头|非公)*"
    r"(?:项目|企业|工程|锅炉|河流|商标|电厂|机组|养殖|规模|大户|种植|示范|基地|耕地|林地|地块|坡|水库|变电|酒店|商场|楼|单位|机动|车辆|设备)"
)
# A size before a thing (海拔1500米以上农村学校); before a stop it is a figure (达到500吨以上。).
_SIZE = re.compile(r"^(?:及)?以[上下内](?:的)?[\u4e00-\u9fff]{2}")
_MEASURED = words("元 亩 公顷 米 公里 平方米 平方公里 吨 公斤 千瓦 立方米 美元")
_OVER_PROJECT = re.compile(r"(?:超|过|上)$")
_SHORT_RUN = re.compile(r"[^。；]{1,12}")
_OF_TASK = re.compile(r"，占[^，。；]{0,6}(?:任务|计划|目标)")  # 848万元，占全年任务1550万的55%
_PROJECT = re.compile(
    r"^(?:以上)?(?:的)?(?:重点|产业|工业|大|招商)*(?:项目|企业|工程|村|大关|俱乐部)"
)
# 过500万元的两个, 1000万元以上的有3家: which ones are counted.
_CHOSEN = re.compile(
    r"^(?:以[上下])?的(?:共?有|达到?|为|共)?(?:\d|[一二两三四五六七八九十]+[个家户])"
)
_SIZED = re.compile(r"^(?:的)?(?:项目|企业|工程)(?!资金|补助|补贴|扶持|奖补)")
_SPEC = words("千伏 千伏安 蒸吨")
_SPEC_AFTER = re.compile(r"^(?:级|等级|线路|变电|输变|主变|及以[上下]|以[上下]|燃煤|供热机组|供热)")
_ROUND_THE_CLOCK = re.compile(r"^(?:24小时|7×24小时|365天)$")
_DURATION = words("小时 分钟 天 工作日")
_DURATION_BEFORE = re.compile(
    r"(?:时长|工时|累计|压缩|缩短|压减|提速|缩减|减少|优良天数|天数|达标|无霜期|日照|提前|优良|达到|达|平均|服务|为|约|在|至|控制在|增加|一般在|仅需|降至)\S{0,6}$"
)
_SPELL = re.compile(r"^(?:季度|年度|月份?|学期|周)")
_SHORTENED = re.compile(r"(?:压减|压缩|缩短|缩减|减少|精简|提速)(?:到|至|为)")
_GROUP_BEFORE = re.compile(r"(?:村|社区|屯|庄|居委会)(?:第)?$")
_AGE = re.compile(r"^(?:周?岁|年龄)")
_NAMED = re.compile(r"(?<!GD)[A-Za-z]$|(?<=GD)[A-OQ-Za-z]$")
_TITLE_AFTER = re.compile(r"^(?:国道|省道|高速|专线|号线|路公交|专班制)")


def figures(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that are figures; a bare 万 gets the unit that its words imply."""
    quotes = [one.span() for one in _QUOTES.finditer(text)]
    out: list[Candidate] = []
    for one in found:
        named = _with_unit(text, one)
        if out and _goes_on_in_money(text, out[-1], named):
            named = replace(named, unit="元")
        before, after = _around(text, named)
        if _is_in_a_name(text, named, quotes):
            continue
        if not any(rule(named, before, after) for rule in _RULINGS):
            out.append(named)
    return out


def _goes_on_in_money(text: str, before: Candidate, one: Candidate) -> bool:
    """收入任务174万，完成198万: the second leaves out what the first left out, or said."""
    if one.form is not Form.BARE or one.unit or before.unit != "元":
        return False
    between = text[before.end : one.start]
    if between[-1:] in ("和", "、") and text.startswith("的", one.end):
        return (
            "。" not in between and len(between) <= _NAME_LENGTH
        )  # 1.2亿元的甲项目和3千万的乙项目
    if before.form is Form.BARE:
        return bool(_SHORT_RUN.fullmatch(between))
    return bool(_OF_TASK.fullmatch(between))


def _with_unit(text: str, one: Candidate) -> Candidate:
    """3万贫困人口 counts 人, 投入1000万 counts 元; both leave the unit out."""
    if one.form is not Form.BARE:
        return one
    before, after = _around(text, one)
    counted = _COUNTED_AFTER.match(after)
    if counted:
        return replace(one, unit="户" if counted[1] in ("农户", "家庭", "住户", "用户") else "人")
    if _PEOPLE_BEFORE.search(before):
        return replace(one, unit="人")
    if one.text.endswith("亿") and _IS_MONEY.search(before) and _AT_END.match(after):
        return replace(one, unit="元")  # 社零实现145.98亿
    return replace(one, unit="元") if MONEY_BEFORE.search(before) else one


Quotes = Sequence[tuple[int, int]]


def _around(text: str, one: Candidate) -> tuple[str, str]:
    return text[max(0, one.start - 16) : one.start], text[one.end : one.end + 20]


def _is_in_a_name(text: str, one: Candidate, quotes: Quotes) -> bool:
    """“十百千工程”, 《三年行动计划》: a number inside a short quotation names something."""
    place = bisect_right(quotes, (one.start, len(text))) - 1
    if place < 0:
        return False
    start, end = quotes[place]
    if not start < one.start < end:
        return False
    if text[start] == "《":
        return True
    return end - start <= _NAME_LENGTH + 2 or one.form is Form.CHINESE


def _is_ordinal(one: Candidate, before: str, after: str) -> bool:
    if one.form is Form.RANK:
        return False
    if one.unit == "次" and _SESSION_BEFORE.search(before) and _SESSION.match(after):
        return True
    is_title = one.unit not in ("条", "个") and _TITLE_AFTER.match(after)
    return bool(before.endswith("第") or _AGE.match(after) or is_title)


def _is_part_of_a_code(one: Candidate, before: str, after: str) -> bool:
    """麻布村5组, S308线, 90后."""
    if one.unit == "组" and _GROUP_BEFORE.search(before):
        return True
    return one.form is Form.ARABIC and bool(_NAMED.search(before))


def _is_threshold(one: Candidate, before: str, after: str) -> bool:
    """500万元以上项目, 超亿元项目, 20平方公里以上河流: the size of what is counted, not a count."""
    if before.endswith("（含") and after.startswith(("）", "以")):
        return True
    if one.form in (Form.PERCENT, Form.SHARE, Form.RANK):
        return False
    if one.unit in _SPEC:
        return bool(one.unit == "千伏" or _SPEC_AFTER.match(after))
    if one.unit in ("户", "人", "个", "家", "座", "处"):
        return False
    if (
        _THRESHOLD.match(after)
        or (one.unit in _MEASURED and _SIZE.match(after))
        or after.startswith(("范围内", "范围以内"))
    ):
        return True
    if _is_round(one, before):
        return True  # 千万元以上, 亿元大关, 万亩示范园
    if one.unit in _MEASURED and _CHOSEN.match(after):
        return after.startswith("以") or before.endswith(("超", "过", "达", "达到"))
    if one.high is not None and one.unit in ("元", "美元") and _SIZED.match(after):
        return True
    return bool(_PROJECT.match(after)) and bool(
        _OVER_PROJECT.search(before) or (one.unit in ("元", "美元") and after.startswith("以上"))
    )


def _is_round(one: Candidate, before: str) -> bool:
    """千万元, 万亩: a size or a way of speaking; but 近百人, 不足百个 count."""
    if one.form is not Form.CHINESE or one.text[0] not in "百千万亿":
        return False
    counts = one.unit not in _MEASURED and _NEARLY.search(before)
    return one.about.value == "exact" and not counts


def _is_duration(one: Candidate, before: str, after: str) -> bool:
    """24小时值班, 30分钟生活圈: only a measured time is a figure."""
    if one.unit == "个" and before.endswith(("连续", "蝉联")) and _SPELL.match(after):
        return True
    if one.unit not in _DURATION:
        return False
    if one.form is Form.CHINESE or _ROUND_THE_CLOCK.match(one.text):
        return True
    if one.unit == "工作日" or _SHORTENED.match(after):
        return False
    return not _DURATION_BEFORE.search(before)


def _is_chinese_word(one: Candidate, before: str, after: str) -> bool:
    """三级, 两个维护, 一个: Chinese numerals count real things only in some places."""
    if one.form is not Form.CHINESE:
        return False
    if one.unit not in _CHINESE_UNITS or _IDIOM_BEFORE.search(before):
        return True
    if one.value == 1 and one.text[0] == "一":
        return not _is_real_one(one, before, after)
    is_session = before.endswith("届") or _SESSIONS.match(after) or _SESSION.match(after)
    if one.unit == "次" and (is_session or _STAGED.match(after)):
        return True
    if one.unit in ("个", "项", "种", "类", "条", "位") and _SLOGAN_NOUN.match(after):
        return True
    if _is_round(one, before):
        return True
    if one.unit in ("个", "项", "块", "条") and after.startswith(("“", '"')):
        return True
    return one.unit in _VAGUE and one.value < Decimal(100)


def _is_real_one(one: Candidate, before: str, after: str) -> bool:
    """打击非法采矿一处, 新建一座污水处理厂; not 一个重要方面, 一批项目."""
    if one.unit in _VAGUE:
        return False
    if _EACH_ONE.search(before) or re.match(r"、[\u4e00-\u9fff]{1,2}一", after):
        return False
    if _ONE_AFTER_NOUN.match(after) and re.search(r"[\u4e00-\u9fff]$", before):
        return not re.search(
            r"(?:是|为|成|有|的|着|了|在|到|这|那|又|再|上|任何|每|不落|不漏|不少|不掉|户|一[\u4e00-\u9fff]{1,2})$",
            before,
        )
    if one.unit == "个":
        return bool(_BODY.match(after)) and bool(_LISTED.search(before))
    return one.unit in _BUILT and one.unit != "条" and bool(_BUILDING.search(before))


def _is_bare(one: Candidate, before: str, after: str) -> bool:
    """1000万 without a unit and without words that imply one."""
    return one.form is Form.BARE and (not one.unit or after[:1].isdigit())


_COUNTED_AFTER = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(人口|人民(?!币)|儿女|父老乡亲|群众|村民|居民|农民|市民|学生|职工|党员|干部|老人|患者|游客|劳动力|农户|家庭|住户|用户)"
)


_PEOPLE_BEFORE = re.compile(r"(?:人口|人数)(?:总?数量?)?(?:约|近|达到?|为|接近|超过?|有)*$")
_IS_MONEY = re.compile(
    r"(?:社零|消零|GDP|增加值|总值|限上|出口|进口|营收|存款|贷款|授信|融资)[^，。；、]{0,8}$"
)
_AT_END = re.compile(r"[，。；、）]|以上|左右|$")
MONEY_BEFORE = re.compile(
    r"(?:投入|投资|资金|收入|产值|总额|金额|贷款|补助|补贴|奖补|经费|财政|兑现|争取|销售额|创收|增收|债务|支出|税收|利润|余额|救助金|价值|筹资|筹集|国税|地税|两税)"
    r"[^，。；、]{0,8}$"
)

_RULINGS: tuple[Callable[[Candidate, str, str], bool], ...] = (
    _is_ordinal,
    _is_part_of_a_code,
    _is_threshold,
    _is_duration,
    _is_chinese_word,
    _is_bare,
)
