"""Places, posts, people, permissions and commits: what every other room stands on."""

from __future__ import annotations
