"""通知进来: a pasted notice becomes a proposal, the proposal a notice and one assignment a village."""

from __future__ import annotations
