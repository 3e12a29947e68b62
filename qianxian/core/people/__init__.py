"""People, offices and posts: who holds what, who covers, how a post passes to the next.

Every write is recorded in the stream of the township. What may be changed by whom is in `rights`.
"""

from __future__ import annotations
