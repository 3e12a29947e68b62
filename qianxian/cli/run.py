"""`run`: one command that starts everything: prepare, then web and worker under a supervisor."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
import webbrowser

from qianxian.cli.base import ROOT, Parser, add_data, complain, say, use_data
from qianxian.cli.prepare import tell
from qianxian.cli.prepared import read_note
from qianxian.cli.supervisor import Child, Supervisor
from qianxian.cli.web import add_address

_ANSWERS_WITHIN = 60.0


def main(argv: list[str]) -> int:
    parser = Parser("run", "启动千线。第一次会建好数据库和演示数据，然后启动网页和后台。")
    add_address(parser)
    parser.add_argument("--no-demo", action="store_true", help="库是空的也不做演示数据")
    parser.add_argument("--open", action="store_true", help="起来以后打开浏览器")
    add_data(parser)
    options = parser.parse_args(argv)
    use_data(options.data)
    if not is_free(options.host, options.port):
        complain(
            f"端口{options.port}已经有程序在用，可能千线已经开着：先打开 {url(options.port)} 看看。\n"
            f"不是的话，换一个端口：python -m qianxian run --port {options.port + 10}"
        )
        return 2
    accounts = read_note()
    if accounts is not None:
        tell(accounts)
    elif code := prepare(no_demo=options.no_demo):
        return code
    return supervise(options.host, options.port, show=options.open)


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def is_free(host: str, port: int) -> bool:
    """Whether the web process will be able to listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        if sys.platform != "win32":
            # As the server does: a port whose last connections are closing is free. On Windows
            # the same option would let two programs share it.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def qianxian(*words: str) -> list[str]:
    return [sys.executable, "-m", "qianxian", *words]


def prepare(*, no_demo: bool) -> int:
    """In a process of its own, so that the supervisor stays small."""
    words = ["prepare", *(["--no-demo"] if no_demo else [])]
    return subprocess.run(qianxian(*words), cwd=ROOT, check=False).returncode  # noqa: S603


def supervise(host: str, port: int, *, show: bool) -> int:
    web = qianxian("web", "--supervised", "--host", host, "--port", str(port))
    supervisor = Supervisor([Child("网页", web), Child("后台", qianxian("worker", "--supervised"))])
    supervisor.listen_to_signals()
    supervisor.start()
    try:
        if wait_for_answer(port, supervisor):
            say(f"千线起来了：{url(port)}  按 Ctrl-C 停。")
            if show:
                webbrowser.open(url(port))
        supervisor.watch()
    finally:
        say("正在停……")
        supervisor.stop()
    say("停了。")
    return 0


def wait_for_answer(port: int, supervisor: Supervisor) -> bool:
    """Until the web process answers; False when told to stop before."""
    until = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < until and not supervisor.stopping.wait(0.1):
        if answers(port):
            return True
        supervisor.tend()
    return False


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sign-in/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
