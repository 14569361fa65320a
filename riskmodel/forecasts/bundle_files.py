"""Files of a bundle: content, and manifest with its digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from riskmodel.base.errors import RiskmodelError
from riskmodel.forecasts.digested_files import MANIFEST, read_digested

CONTENT = "bundle.json"


def read_content(folder: Path, newest: int) -> dict[str, Any]:
    """Return the JSON form of a bundle, after its manifest was checked.

    Raises
    ------
    RiskmodelError
        If a file is missing, the content is not what the manifest says, or its format is newer than ``newest``.
    """
    if not (folder / MANIFEST).is_file() or not (folder / CONTENT).is_file():
        raise RiskmodelError(f"There is no bundle in {str(folder)!r}. Train one with 'riskmodel train EXPERIMENT'.")
    found, damaged = read_digested(folder, [CONTENT])
    if damaged:
        raise RiskmodelError(
            f"The bundle in {str(folder)!r} is damaged: {CONTENT} is not what its manifest says. Train it again."
        )
    form: dict[str, Any] = json.loads(found[CONTENT])
    if form["format"] > newest:
        raise RiskmodelError(
            f"The bundle in {str(folder)!r} has format {form['format']}, this version of riskmodel reads {newest}. Nothing was loaded. "
            "Upgrade riskmodel, or train again."
        )
    return form
