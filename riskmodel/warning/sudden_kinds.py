"""Kinds of record that disappeared, appeared or jumped, as intake found them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from riskmodel.base.days import to_day
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.detection.notice import Day


@dataclass(frozen=True)
class SuddenKind:
    """A kind of record whose number changed suddenly.

    ``source`` brought ``count`` records in the week (or month) from ``since`` on; ``usual`` are usual.
    """

    source: str
    kind: Text
    what: Literal["disappears", "appears", "jumps"]
    since: Day
    count: int
    usual: float


def sudden_kinds(sources: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, Kind], as_of: int) -> tuple[SuddenKind, ...]:
    """Return the sudden kinds that a manifest states, by source.

    Periods that begin on or after ``as_of`` are left out.

    Parameters
    ----------
    sources
        Source to its entry in the manifest.
    kinds
        The kinds of the history, for their names.
    """
    stated = [(name, one) for name in sorted(sources) for one in sources[name].get("sudden", ())]
    return tuple(
        SuddenKind(name, _name(kinds, one["kind"]), one["what"], to_day(one["since"]), one["count"], one["usual"])
        for name, one in stated
        if to_day(one["since"]) < as_of
    )


def disappeared(sudden: Iterable[SuddenKind]) -> bool:
    """Return whether a kind disappeared.

    Features of such a kind are too low, as with a stale source.
    """
    return any(one.what == "disappears" for one in sudden)


def _name(kinds: Mapping[str, Kind], kind: str) -> Text:
    return Text(zh=kinds[kind].zh, en=kinds[kind].en) if kind in kinds else Text(zh=kind, en=kind)
