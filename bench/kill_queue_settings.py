"""Just enough Django for a queue, with the product's own database settings."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from qianxian.env import database

DATA = Path(os.environ["QIANXIAN_DATA"])
SECRET_KEY = secrets.token_hex()
INSTALLED_APPS = ["django.contrib.contenttypes", "django_tasks", "django_tasks_db"]
DATABASES = {"default": database("QIANXIAN_DATABASE", DATA / "qianxian.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
USE_TZ = True
