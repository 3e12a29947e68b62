"""Invented names: villages, people of the office, residents, firms. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

COUNTY, TOWNSHIP = "青禾县", "青禾镇"
COUNTY_CODE, TOWNSHIP_CODE = "990101000000", "990101100000"


@dataclass(frozen=True, slots=True)
class VillageName:
    """A village: how many groups it has, its clerk and the deputy, and how quick it is."""

    name: str
    groups: int
    username: str
    clerk: str
    deputy: str
    pace: float


# The last one is merged into the second.
VILLAGES = (
    VillageName("桃溪村", 6, "taoxi", "陶国强", "陶小满", 1.3),
    VillageName("石桥村", 5, "shiqiao", "石素珍", "石伯钧", 1.1),
    VillageName("泉塘村", 6, "quantang", "全友良", "唐晓菊", 0.9),
    VillageName("柳湾村", 5, "liuwan", "柳青山", "柳月娥", 1.2),
    VillageName("大屋村", 7, "dawu", "邬大勇", "邬巧云", 0.5),
    VillageName("枫坪村", 6, "fengping", "冯平安", "冯丽君", 1.0),
    VillageName("白水村", 5, "baishui", "白如松", "白秋菊", 0.8),
    VillageName("云岭村", 6, "yunling", "凌云志", "凌小燕", 0.6),
    VillageName("茶坳村", 5, "chaao", "查世民", "查玉兰", 1.1),
    VillageName("杉木村", 5, "shanmu", "沙木林", "沙红英", 1.0),
    VillageName("下洲村", 4, "xiazhou", "夏周全", "夏春梅", 1.0),
)
SUCCESSOR, MERGED = 1, -1

# Without a village clerk's townspeople: (username, name).
PEOPLE = {
    "mayor": ("lizp", "黎正平"),
    "deputy": ("zhoum", "周明远"),
    "head": ("tanjh", "谭建华"),
    "toilet_a": ("wangxy", "王秀英"),
    "toilet_b": ("chenzq", "陈志强"),
    "acceptance_a": ("liujj", "刘建军"),
    "acceptance_b": ("pengcl", "彭春兰"),
    "compiler_a": ("hesy", "何思颖"),
    "compiler_b": ("tangr", "唐然"),
    "administrator": ("guanli", "管立新"),
    "safety_a": ("fanag", "樊安国"),
    "safety_b": ("miaoxb", "苗小波"),
    "recheck_a": ("luqh", "鲁清河"),
    "recheck_b": ("lanj", "兰静"),
    "village_work_a": ("shuh", "舒慧"),
    "village_work_b": ("meixf", "梅先锋"),
    "reviewer_a": ("yim", "易敏"),
    "reviewer_b": ("xiangds", "向东升"),
    "county_a": ("quqs", "屈秋实"),
    "office_a": ("minxy", "闵小雨"),
    "office_head_a": ("kewt", "柯文韬"),
    "newcomer": ("yanxj", "颜新晴"),
}

BUILDERS = ("顺达建筑队", "惠民施工队", "老邓泥工班", "青禾镇水电安装队")
_SURNAMES = "王李张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "国建志德文明永福春秋玉桂金秀兰英梅芳凤云海江山林松柏青红光辉荣华富贵平安康宁和顺喜庆祥瑞义仁礼智信忠孝友善良才学思远宏伟强勇军兵刚毅"
_DIGITS = "一二三四五六七八九十"


def resident(rng: Random) -> str:
    return relative(rng)


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def id_card(rng: Random, born_on: date, sex: str) -> str:
    """Eighteen characters with a right check digit, of a county that does not exist."""
    turn = rng.randrange(0, 998, 2) + (sex == "男")
    body = f"{COUNTY_CODE[:6]}{born_on:%Y%m%d}{turn:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_CHECKS[total % 11]


def relative(rng: Random, surname: str = "") -> str:
    """The name of a child or of somebody else in a household."""
    return (surname or rng.choice(_SURNAMES)) + "".join(
        rng.choices(_GIVEN, k=rng.choice((1, 2, 2)))
    )


def phone(rng: Random) -> str:
    """Of a number range that nobody was given."""
    return f"1999900{rng.randrange(10_000):04}"


def bank_card(rng: Random) -> str:
    """Nineteen digits with a right check digit, of a bank that does not exist."""
    body = "990101" + "".join(str(rng.randrange(10)) for _ in range(12))
    return body + str(-_luhn(body) % 10)


def _luhn(body: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return total


def group_name(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if number <= 10 else ("十" if tens == 1 else _DIGITS[tens - 1] + "十")
    return f"{lead}{_DIGITS[(number - 1) % 10] if ones or number == 10 else ''}组"
