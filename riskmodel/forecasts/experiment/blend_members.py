"""Members of blends, which an experiment file names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riskmodel.base.errors import did_you_mean
from riskmodel.base.table_faults import Fault, Key

MEMBERS = "members"

_PLACEHOLDER = {"type": "Persistence"}
"""A member in place of a faulty one, so that the search for faults goes on."""


def _label(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name") or entry.get("type"))


class MemberResolver:
    """Replacement of members' names by type and settings.

    Parameters
    ----------
    entries
        The forecasters of a file, as they stand there.
    """

    def __init__(self, entries: list[Any]) -> None:
        self.entries = entries
        self.named = {_label(entry): entry for entry in reversed(entries) if isinstance(entry, Mapping)}
        self.used: set[str] = set()
        self.faults: list[Fault] = []

    def resolved(self) -> list[Any]:
        """Return the forecasters with the settings of their members.

        :attr:`faults` then holds what is wrong.
        """
        found = [self._entry(at, entry) for at, entry in enumerate(self.entries)]
        for at, entry in enumerate(self.entries):
            if isinstance(entry, Mapping) and entry.get("member_only") is True and _label(entry) not in self.used:
                text = "no blend names it; name it in the members of one, or remove it."
                self.faults.append(Fault(("forecasters", at, "member_only"), text))
        return found

    def _entry(self, at: int, entry: Any) -> Any:
        if not isinstance(entry, Mapping):
            return entry
        label, found = _label(entry), dict(entry)
        for part in ("settings", "search"):
            stated = entry.get(part)
            if isinstance(stated, Mapping) and MEMBERS in stated:
                key: Key = ("forecasters", at, part, MEMBERS)
                found[part] = {**stated, MEMBERS: self._stated(key, stated[MEMBERS], label, searched=part == "search")}
        return found

    def _stated(self, key: Key, members: Any, label: str, searched: bool) -> Any:
        if not isinstance(members, list):
            self.faults.append(Fault(key, f"it must be a list of names of forecasters (found {members!r}); correct it."))
            return [_PLACEHOLDER]
        if searched:
            return [self._stated((*key, at), one, label, searched=False) for at, one in enumerate(members)]
        return [self._member((*key, at), name, (label,)) for at, name in enumerate(members)]

    def _member(self, key: Key, name: Any, within: tuple[str, ...]) -> Any:
        """Return the type and settings of a member.

        ``within`` holds the names of the blends around it.
        """
        others = [label for label in self.named if label not in within]
        entry = self.named.get(name) if isinstance(name, str) else None
        text = ""
        if not isinstance(name, str):
            text = (
                "name a forecaster of this experiment; state its settings there, with member_only = true if it is only a member."
            )
        elif name in within:
            text = f"{name!r} would be a member of itself; name another. {did_you_mean(name, others)}"
        elif entry is None:
            text = f"There is no forecaster in the experiment named {name!r}. {did_you_mean(name, others)}"
        elif entry.get("search"):
            text = (
                f"the settings of {name!r} are searched, so a blend cannot take them; state a forecaster without search for it."
            )
        if text or entry is None:
            self.faults.append(Fault(key, text))
            return _PLACEHOLDER
        self.used.add(name)
        settings = entry.get("settings")
        if isinstance(settings, Mapping) and isinstance(settings.get(MEMBERS), list):
            settings = {**settings, MEMBERS: [self._member(key, one, (*within, name)) for one in settings[MEMBERS]]}
        return {"type": entry.get("type"), "settings": settings} if settings else {"type": entry.get("type")}
