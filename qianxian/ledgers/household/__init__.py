"""The page of a household: what is recorded about it, as one reader sees it on one day.

Facts about matters, not a dossier on people: nothing is scored or ranked, ledgers that are kept
away from pages about people never come up, and of its members there is only who they are to it.
"""

from __future__ import annotations
