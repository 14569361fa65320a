"""Kinds of record that disappeared, appeared or jumped: what the intake told of the history that a night reads."""

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
    """A kind of a ``source`` with ``count`` records in the week (or month) from ``since`` on, where ``usual`` are usual."""

    source: str
    kind: Text
    what: Literal["disappears", "appears", "jumps"]
    since: Day
    count: int
    usual: float


def sudden_kinds(sources: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, Kind], as_of: int) -> tuple[SuddenKind, ...]:
    """What a manifest tells of its ``sources``, by source, as far as it began before ``as_of``.

    Parameters
    ----------
    sources
        Source to what the manifest says of it.
    kinds
        The kinds of the history, for their names.
    """
    told = [(name, one) for name in sorted(sources) for one in sources[name].get("sudden", ())]
    return tuple(
        SuddenKind(name, _name(kinds, one["kind"]), one["what"], to_day(one["since"]), one["count"], one["usual"])
        for name, one in told
        if to_day(one["since"]) < as_of
    )


def disappeared(sudden: Iterable[SuddenKind]) -> bool:
    """Whether records that usually come did not: then what rests on them is low, as with a stale feed."""
    return any(one.what == "disappears" for one in sudden)


def _name(kinds: Mapping[str, Kind], kind: str) -> Text:
    return Text(zh=kinds[kind].zh, en=kinds[kind].en) if kind in kinds else Text(zh=kind, en=kind)
