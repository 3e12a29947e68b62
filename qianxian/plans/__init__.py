"""Plans and supervision: tasks, progress, lights, today."""

from __future__ import annotations
