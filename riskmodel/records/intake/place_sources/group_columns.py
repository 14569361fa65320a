"""Groups of cells, read from a column by a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.errors import UsageError
from riskmodel.base.project import ONE_LIST, GroupingRule, Project

if TYPE_CHECKING:
    import pandas as pd

_ALL = "(all)"


def add_groupings(project: Project, cells: pd.DataFrame) -> dict[str, str]:
    """Add the groups of the project's groupings to a table of cells.

    Without any grouping, all cells are one group.

    Returns
    -------
    dict
        Grouping to the column with its groups.

    Raises
    ------
    UsageError
        If a rule has no group for a value.
    """
    stated = project.table.places.groupings
    if not stated:
        cells[_ALL] = project.table.title(project.table.warnings.language)
        return {ONE_LIST: _ALL}
    return {name: rule if isinstance(rule, str) else _add_grouping(cells, name, rule) for name, rule in stated.items()}


def _add_grouping(cells: pd.DataFrame, name: str, rule: GroupingRule) -> str:
    """Add one column of groups; its name is returned."""
    groups = {value: _group(value, rule) for value in cells[rule.column].drop_duplicates()}
    missing = sum(group is None for group in groups.values())
    if missing:
        raise UsageError(
            f"The grouping {name!r} has no group for {missing} of {len(groups)} values of the column {rule.column!r}. "
            f"Add them to places.groupings.{name} in riskmodel.toml."
        )
    column = f"({name})"
    cells[column] = [groups[value] for value in cells[rule.column]]
    return column


def _group(value: object, rule: GroupingRule) -> str | None:
    """Return the group of a value; None if the rule has none."""
    text = "" if value is None else str(value)[: rule.first]
    if rule.ranges:
        number = int(text) if text.isascii() and text.isdigit() else -1
        spans = ((group, span) for group, spans in rule.ranges.items() for span in spans)
        return next((group for group, (low, high) in spans if low <= number <= high), None)
    return rule.names.get(text) if rule.names else text
