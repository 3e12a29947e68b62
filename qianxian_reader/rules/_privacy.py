"""Personal data that a report that goes out must not hold. The numbers are never quoted whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from qianxian_figures import Span
from qianxian_reader._document import Code, Severity
from qianxian_reader._reading import Reading
from qianxian_reader._scan import Scan
from qianxian_reader.rules._rule import Case, Rule

_ID = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE = Scan("1[3-9][0-9]", r"(?<![\d.])1[3-9]\d(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}(?![\d.]\d|\d)")
_CARD = re.compile(r"(?:62|60|95|45|43|40)\d{13,17}")
# What a number is called; then its check digit may be wrong and it is still one to take out.
_CALLED_ID = re.compile(r"(?:身份证|证件)(?:号码?|号为|编号)?[\u4e00-\u9fff]{0,4}[：:（( ]{0,2}$")
_CALLED_CARD = re.compile(
    r"(?:账号|帐号|卡号|账户|帐户|银行卡|存折|一卡通|社保卡|开户行?)[\u4e00-\u9fff]{0,6}[：:（( ]{0,2}$"
)
_GROUPED_CARD = Scan("[0-9]{4}[ -]", r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?!\d)")
_ANY_CARD = Scan("[0-9]{12,}", r"(?<!\d)\d{12,21}(?!\d)")
_ANY_ID = Scan("[0-9]{17,}", r"(?<!\d)\d{17}[\dXx](?!\d)")
_LEAD = 14
_NAMED = re.compile(
    r"(?:村民|农户|户主|居民|贫困户|脱贫户|监测户|低保户|五保户|残疾人|患者|上访人|信访人|当事人|违法人员|吸毒人员)(?P<name>[\u4e00-\u9fff]某?[\u4e00-\u9fff]{1,2})(?=（?(?:男|女|，|、|因|患|家|一家|户|的))"
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳唐罗薛伍余米贝姚孟顾尹江钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊惠曲家封芮靳汲邴松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎薄印宿白怀蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _is_id(text: str) -> bool:
    """GB 11643: the last character checks the seventeen before it."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == text[17].upper()


def _is_card(text: str) -> bool:
    """Luhn."""
    digits = [int(char) for char in reversed(text)]
    doubled = (divmod(2 * digit, 10) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(tens + ones for tens, ones in doubled)) % 10 == 0


def _masked(text: str) -> str:
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def _hidden(span: Span) -> Span:
    return Span(span.document, span.line, span.start, span.end, span.text)


def _numbers(reading: Reading, pattern: Scan) -> Iterator[tuple[str, str, Span]]:
    """Each number with the words before it."""
    mapped = reading.repaired.mapped
    for found in pattern.finditer(mapped.text):
        before = mapped.text[max(0, found.start() - _LEAD) : found.start()]
        yield found[0], before, reading.source_span(*mapped.place(*found.span()))


def _ids(reading: Reading) -> Iterator[Case]:
    for text, before, span in _numbers(reading, _ANY_ID):
        if (_ID.fullmatch(text) and _is_id(text)) or _CALLED_ID.search(before):
            shown = _masked(text)
            yield Case((_hidden(span),), f"写有身份证号（{shown}），公开前必须删去。", quote=shown)


def _phones(reading: Reading) -> Iterator[Case]:
    for text, _, span in _numbers(reading, _MOBILE):
        shown = _masked(re.sub(r"\D", "", text))
        yield Case(
            (_hidden(span),),
            f"写有手机号（{shown}），公开前请删去，或确认是对外公布的号码。",
            quote=shown,
        )


def _cards(reading: Reading) -> Iterator[Case]:
    """A number that passes as a card's, or one that the text calls an account."""
    for pattern in (_ANY_CARD, _GROUPED_CARD):
        for text, before, span in _numbers(reading, pattern):
            digits = re.sub(r"\D", "", text)
            is_id = _ID.fullmatch(text) and _is_id(text)
            passes = _CARD.fullmatch(digits) and _is_card(digits)
            if not is_id and (passes or _CALLED_CARD.search(before)):
                shown = _masked(digits)
                yield Case(
                    (_hidden(span),),
                    f"写有像银行卡号的数（{shown}），公开前必须删去。",
                    quote=shown,
                )


def _is_person(name: str) -> bool:
    words = rjieba.tag(name)
    return words[0][1] == "nr" and all(tag != "v" for _, tag in words)


def _names(reading: Reading) -> Iterator[Case]:
    """A resident's name beside what they get or suffer."""
    for paragraph in reading.text():
        for found in _NAMED.finditer(paragraph.text):
            name = found["name"]
            if name[0] in _SURNAMES and "某" not in name and _is_person(name):
                span = reading.span(paragraph.number, *found.span())
                shown = found[0].replace(name, name[0] + "某" * (len(name) - 1))
                yield Case(
                    (span,),
                    f"写有居民姓名（{shown}），对外公开的文稿请改成“某某”或只写户数、人数。",
                    quote=shown,
                )


RULES = (
    Rule("V101", Code.PRIVACY, Severity.ERROR, "身份证号", _ids),
    Rule("V102", Code.PRIVACY, Severity.WARNING, "手机号", _phones),
    Rule("V103", Code.PRIVACY, Severity.ERROR, "银行卡号", _cards),
    Rule("V104", Code.PRIVACY, Severity.WARNING, "居民姓名", _names),
)
