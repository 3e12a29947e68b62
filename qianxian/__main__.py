"""`python -m qianxian`: one door to everything. A command is imported only when it is called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives, what it does in one line, and under which heading it is listed."""

    module: str
    says: str
    heading: str = "办公室里用"
    function: str = "main"

    def load(self) -> Callable[[list[str]], int]:
        found: Callable[[list[str]], int] = getattr(import_module(self.module), self.function)
        return found


_OFFICE, _FILES, _PARTS = "办公室里用", "只看文件，不用数据库", "分开运行（一般用不到）"

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "run": Command("qianxian.cli.run", "启动千线；第一次会建好数据库和演示数据"),
        "admin": Command("qianxian.cli.admin", "建第一个管理员，或给忘了密码的人一个新密码"),
        "selfcheck": Command("qianxian.cli.selfcheck", "把整条链走一遍，看这台机器上是否都通"),
        "verify": Command("qianxian.cli.verify", "核对提交链：历史有没有被改过"),
        "lake": Command("qianxian.cli.lake", "从提交流重做数据湖"),
        "backup": Command("qianxian.cli.backup", "备份到一个文件：数据库、凭证、密钥"),
        "restore": Command("qianxian.cli.restore", "从备份文件恢复"),
        "demo": Command("qianxian.cli.demo", "做一套演示数据"),
        "read": Command("qianxian.cli.read", "读一份报告，列出里面的数字", _FILES),
        "check": Command("qianxian.cli.check", "查一份报告，列出疑点；有错误时返回1", _FILES),
        "compare": Command("qianxian.cli.compare", "把一个文件夹里几份报告的数字摆在一起", _FILES),
        "ledger": Command("qianxian.cli.ledger", "看一张台账表：有哪些列，哪几行要先改", _FILES),
        "packs": Command("qianxian.cli.packs", "检查条线包，或给编辑器输出格式说明", _FILES),
        "prepare": Command("qianxian.cli.prepare", "建库、升级数据库，不启动", _PARTS),
        "web": Command("qianxian.cli.web", "只启动网页", _PARTS),
        "worker": Command("qianxian.cli.worker", "只启动后台", _PARTS),
        "django": Command("qianxian.cli.django", "Django 的管理命令", _PARTS),
    }
)


def usage() -> str:
    """The help of the whole. Plain text, so that asking for it imports nothing."""
    lines = ["千线：一件事只记一次，台账、数字、报表、报告都从它来。", ""]
    lines += ["用法：python -m qianxian <命令> [参数]", ""]
    for heading in dict.fromkeys(command.heading for command in COMMANDS.values()):
        lines.append(f"{heading}：")
        lines += [f"  {n:<10} {c.says}" for n, c in COMMANDS.items() if c.heading == heading]
        lines.append("")
    lines.append("每个命令后面加 --help 看它的参数。")
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 it found something, 2 wrong call."""
    words = sys.argv[1:] if argv is None else argv
    _speak_utf8()
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0 if words else 2
    command = COMMANDS.get(words[0])
    if command is None:
        sys.stderr.write(f"没有“{words[0]}”这个命令。\n\n{usage()}")
        return 2
    try:
        return command.load()(words[1:])
    except KeyboardInterrupt:
        return 130


def _speak_utf8() -> None:
    # A Chinese Windows console may be set to another encoding, and a pipe nearly always is.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
