"""Last year's report of the demo, as an office might have printed it: figures, faults and all.

Its figures are those that the records give on the day it is written, but for one: a village's late
number was added by hand. The checker has a few further faults to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qianxian.core.models import Place
from qianxian.indicators.queries import Reading
from qianxian_figures import Figure, Kind, Period, rounded

# Printed are this many households more than the records hold.
ADDED_BY_HAND = 2
# Words of the text that stand for a figure as the records give it.
_PRINTED = {
    "inspections": "inspections",
    "hazards": "hazards_found",
    "closed": "hazards_closed",
    "visits": "home_visits",
    "problems": "visit_problems_found",
}

_TEXT = """{town}{year}年工作总结及{next}年工作计划

{year}年，{town}在县委、县政府的坚强领导下，围绕宜居宜业和美乡村建设，抓重点、补短板、强弱项，各项工作取得新进展。现将有关情况报告如下。

一、{year}年工作完成情况

（一）粮油生产稳步提升。全年粮食播种面积3.26万亩，总产量1.43万吨，同比增长1.6%。新建高标准农田1850亩，发放耕地地力保护补贴312.4万元。培育家庭农场23家、农民合作社17家。

（二）农村厕所革命扎实推进。按照农户自愿、验收销号的办法，全年完成改（新）建农村户用厕所{toilets}户，完成年度任务的{share}%。其中{village}完成改厕{village_toilets}户。户厕改造完工{completed}户，户厕改造验收率{rate}%。

（二）村庄清洁行动常态化开展。全年组织村庄清洁行动{cleanups}次，清运垃圾{waste}吨，发放倡议书3600余份，评选“最美庭院”48户。

（四）民生保障持续加强。全年发放低保金226.8万元，临时救助63人次，共救助困难群众58户63人。入户走访{visits}户次，排查发现问题{problems}个。城乡居民基本医疗保险参保率102.4%。新增城镇就业186人，转移农村劳动力420人。

（五）平安建设不断深化。排查矛盾纠纷147起，化解143起，化解率95.3%。开展安全生产检查{inspections}家次，排查隐患{hazards}处，整改隐患{closed}处。

（六）基础设施逐步完善。完成通组公路硬化6.8公里，维修山塘14口，安装太阳能路灯XX盏。总投资1260万元，其中上级补助资金780万元，镇村自筹460万元。

二、存在的问题

一是改厕进度不平衡，大屋村、云岭村进展偏慢，部分农户常年外出，摸排难度大。二是村庄清洁长效机制还不健全，少数沟渠反复清理、反复堵塞。三是村级报送数据不及时，年底集中补报的情况仍然存在。

三、{next}年工作计划

{next}年是“十五五”规划的开局之年，全镇重点做好以下工作。

（一）完成改（新）建农村户用厕所{target}户，12月底前全部验收销号。

（二）坚持常态化保洁。全年组织村庄清洁行动{cleanup_target}次，房前屋后、沟渠路边一起清。

（三）新建高标准农田1200亩，9月底前完工。

（四）完成通组公路硬化5公里，10月底前全部通车。

（五）抓好水环境治理。开展农村黑臭水体排查整治，12月底前完成整改销号。

{town}人民政府
{next}年1月5日
"""


def report_text(
    town: Place, village: Place, period: Period, reading: Reading, targets: Mapping[str, int]
) -> str:
    """The whole text. `targets` are those of the year reported and, with `next_`, of the next."""
    names = [
        "toilets_renovated",
        "toilets_completed",
        "toilet_acceptance_rate",
        "cleanup_activities",
        *_PRINTED.values(),
    ]
    own = _by_name(names, reading.figures(names, [town.code], [period]))
    there = reading.figures(names[:1], [village.code], [period])[0]
    printed = _number(own["toilets_renovated"]) + ADDED_BY_HAND
    year = period.start.year
    return _TEXT.format(
        town=town.name,
        year=year,
        next=year + 1,
        village=village.name,
        village_toilets=_number(there),
        toilets=printed,
        share=_share(Decimal(printed * 100) / targets["toilets_renovated"]),
        completed=_number(own["toilets_completed"]),
        rate=_share(own["toilet_acceptance_rate"].value or Decimal(0)),
        cleanups=_number(own["cleanup_activities"]),
        waste=_number(own["cleanup_activities"]) * 3,
        target=targets["next_toilets_renovated"],
        **{word: _number(own[name]) for word, name in _PRINTED.items()},
        cleanup_target=targets["next_cleanup_activities"],
    )


def _share(value: Decimal) -> str:
    """One decimal, none for a round hundred, as reports print it."""
    return "100" if rounded(value, 1) == 100 else f"{rounded(value, 1):f}"


def _by_name(names: list[str], found: list[Figure]) -> dict[str, Figure]:
    return dict(zip(names, found, strict=True))


def _number(figure: Figure) -> int:
    """A count as it is printed. A rate is none."""
    if figure.kind is Kind.RATE:
        raise ValueError(figure.measure)
    return int(figure.value or 0)
