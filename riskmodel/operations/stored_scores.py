"""Stored scores: the forecast of every cell on every night.

They are kept for calibration and audits later. One Parquet file per target, under the night, the manifest and the bundle that it follows from. The ledger holds its sha256.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from riskmodel.base.arrow_numbers import number_column, text_column
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import remove_unfinished_in, sha256, write_bytes
from riskmodel.base.project import Project
from riskmodel.ledger import Night
from riskmodel.operations.errors import damaged_scores

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def scores_folder(project: Project) -> Path:
    """Return the folder of a project's stored scores."""
    return project.ledger_file.with_name("scores")


def scores_file(project: Project, as_of: int, experiment: str, manifest: str, model: str) -> Path:
    """Return the file of a target's scores."""
    return scores_folder(project) / to_iso(as_of) / manifest[:16] / f"{name_of(experiment)}-{model[:16]}.parquet"


def write_scores(project: Project, as_of: int, manifest: str, model: str, scores: Scores) -> str:
    """Write a target's scores and return their sha256.

    Columns: cell, mean, dispersion, probability; one row per cell.

    Parameters
    ----------
    model
        The model as the ledger names it.
    """
    content = _parquet(scores, as_of, manifest)
    write_bytes(scores_file(project, as_of, scores.target, manifest, model), content, scores_folder(project))
    return sha256(content)


def remove_unfinished_scores(project: Project) -> None:
    """Remove the scores that a killed night left half-written.

    Nights write them under a lock, and in one folder, so that one look finds those of any night.
    """
    remove_unfinished_in(scores_folder(project), r".+\.parquet")


def read_scores(project: Project, night: Night) -> pa.Table:
    """Return the stored scores of a target of a night.

    Raises
    ------
    IntegrityError
        If they were not kept, are missing or were changed.
    """
    file = scores_file(project, night.as_of, night.experiment, night.manifest, night.model)
    if night.scores is None or not file.is_file() or sha256(file) != night.scores:
        raise damaged_scores(night.as_of, night.experiment)
    return pq.read_table(file)


def scored_nights(project: Project) -> list[int]:
    """Return the days of nights that have stored scores."""
    folder = scores_folder(project)
    return [to_day(name) for name in sorted(os.listdir(folder)) if _DATE.fullmatch(name)] if folder.is_dir() else []


def remove_old_scores(project: Project, day: int) -> None:
    """Remove the scores of nights older than ``warnings.scores_days``."""
    folder, first = scores_folder(project), to_iso(day - project.table.warnings.scores_days)
    # names are dates in order, and most nights are kept
    for night in os.listdir(folder) if folder.is_dir() else ():
        if night < first and are_scores_expired(project, night, day):
            shutil.rmtree(folder / night)


def are_scores_expired(project: Project, night: str, day: int) -> bool:
    """Return whether the scores of a night are too old."""
    return _DATE.fullmatch(night) is not None and to_day(night) < day - project.table.warnings.scores_days


def changed_scores(project: Project, nights: Iterable[Night], day: int) -> list[str]:
    """Return night and target of missing or changed scores."""
    found = []
    for night in nights:
        file = scores_file(project, night.as_of, night.experiment, night.manifest, night.model)
        expired = are_scores_expired(project, to_iso(night.as_of), day)
        if (
            night.scores is not None
            and not (expired and not file.exists())
            and not (file.is_file() and sha256(file) == night.scores)
        ):
            found.append(f"{to_iso(night.as_of)} {night.experiment}")
    return found


def _parquet(scores: Scores, as_of: int, manifest: str) -> bytes:
    """Return the bytes of the file."""
    facts = {
        "as_of": to_iso(as_of),
        "target": scores.target,
        "model": scores.model,
        "manifest": manifest,
        "horizon": str(scores.horizon),
    }
    table = pa.table(
        {
            "cell": text_column([scores.places.ids[cell] for cell in scores.cell]),
            "mean": number_column(scores.mean),
            "dispersion": number_column(scores.dispersion),
            "probability": number_column(scores.probability),
        }
    ).replace_schema_metadata(facts)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()
