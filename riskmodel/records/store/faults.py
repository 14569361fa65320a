"""Faults of a stored history, each worded once."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.errors import RiskmodelError, UsageError


def empty_history() -> UsageError:
    """Nothing was ingested yet."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def damaged_pointer(path: object) -> RiskmodelError:
    """The file that names the current manifest holds no id."""
    return RiskmodelError(
        f"The file {str(path)!r}, which names the current manifest of the history, is damaged. Restore it from a backup of the "
        "history; its manifests and parts are not touched."
    )


def missing_from_project(what: str, names: Sequence[str]) -> UsageError:
    """The history has records of kinds or cells that the project lacks."""
    more = f" ({len(names)} in all)" if len(names) > 1 else ""
    return UsageError(
        f"The history names the {what} {names[0]!r}{more}, which the project no longer has. "
        f"Put it back into the project's {'kinds' if what == 'kind' else 'table of cells'}."
    )
