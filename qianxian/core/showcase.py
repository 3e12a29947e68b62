"""What the components page shows: every component in every state, with invented people and numbers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator

from qianxian.core import parts

TODAY = date(2026, 10, 16)
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class SampleForm(forms.Form):
    """One field of every kind, filled so that errors and warnings show."""

    accepted_on = forms.DateField(
        label="验收日期",
        help_text="现场看过的那一天",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    started_on = forms.DateField(
        label="开工日期",
        help_text="以施工队进场为准",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    subsidy = forms.DecimalField(
        label="奖补金额", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    number = forms.CharField(
        label="户编号",
        help_text="从底册来，不能在这里改",
        widget=forms.TextInput(attrs={"readonly": True}),
    )
    village = forms.ChoiceField(label="村", choices=[("1", "桃溪村"), ("2", "石桥村")])
    kind = forms.ChoiceField(
        label="改厕类型",
        choices=[("a", "三格化粪池"), ("b", "三瓮式")],
        widget=forms.RadioSelect,
    )
    faults = forms.MultipleChoiceField(
        label="看到的问题",
        required=False,
        choices=[("leak", "渗漏"), ("clogged", "堵"), ("dry", "没水")],
        widget=forms.CheckboxSelectMultiple,
    )
    checked = forms.BooleanField(label="整体：能冲水，不渗漏，旧坑已填", required=False)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    paper = forms.FileField(label="验收表", required=False, help_text="扫描件或照片")
    cover = forms.ImageField(label="拍盖板", required=False)

    warnings = {"subsidy": ["标准是 2,000 元，这里少 200。对的话照样能存。"]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        started, accepted = data.get("started_on"), data.get("accepted_on")
        if started and accepted and started > accepted:
            self.add_error(
                "started_on",
                f"开工写成了 {started.month}月{started.day}日，比验收 "
                f"{accepted.month}月{accepted.day}日还晚。请改开工或验收日期。",
            )
        return data


class SampleFilter(forms.Form):
    village = forms.ChoiceField(label="村", choices=[("", "全部 8 个村"), ("1", "桃溪村")])
    text = forms.CharField(label="户主或户编号", required=False)


def _form() -> SampleForm:
    given = {
        "accepted_on": "2026-10-16",
        "started_on": "2026-10-20",
        "subsidy": "1800",
        "number": "0312",
        "village": "1",
        "kind": "a",
        "faults": ["leak"],
        "checked": "on",
    }
    return SampleForm(given)


def _rows() -> list[dict[str, Any]]:
    told: list[tuple[str, int, int | None, Decimal | None, str, str, int | None, int]] = [
        ("桃溪村", 20, 18, Decimal("90.0"), "green", "1.06", 36000, 17),
        ("石桥村", 18, 17, Decimal("94.4"), "green", "1.11", 34000, 15),
        ("泉塘村", 16, 9, Decimal("56.3"), "red", "0.66", 18000, 14),
        ("枫坪村", 14, 10, Decimal("71.4"), "yellow", "0.84", 20000, 12),
        ("云岭村", 10, None, None, "grey", "没报", None, 9),
    ]
    return [
        {
            "name": name,
            "target": target,
            "done": done,
            "percent": percent,
            "light": light,
            "ratio": ratio,
            "subsidy": subsidy,
            "expected": expected,
            "course": _course(done) if done else [None] * 8,
            "plan": _course(expected),
        }
        for name, target, done, percent, light, ratio, subsidy, expected in told
    ]


def _course(last: int) -> list[Decimal]:
    shares = ["0.06", "0.18", "0.3", "0.44", "0.56", "0.7", "0.87", "1"]
    return [(Decimal(last) * Decimal(share)).quantize(Decimal("0.1")) for share in shares]


def _matters() -> list[parts.MatterRow]:
    return [
        parts.MatterRow(
            title="改厕奖补发放（6 户）",
            url="#",
            due=date(2026, 10, 14),
            meta=("奖补发放", "桃溪村"),
            stuck="信用社退回 1 笔，账号有误",
            action="更正账号",
            primary=True,
        ),
        parts.MatterRow(
            title="垃圾池满溢",
            url="#",
            due=datetime(2026, 10, 16, 17, 30, tzinfo=_SHANGHAI),
            note="5 个工作日",
            meta=("12345 工单",),
            covering=True,
            action="写答复",
        ),
        parts.MatterRow(
            title="云岭村 5 户未开工，上门问清原因",
            url="#",
            due=date(2026, 10, 20),
            meta=("红灯催办", "云岭村"),
            action="记走访",
        ),
    ]


def _clock() -> parts.Clock:
    return parts.Clock(
        due=date(2026, 10, 23),
        starts=date(2026, 10, 9),
        cells=(*["past"] * 3, *["paused"] * 2, *["past"] * 2, "today", *[""] * 7),
        how="从送达第二天起数 15 个自然日",
        holidays="最后一天遇节假日才往后顺延；这次不顺延",
        basis="指令书写明的期限",
        overdue="自动报分管领导",
        confirmed=False,
    )


def _late_clock() -> parts.Clock:
    return parts.Clock(due=date(2026, 10, 14), how="5 个工作日", stuck="账号有误，等信用社")


def _steps() -> list[parts.NextStep]:
    return [
        parts.NextStep(
            label="记整改完成",
            url="#",
            primary=True,
            needs=(
                parts.Need("整改后照片，已有 2 张", "have"),
                parts.Need("还差：负责人签字的整改回执（拍照即可）", "lack"),
            ),
        ),
        parts.NextStep(
            label="移送县里执法",
            disabled=True,
            needs=(parts.Need("现在不能点：要过了 10月23日还没改，或者对方拒绝整改", "stop"),),
        ),
    ]


def _story() -> list[parts.Happening]:
    found = datetime(2026, 10, 8, 15, 5, tzinfo=_SHANGHAI)
    return [
        parts.Happening("检查发现 2 处隐患", when=found, who="刘建军、陈秋月"),
        parts.Happening("整改中", when=TODAY, state="now to-next"),
        parts.Happening("复查（换人去）", state="next"),
    ]


def _stages() -> list[parts.Stage]:
    return [
        parts.Stage("检查", "10月8日", "done"),
        parts.Stage("责令限期整改", "10月8日", "done"),
        parts.Stage("整改", "到 10月23日", "current"),
        parts.Stage("复查", "换人去"),
        parts.Stage("销号", "分管领导"),
    ]


def _findings() -> list[parts.FindingCard]:
    return [
        parts.FindingCard(
            title="算不对",
            reason="96 ÷ 110 ＝ 87.3%，文中写 98.2%。",
            severity="error",
            code="算术",
            number=1,
            old="98.2%",
            new="87.3%",
            fix_url="#",
            dismiss_url="#",
        ),
        parts.FindingCard(title="用了 10 月底的数", code="过时", dismiss_url="#"),
        parts.FindingCard(title="没有写数据来源", severity="info", code="提示"),
        parts.FindingCard(title="固定提法写错", done="已改", undo_url="#"),
    ]


def _chart() -> parts.LineChart:
    return parts.LineChart(
        title="比计划慢 4 户；8 月起每月验收 14 户以上，正在赶上",
        sub="全镇累计验收户数，2026年，虚线是计划应到",
        labels=tuple(f"{month}月" for month in range(3, 11)),
        values=tuple(Decimal(n) for n in (6, 15, 27, 38, 49, 63, 84, 98)),
        plan=tuple(Decimal(n) for n in (8, 20, 32, 44, 54, 66, 88, 102)),
        target=Decimal(120),
        unit="户",
        source="农村户厕改造台账，98 条记录。截至 10月16日 08:30。",
    )


def _bars() -> list[parts.Bar]:
    return [
        parts.Bar("公益建设", Decimal(26100), "26,100.00"),
        parts.Bar("人员", Decimal(12400), "12,400.00"),
        parts.Bar("办公", Decimal(2570), "2,570.00"),
    ]


def showcase() -> dict[str, Any]:
    """The context of templates/core/components.html."""
    names = ["桃溪村", "石桥村", "泉塘村", "柳湾村", "大屋村", "枫坪村", "白水村", "云岭村"]
    return {
        "today": TODAY,
        "at": datetime(2026, 10, 16, 8, 30, tzinfo=_SHANGHAI),
        "colours": _colours(),
        "form": _form(),
        "filter": SampleFilter(),
        "chips": [("进展：未验收", "?"), ("桃溪村", "?")],
        "rows": _rows(),
        "places": [(name, name != "云岭村") for name in names],
        "matters": _matters(),
        "clock": _clock(),
        "late_clock": _late_clock(),
        "steps": _steps(),
        "story": _story(),
        "stages": _stages(),
        "findings": _findings(),
        "chart": _chart(),
        "bars": _bars(),
        "heard": [("今天", "10月16日", False), ("王家", "有 2 户，点一户", True)],
        "tabs": [
            parts.Link("疑点", "#", current=True, count=7, hot=True),
            parts.Link("任务", "#", count=26),
            parts.Link("数字", "#"),
        ],
        "page": Paginator(range(43), 10).page(1),
        "numbers": [1800, Decimal("41.30"), Decimal("-2.5"), 0, None],
    }


def _colours() -> list[tuple[str, str]]:
    return [
        ("act", "按得动的"),
        ("seal", "公开、红头"),
        ("ink", "正文"),
        ("ink-2", "次要"),
        ("ink-3", "注释"),
        ("line-field", "框线"),
        ("ground", "底"),
        ("green-fill", "绿灯"),
        ("yellow-fill", "黄灯"),
        ("red-fill", "红灯"),
        ("chart-1", "图：本体"),
        ("chart-2", "图：例外"),
        ("chart-3", "图：第三"),
        ("chart-plan", "图：计划"),
    ]
