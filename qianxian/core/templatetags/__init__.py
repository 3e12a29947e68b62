"""Tags and filters of the pages: `{% load look %}` brings all of them."""

from __future__ import annotations
