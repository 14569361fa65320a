"""What can be wrong with a stored history, each worded once."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.errors import UsageError


def nothing_there() -> UsageError:
    """Nothing was ingested yet."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def gone(what: str, names: Sequence[str]) -> UsageError:
    """The history has records of a kind or cell that the project no longer has."""
    more = f" ({len(names)} in all)" if len(names) > 1 else ""
    return UsageError(
        f"The history names the {what} {names[0]!r}{more}, which the project no longer has. "
        f"Put it back into the project's {'kinds' if what == 'kind' else 'table of cells'}."
    )
