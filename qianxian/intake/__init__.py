"""One box for a sentence, one for a notice: words become proposals that a person confirms."""

from __future__ import annotations
