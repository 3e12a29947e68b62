"""What the commands share: speaking to a person, the data folder, starting Django."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from qianxian.env import BadSetting, env_list, env_str

ROOT = Path(__file__).resolve().parents[2]


def say(line: str) -> None:
    """One line on the screen, at once: a long start must not look dead."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


class Parser(argparse.ArgumentParser):
    """Argparse with the words that it prints of its own in Chinese."""

    def __init__(self, command: str, says: str) -> None:
        super().__init__(prog=f"python -m qianxian {command}", description=says, add_help=False)
        # The two headings have no public setter.
        self._optionals.title, self._positionals.title = "选项", "参数"
        self.add_argument("-h", "--help", action="help", help="看这段说明")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "用法：", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"参数不对：{message}\n")


def add_data(parser: argparse.ArgumentParser) -> None:
    """The option that every command with a database has."""
    parser.add_argument(
        "--data", metavar="文件夹", help="数据放在哪里（数据库、凭证、密钥）；默认是程序旁边的 var"
    )


def use_data(folder: str | None) -> None:
    """Settle the data folder before the settings are read, for this process and its children."""
    read_env_file(ROOT / ".env")
    if folder:
        os.environ["QIANXIAN_DATA"] = str(Path(folder).absolute())


def data_folder() -> Path:
    """The data folder as the settings will say it."""
    return Path(env_str("QIANXIAN_DATA", str(ROOT / "var"))).absolute()


def pack_folders() -> list[Path]:
    """Where this site's packs are, as the settings will say it."""
    return [ROOT / "packs", *(Path(folder) for folder in env_list("QIANXIAN_PACKS"))]


def read_env_file(file: Path) -> None:
    """Take settings from a file of NAME=value lines; what the environment says already stands."""
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        name, found, value = line.partition("=")
        if found and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.partition(" #")[0].strip())


def start_django(folder: str | None = None) -> None:
    """Read the settings and load the apps. Takes about a second, so only commands that must."""
    use_data(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qianxian.settings")
    import django

    try:
        django.setup()
    except BadSetting as error:
        complain(f"设置不对，没有启动：{error}")
        raise SystemExit(2) from error
