"""A backtest's result in a folder.

It is a file of JSON, one of arrays and a manifest. They are data only. Digests are checked before anything is parsed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.files import canonical_json
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting.settings_search import SearchTrial
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.digested_files import MANIFEST, read_digested, write_digested
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.records.places import Places

FORMAT = 1
CONTENT, ARRAYS = "result.json", "arrays.npy"


def save_result(result: Any, folder: Path) -> None:
    """Write the fields of a result into a folder, then their digests."""
    arrays = {name: getattr(result, name) for name in ("cell", "as_of", "y", "fold")}
    if result.expected is not None:
        arrays["expected"] = result.expected
    for part in ("forecasts", "first_fit"):
        for number, one in enumerate(getattr(result, part).values()):
            arrays |= {f"{part}:{number}:mean": one.mean, f"{part}:{number}:dispersion": one.dispersion}
    arrays |= {f"places:{name}": values for name, values in result.places.arrays().items()}
    content = {
        "format": FORMAT,
        "experiment": json.loads(result.experiment.model_dump_json()),
        "source": result.experiment.source_text,
        "places": result.places.head(),
        "origins": list(result.origins),
        "forecasts": list(result.forecasts),
        "first_fit": list(result.first_fit),
        "trials": [asdict(one) for one in result.trials],
        "ablation": list(result.ablation),
        "conformal": {name: [None if one is None else one.to_json() for one in fits] for name, fits in result.conformal.items()},
        "notes": {name: [[note.to_json() for note in fit] for fit in fits] for name, fits in result.notes.items()},
        "arrays": list(arrays),
    }
    write_digested(folder, {CONTENT: canonical_json(content), ARRAYS: _packed(arrays)}, FORMAT)


def read_result(folder: Path) -> dict[str, Any]:
    """Return the fields of a result in a folder.

    Raises
    ------
    UsageError
        If there is none.
    RiskmodelError
        If its format is newer, or a file is damaged.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"There is no backtest result in {str(folder)!r}. Save one with result.save(folder).")
    files, damaged = read_digested(folder, (CONTENT, ARRAYS))
    if damaged:
        raise IntegrityError(
            f"The backtest result in {str(folder)!r} is damaged: {', '.join(damaged)} is not what was stored. Nothing was loaded. Run the backtest again, and save it."
        )
    form: dict[str, Any] = json.loads(files[CONTENT])
    if form["format"] > FORMAT:
        raise RiskmodelError(
            f"The backtest result in {str(folder)!r} has format {form['format']}, this version of riskmodel reads {FORMAT}. Upgrade riskmodel, or run the backtest again."
        )
    file = io.BytesIO(files[ARRAYS])
    arrays = {name: np.load(file, allow_pickle=False) for name in form["arrays"]}
    return {
        "experiment": Experiment.model_validate(form["experiment"]).with_source(form["source"]),
        "places": Places.from_arrays(
            form["places"], {name[7:]: one for name, one in arrays.items() if name.startswith("places:")}
        ),
        **{name: arrays[name] for name in ("cell", "as_of", "y", "fold")},
        "origins": tuple(form["origins"]),
        "forecasts": _distributions("forecasts", form, arrays),
        "expected": arrays.get("expected"),
        "first_fit": _distributions("first_fit", form, arrays),
        "trials": tuple(SearchTrial(**one) for one in form["trials"]),
        "ablation": tuple(form["ablation"]),
        "conformal": {name: tuple(map(Conformal.from_json, fits)) for name, fits in form["conformal"].items()},
        "notes": {name: tuple(tuple(map(FitNote.from_json, fit)) for fit in fits) for name, fits in form["notes"].items()},
    }


def _packed(arrays: Mapping[str, Any]) -> bytes:
    file = io.BytesIO()
    for values in arrays.values():
        np.save(file, np.ascontiguousarray(values), allow_pickle=False)
    return file.getvalue()


def _distributions(part: str, form: Mapping[str, Any], arrays: Mapping[str, Any]) -> dict[str, CountDistribution]:
    return {
        name: CountDistribution(arrays[f"{part}:{number}:mean"], arrays[f"{part}:{number}:dispersion"])
        for number, name in enumerate(form[part])
    }
