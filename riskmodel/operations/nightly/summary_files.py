"""Summaries of a night as files beside those of its lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.base.files import remove_unfinished_in, write_bytes
from riskmodel.base.project import Project

if TYPE_CHECKING:
    from riskmodel.warning import WarningList
    from riskmodel.warning.summaries import Summary

FOLDER = "_summaries"
"""Folder of a night's summaries; no centre's folder is called so."""


def summary_files(project: Project, lists: Sequence[WarningList]) -> dict[str, bytes]:
    """Return the summaries that the project asks for, by file name.

    There are none for lists of a night that was stored without subtotals.
    """
    from riskmodel.warning.summaries import SUMMARY_FORMATS, summary_file_name

    language = project.table.warnings.language
    return {
        summary_file_name(one, name): form.render(one, language)
        for one in _summaries(project, lists)
        for name, form in SUMMARY_FORMATS.items()
    }


def summary_names(project: Project, lists: Sequence[WarningList]) -> set[str]:
    """Return the names of the files of :func:`summary_files`."""
    from riskmodel.warning.summaries import SUMMARY_FORMATS, summary_file_name

    return {summary_file_name(one, name) for one in _summaries(project, lists) for name in SUMMARY_FORMATS}


def _summaries(project: Project, lists: Sequence[WarningList]) -> list[Summary]:
    from riskmodel.warning.summaries import summarise

    table = project.table
    return [one for pair in table.warnings.summaries.items() for one in summarise(lists, *pair, table.title)]


def write_summaries(project: Project, as_of: int, lists: Sequence[WarningList]) -> tuple[Path, ...]:
    """Write a night's summaries to ``outbox/<as of>/_summaries/`` and delete other drafts there.

    Nothing is sent. A summary is a draft until every list that it counts is approved.
    """
    folder = project.path(project.table.outbox) / to_iso(as_of) / FOLDER
    files = summary_files(project, lists)
    for name, content in sorted(files.items()):
        write_bytes(folder / name, content)
    remove_unfinished_in(folder, rf"{to_iso(as_of)}_.+")
    for draft in sorted(folder.glob(f"{to_iso(as_of)}_*.DRAFT.*")):
        if draft.name not in files:
            draft.unlink()
    return tuple(folder / name for name in sorted(files))
