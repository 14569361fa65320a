"""How bad findings are."""

from __future__ import annotations

from typing import Literal

Severity = Literal["fault", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("fault", "warning", "note")
"""The worst first: a *fault* stops something, a *warning* will, and a *note* is only to be known."""
