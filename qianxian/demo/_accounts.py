"""The accounts of the demo that are worth a try, and the password of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from qianxian.core.accounts import DEMO_PASSWORD

PASSWORD = DEMO_PASSWORD


@dataclass(frozen=True, slots=True)
class Account:
    """One account: who it is, and what can be tried with it."""

    username: str
    name: str
    post: str
    tries: str
    password: str = PASSWORD

    def __str__(self) -> str:
        return f"{self.username} / {self.password}  {self.name}，{self.post}：{self.tries}"


ACCOUNTS = (
    Account("zhoum", "周明远", "分管副镇长", "看全镇的数和灯，批延期，定稿发布"),
    Account("hesy", "何思颖", "综合文稿岗", "读去年的报告，写今年的报告"),
    Account("tanjh", "谭建华", "条线负责人", "看计划进度，把任务分到村，看超期和升级的，看隐私栏"),
    Account("wangxy", "王秀英", "改厕专干", "镇核，更正，问个数"),
    Account("pengcl", "彭春兰", "验收岗B岗", "今天A岗请假，替他验收销号"),
    Account("shuh", "舒慧", "乡村振兴专干", "复核走访问题，落实帮扶，镇核"),
    Account("yim", "易敏", "乡村振兴审核岗", "审公示满5天的监测对象，退回核实"),
    Account("quqs", "屈秋实", "县级审定录入岗", "录纳入监测和风险消除"),
    Account("fanag", "樊安国", "安全专干", "记检查，开隐患，下整改指令书，导入场所"),
    Account("luqh", "鲁清河", "安全复查员", "到现场复查，销号或退回"),
    Account("minxy", "闵小雨", "党政办文员", "收来文，分给各村，审村里报的"),
    Account("kewt", "柯文韬", "党政办主任", "拟办，办结，看谁没报"),
    Account("yanxj", "颜新晴", "接安全专干的人", "确认接岗，看交接本"),
    Account("taoxi", "陶国强", "桃溪村报账员", "记一条，走访，办改厕和隐患，报来文，报齐"),
    Account("shiqiao", "石素珍", "石桥村报账员", "看并村以后的组和户"),
    Account("guanli", "管立新", "系统管理员", "管人、岗位和地方"),
)
