"""Texts as TOML and Python write them."""

from __future__ import annotations

import json

from riskmodel.base.shown_texts import HIDDEN


def quoted(value: str) -> str:
    """Return a text as TOML and Python write it, hidden signs escaped."""
    return HIDDEN.sub(lambda sign: f"\\U{ord(sign[0]):08x}", json.dumps(value, ensure_ascii=False))
