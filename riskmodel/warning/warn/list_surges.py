"""Surges on a centre's list, and the places that they raise."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from riskmodel.detection.joint import Surge

AGREEING = 2
"""Families that must agree in a surge that raises a grade."""


def surges_in(surges: Sequence[Surge], cells: Collection[str]) -> tuple[Surge, ...]:
    """Return the surges that have one of some cells."""
    return tuple(one for one in surges if not set(cells).isdisjoint(one.cells))


def raising_cells(surges: Sequence[Surge]) -> frozenset[str]:
    """Return the cells of surges that raise a grade.

    They are findings of tonight on which two families or more agree.
    """
    found = [one for one in surges if one.state in ("new", "growing", "lasting") and len(one.agreeing) >= AGREEING]
    return frozenset(cell for one in found for cell in one.cells)
