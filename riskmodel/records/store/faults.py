"""Faults of a stored history, each worded once."""

from __future__ import annotations

from collections.abc import Sequence

from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError


def empty_history() -> UsageError:
    """Nothing was ingested yet."""
    return UsageError("The history is empty. Run 'riskmodel ingest' first.")


def lost_manifest(name: str, state: str, current: bool) -> IntegrityError:
    """A manifest is missing or damaged; no source can replace it.

    If the ``current`` one is missing, the file that names it may be damaged instead. An older one is needed for the nights that read it only.
    """
    said = f"The manifest {name!r} of the history is {state}."
    if not current:
        return IntegrityError(
            f"{said} Nights that read it cannot be replayed without it. Restore a backup into an empty folder ('riskmodel restore BACKUP DIR'), and copy "
            f"'manifests/{name}' from the history there to the same place."
        )
    more = ", with the file 'current' that names it" if state == "missing" else ""
    return IntegrityError(
        f"{said} Restore it from a backup{more}: move the folder of the history away, then run 'riskmodel restore BACKUP'."
    )


def damaged_file(file: str) -> IntegrityError:
    """A file that a manifest names is missing or damaged."""
    return IntegrityError(
        f"The file {file!r} of the history is missing or damaged. Run 'riskmodel ingest', which writes it again from the source "
        "where it can, or copy it from a backup to the same place."
    )


def lost_rows(file: str, source: str, rows: int, missing: str) -> IntegrityError:
    """A part is damaged, and its source no longer holds the rows."""
    return IntegrityError(
        f"The file {file!r} of the history is missing or damaged, and the source {source!r} cannot replace it: {missing} of its "
        f"{rows:,} rows. Copy the file from a backup to the same place, or provide exports of {source!r} that hold all its rows; "
        "nothing was changed."
    )


def lost_statements(file: str, source: str) -> IntegrityError:
    """A file of statements is damaged, and they cannot be stated again."""
    return IntegrityError(
        f"The file {file!r} of the history is missing or damaged. It holds on which days the source {source!r} was stated to be "
        "complete, and only a table of exports with all those statements can replace it. Copy the file from a backup to the same "
        "place, or complete the table of exports; nothing was changed."
    )


def damaged_pointer(path: object, state: str) -> RiskmodelError:
    """The file that names the current manifest is missing or damaged."""
    return RiskmodelError(
        f"The file {str(path)!r}, which names the current manifest of the history, is {state}; manifests and parts are there and were "
        "not touched. Restore it from a backup (move the folder of the history away, then run 'riskmodel restore BACKUP'), or write into it the name, without '.json', of the newest file in the "
        "folder 'manifests'."
    )


def missing_from_project(what: str, names: Sequence[str]) -> UsageError:
    """The history has records of kinds or cells that the project lacks."""
    more = f" ({len(names)} in all)" if len(names) > 1 else ""
    return UsageError(
        f"The history names the {what} {names[0]!r}{more}, which the project no longer has. "
        f"Put it back into the project's {'kinds' if what == 'kind' else 'table of cells'}."
    )
