"""Builds of the nights of a backup, and a restore's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.own_build import build_differences, own_build
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import BuiltNights, Ledger

NAMED = 3
"""Builds that a restore names, those of the latest nights."""


@dataclass(frozen=True)
class BackedUpBuilds:
    """The builds that made the nights of a backup.

    ``writer`` is the one that wrote the backup; both are None if the backup was written before builds were kept.
    """

    writer: Mapping[str, str] | None = None
    nights: tuple[BuiltNights, ...] | None = None

    @classmethod
    def of(cls, project: Project) -> BackedUpBuilds:
        """Return the builds of a project's nights."""
        with Ledger.of(project).read() as book:
            return cls(own_build(), book.builds.nights())

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> BackedUpBuilds:
        """Return the builds that a backup's manifest names."""
        if "builds" not in facts:
            return cls()
        rows = facts["builds"]["nights"]
        nights = (
            BuiltNights(
                None if row["build"] is None else dict(row["build"]), to_day(row["first"]), to_day(row["last"]), row["nights"]
            )
            for row in rows
        )
        return cls(dict(facts["builds"]["writer"]), tuple(nights))

    def to_facts(self) -> dict[str, Any]:
        """Return JSON values for a backup's manifest, in a build's order."""
        rows = [
            {
                "build": None if one.build is None else list(one.build.items()),
                "first": to_iso(one.first),
                "last": to_iso(one.last),
                "nights": one.nights,
            }
            for one in self.nights or ()
        ]
        return {"writer": list((self.writer or {}).items()), "nights": rows}

    def differing(self) -> tuple[str, ...]:
        """Return sentences on nights that another build made."""
        now = own_build()
        if self.nights is None:
            return ("The backup was written before builds were kept, so it does not say which build made its nights.",)
        others = [one for one in reversed(self.nights) if one.build != now]
        said = [_said(one, now) for one in others[:NAMED]]
        if rest := others[NAMED:]:
            said.append(f"{_nights(sum(one.nights for one in rest))} before were made by {counted(len(rest), 'further build')}.")
        if not said and self.writer is not None and self.writer != now:
            said.append(f"Another build wrote the backup: {_differences(self.writer, now)}.")
        if others:
            said.append(
                "Such nights stay as they were stored, but a replay of them may give other bytes here. Install the build that made them to replay them byte for byte."
            )
        return tuple(said)


def _said(one: BuiltNights, now: Mapping[str, str]) -> str:
    first, last = to_iso(one.first), to_iso(one.last)
    span = f"the night of {first}" if first == last else f"{_nights(one.nights)}, {first} to {last}"
    if one.build is None:
        return f"No build was recorded for {span}."
    return f"Another build made {span}: {_differences(one.build, now)}."


def _nights(number: int) -> str:
    return counted(number, "night")


def _differences(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    return "; ".join(build_differences(then, now))
