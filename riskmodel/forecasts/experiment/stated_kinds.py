"""Kinds named in an experiment file; kind groups become their kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from riskmodel.base.errors import UsageError, did_you_mean
from riskmodel.base.project import ProjectTable
from riskmodel.base.table_faults import Fault, Key

KIND_SETTINGS = ("signals", "states")
"""Settings of forecasters that are lists of lists of kinds."""

PRECURSOR, PRECURSOR_KINDS = "precursor", ("kinds", "effort")
"""A setting that is a table, and its settings that are lists of kinds."""


class KindResolver:
    """Replacement of kind groups by their kinds.

    ``faults`` collects the names that are neither.

    Parameters
    ----------
    table
        The project's, with its kinds and kind groups.
    """

    def __init__(self, table: ProjectTable) -> None:
        self.table = table
        self.faults: list[Fault] = []

    def kinds(self, key: Key, names: Any) -> Any:
        """Return the kinds of a list of names.

        Anything but a list of names is returned as it is, for validation to refuse.
        """
        if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
            return names
        there = [*self.table.kinds, *self.table.kind_groups]
        unknown = [name for name in names if name not in there]
        if unknown:
            self.faults += [
                Fault(key, f"There is no kind or kind group named {name!r}. {did_you_mean(name, there)}") for name in unknown
            ]
            return names
        try:
            return list(self.table.expanded(names))
        except UsageError as error:
            self.faults.append(Fault(key, str(error)))
            return names

    def settings(self, key: Key, settings: Any) -> Any:
        """Return a forecaster's settings with the kinds of every group."""
        return self._changed(key, settings, self._setting)

    def search(self, key: Key, search: Any) -> Any:
        """Return the searched values of settings with the kinds of every group."""

        def values(at: Key, name: str, found: Any) -> Any:
            if not isinstance(found, list):
                return found
            return [self._setting((*at, index), name, value) for index, value in enumerate(found)]

        return self._changed(key, search, values)

    def _setting(self, key: Key, name: str, value: Any) -> Any:
        if name in KIND_SETTINGS and isinstance(value, (list, tuple)):
            return [self.kinds((*key, at), names) for at, names in enumerate(value)]
        if name == PRECURSOR:
            return self._changed(key, value, lambda at, part, names: self.kinds(at, names) if part in PRECURSOR_KINDS else names)
        return value

    def _changed(self, key: Key, table: Any, change: Callable[[Key, str, Any], Any]) -> Any:
        if not isinstance(table, Mapping):
            return table
        return {name: change((*key, name), name, value) for name, value in table.items()}
