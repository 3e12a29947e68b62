"""`python -m qianxian selfcheck`: the check in a process and a data folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

from qianxian.cli.base import ROOT
from qianxian.selfcheck._options import parse


def command(argv: list[str]) -> int:
    """Run the check; 0 where everything agrees, 1 where something does not, 2 for a wrong call.

    The child's settings name a temporary folder and no other database, so the site's own data can
    be neither read nor written, whatever this process has loaded.
    """
    options = parse(argv)
    folder = tempfile.mkdtemp(prefix="qianxian-selfcheck-")
    words = [str(options.report), "--seed", str(options.seed)]
    words += ["--inject", options.inject] if options.inject else []
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "qianxian.selfcheck", *words],
            env={**os.environ, **_settings(folder)},
            cwd=ROOT,
            check=False,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return done.returncode


def _settings(folder: str) -> dict[str, str]:
    return {
        "QIANXIAN_DATA": folder,
        "QIANXIAN_DATABASE": "",
        "QIANXIAN_SECRET_KEY": "",
        "QIANXIAN_SITE_KEY": "",
        "DJANGO_SETTINGS_MODULE": "qianxian.settings",
        "PYTHONUTF8": "1",
    }
