"""The product's settings with a throwaway data folder. Nothing else may differ but passwords."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Set before the settings are read: database, lake, evidence and keys all live below it.
_folder = tempfile.mkdtemp(prefix="qianxian-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["QIANXIAN_DATA"] = _folder

from qianxian.settings import *  # noqa: E402, F403

# A real hash costs 0.1 s a user, which a test of permissions does not need.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
