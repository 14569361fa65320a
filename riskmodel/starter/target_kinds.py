"""The kinds that the first experiment forecasts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from riskmodel.base.errors import UsageError, did_you_mean
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.named_kinds import NamedKind, kind_key, plain_value


@dataclass(frozen=True)
class TargetKinds:
    """Kinds that are forecast together, as one number of events."""

    kinds: tuple[NamedKind, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the kinds."""
        return tuple(kind.key for kind in self.kinds)

    @property
    def label(self) -> str:
        """Their labels, joined."""
        return ", ".join(kind.label for kind in self.kinds)

    @property
    def events(self) -> int:
        """Number of events of all."""
        return sum(kind.events for kind in self.kinds)

    @property
    def discretionary(self) -> bool:
        """Whether police effort makes the number of any."""
        return any(kind.discretionary for kind in self.kinds)

    @property
    def key(self) -> str:
        """Their names, joined."""
        return ", ".join(self.keys)


def target_kinds(kinds: tuple[NamedKind, ...], stated: Collection[str], decisions: Decisions) -> TargetKinds:
    """Return the stated kinds, or the most frequent of no effort.

    Raises
    ------
    UsageError
        If no kind is called so.
    """
    chosen = TargetKinds(_stated(kinds, stated) if stated else (_usual(kinds),))
    why = "stated"
    if not stated:
        why = "the only kind" if len(kinds) == 1 else "the most frequent kind that police effort does not produce"
    if chosen.discretionary:
        why = f"{why}; police effort produces it" if stated else "all kinds are produced by police effort"
        why += "; every report carries that caveat"
    decisions.add("target", chosen.key, f"{why} ({chosen.events:,} events)")
    return chosen


def _stated(kinds: tuple[NamedKind, ...], stated: Collection[str]) -> tuple[NamedKind, ...]:
    """Return the kinds by their names, labels or values in the table."""
    spelt = [(name, kind) for kind in reversed(kinds) for name in (*kind.values, kind.label, kind.key)]
    exact = {plain_value(name): kind for name, kind in spelt}
    nearly = {kind_key(name, set()): kind for name, kind in spelt}
    found: dict[str, NamedKind] = {}
    for name in stated:
        kind = exact.get(plain_value(name)) or nearly.get(kind_key(name, set()))
        if kind is None:
            keys = [one.key for one in kinds]
            raise UsageError(f"No kind is called {name!r} (target). Kinds in the table: {', '.join(keys)}.{_hint(name, keys)}")
        found[kind.key] = kind
    return tuple(found.values())


def _hint(name: str, keys: list[str]) -> str:
    hint = did_you_mean(name, keys).partition(". ")[2]
    return f" {hint}" if hint else ""


def _usual(kinds: tuple[NamedKind, ...]) -> NamedKind:
    good = [kind for kind in kinds if not kind.discretionary and not kind.says_nothing] or [
        kind for kind in kinds if not kind.discretionary
    ]
    return (good or list(kinds))[0]
