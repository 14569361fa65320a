"""How much a text looks like a name: clearly, or possibly."""

from __future__ import annotations

CLEAR, POSSIBLE = 1.0, 0.3
"""Weight of a text that is hardly anything but a name, and of one that may be."""
