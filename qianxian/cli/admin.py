"""`admin`: the first administrator of a real township, and a new password when nobody gets in.

Only from the machine itself, where whoever types could change the database anyway.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qianxian.cli.base import Parser, add_data, complain, say, start_django
from qianxian.cli.prepare import migrate, record_definitions, what_is_wrong_with_packs

if TYPE_CHECKING:
    from qianxian.core.models import Place


def main(argv: list[str]) -> int:
    parser = Parser(
        "admin", "建第一个管理员（真实的镇，不用演示数据），或给忘了密码的人一个新密码。"
    )
    parser.add_argument(
        "what",
        choices=["create", "reset"],
        metavar="create|reset",
        help="create：开一个镇并建管理员；reset：给一个账号一次性的新密码",
    )
    parser.add_argument("--name", metavar="姓名", help="create：管理员姓名")
    parser.add_argument("--username", metavar="用户名", help="create 不写就按姓名拼；reset 必须写")
    parser.add_argument("--code", metavar="代码", help="create：镇的12位统计区划代码")
    parser.add_argument("--township", metavar="镇名", help="create：镇的名称，例如 青禾镇")
    parser.add_argument("--county", metavar="县名", help="create：县的名称，例如 云溪县")
    parser.add_argument(
        "--villages", metavar="文件", help="create：村的名单，一行一个：12位代码、空格、村名"
    )
    add_data(parser)
    options = parser.parse_args(argv)
    start_django(options.data)
    if problems := what_is_wrong_with_packs():
        complain("\n".join([*problems, "条线包有错，没有办。都改好了再来一次。"]))
        return 2
    migrate()
    from django.utils import timezone

    from qianxian.core.errors import UserError

    try:
        act = _create if options.what == "create" else _reset
        act(options, timezone.now())
    except UserError as error:
        complain(str(error))
        return 2
    return 0


def _create(options: Namespace, now: datetime) -> None:
    from django.db import transaction

    from qianxian.core.errors import UserError
    from qianxian.core.models import User
    from qianxian.core.people.accounts import first_administrator
    from qianxian.core.people.names import username_for

    if not options.name:
        raise UserError("还没写管理员是谁：--name 姓名。")
    if User.objects.filter(is_demo=True).exists():
        raise UserError("这个库里是演示数据。真实的镇另开一个数据文件夹：--data 文件夹。")
    with transaction.atomic():
        township = _township(options)
        opened = sum(_open_village(township, *row) for row in _villages(options.villages))
        taken = set(User.objects.values_list("username", flat=True))
        username = options.username or username_for(options.name, taken)
        person, password = first_administrator(
            name=options.name, username=username, township=township, at=now
        )
    record_definitions(now)
    if opened:
        say(f"开了{opened}个村。")
    say(f"{township}的管理员是{person.name}。")
    _tell(person.username, password)
    say("接下来：python -m qianxian run，登录后在“岗位”里建站所、岗位和人。")


def _reset(options: Namespace, now: datetime) -> None:
    from qianxian.core.errors import UserError
    from qianxian.core.people.accounts import rescue_password

    if not options.username:
        raise UserError("还没写给谁：--username 用户名。")
    _tell(options.username, rescue_password(username=options.username, at=now))


def _tell(username: str, password: str) -> None:
    say(f"  用户名：{username}")
    say(f"  密码：{password}（只显示这一次，第一次登录要换掉）")


def _township(options: Namespace) -> Place:
    """The township of this code, opened with its county where it is new."""
    from qianxian.core.errors import UserError
    from qianxian.core.models import Place
    from qianxian.core.places import open_place

    townships = Place.objects.filter(level=Place.Level.TOWNSHIP)
    known = townships.filter(pk=options.code) if options.code else townships
    if len(found := list(known)) == 1:
        return found[0]
    if not (options.code and options.township and options.county):
        raise UserError("还没写是哪个镇：--code 12位代码 --township 镇名 --county 县名。")
    if not options.code.endswith("000") or options.code.endswith("000000"):
        raise UserError(f"镇的代码后三位是000，前面是镇的编号，写的是“{options.code}”。请核对。")
    county = Place.objects.filter(pk=f"{options.code[:6]}000000").first()
    if county is None:
        county = open_place(
            code=f"{options.code[:6]}000000", name=options.county, level="county", parent=None
        )
    return open_place(code=options.code, name=options.township, level="township", parent=county)


def _villages(file: str | None) -> Iterator[tuple[str, str]]:
    """Code and name of each line. Raises UserError that names the line at fault."""
    from qianxian.core.errors import UserError

    if not file:
        return
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"村的名单打不开：{file}。要UTF-8的文本文件。") from error
    for number, line in enumerate(lines, 1):
        words = line.replace(",", " ").replace("，", " ").split()
        if not words:
            continue
        if len(words) != 2:
            raise UserError(f"村的名单第{number}行要写代码和村名，写的是“{line.strip()}”。")
        yield words[0], words[1]


def _open_village(township: Place, code: str, name: str) -> bool:
    """False where it stands already."""
    from qianxian.core.errors import UserError
    from qianxian.core.models import Place
    from qianxian.core.places import open_place

    if Place.objects.filter(pk=code).exists():
        return False
    if not code.startswith(township.code[:9]):
        raise UserError(f"{name}的代码{code}不在{township}下面，前9位应是{township.code[:9]}。")
    open_place(code=code, name=name, level="village", parent=township)
    return True
