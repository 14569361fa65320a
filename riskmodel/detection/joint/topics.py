"""Topics: groups of kinds whose families are judged together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.project import Kind
from riskmodel.base.project.kinds import KindGroupTable
from riskmodel.base.texts import Text

FAMILIES = ("police", "online", "sentiment")
"""The three situations: police, online and residents' signals."""

EVERYTHING = Text(zh="全部类别", en="all kinds")
"""Title of the topic of all kinds."""


@dataclass(frozen=True)
class Topic:
    """A group of kinds, by family.

    Parameters
    ----------
    name
        Key of the kind group, or ``"all"``.
    title
        Name for readers.
    kinds
        Kinds of each judged family, in the order of the families.
    """

    name: str
    title: Text
    kinds: Mapping[str, tuple[str, ...]]


def topics_of(
    kinds: Mapping[str, Kind], groups: Mapping[str, KindGroupTable], families: Sequence[str] | None = None
) -> tuple[Topic, ...]:
    """Return the topic of all kinds and those of kind groups.

    A kind group is a topic if it has kinds of two families or more.

    States and kinds that police effort produces are left out: they follow registers and patrols.

    Without stated families, the three situations are judged as far as the project has them; where it has none of them, all its families.

    Raises
    ------
    UsageError
        If a stated family has no kind that is counted, one comes twice, or no kind is counted at all.
    """
    there = sorted({kind.family for kind in kinds.values() if is_event(kind)})
    stated = None if families is None else names_argument(families, "families", "surge")
    wanted = stated if stated is not None else tuple([family for family in FAMILIES if family in there] or there)
    if families is None and not there:
        raise UsageError(
            "Nothing can be judged jointly: [kinds] has only states and discretionary kinds. Add a kind of event, and its records."
        )
    if not wanted or len(set(wanted)) != len(wanted):
        raise bad_argument("families", "surge", "names of different families", wanted)
    everything = Topic("all", EVERYTHING, _by_family(kinds, kinds, wanted))
    if set(wanted) - set(there):
        raise bad_argument("families", "surge", f"families of counted kinds ({', '.join(there)})", wanted)
    found = [everything]
    for name, group in groups.items():
        split = _by_family(kinds, group.kinds, wanted)
        if len(split) > 1:
            found.append(Topic(name, Text(zh=group.zh or name, en=group.en or name), split))
    return tuple(found)


def can_be_judged(kinds: Mapping[str, Kind]) -> bool:
    """Return whether a project has a counted kind."""
    return any(is_event(kind) for kind in kinds.values())


def is_event(kind: Kind) -> bool:
    """Return whether records of a kind are events that nobody's effort produces."""
    return not (kind.discretionary or kind.state)


def _by_family(kinds: Mapping[str, Kind], names: Iterable[str], families: Sequence[str]) -> dict[str, tuple[str, ...]]:
    mine = [name for name in names if is_event(kinds[name])]
    split = {family: tuple(name for name in mine if kinds[name].family == family) for family in families}
    return {family: members for family, members in split.items() if members}
