"""Charts drawn on the server as SVG: spark, bullet, line, bars. Geometry only; words come in."""

from __future__ import annotations

from django.template import Library

register = Library()
