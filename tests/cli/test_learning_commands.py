"""Train and promote: faults before anything is learned, and models that fail their own last dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.refit_check import MostSeen, beyond
from tests.cli.conftest import Run
from tests.worlds.hamlet import EXPERIMENT


def test_an_experiment_on_a_layer_is_not_promoted(hamlet: Path, run: Run) -> None:
    table = (hamlet / "riskmodel.toml").read_text(encoding="utf-8")
    layer = (
        '\n[layers.fine.places]\npath = "cells.csv"\nid = "cell"\ngroupings = { town = "town" }\n'
        '\n[[layers.fine.sources]]\nname = "fine"\npath = "more.csv"\nkind = "noise"\n'
        'columns = { id = "id", cell = "cell", occurred = "day" }\n'
    )
    (hamlet / "riskmodel.toml").write_text(table + layer, encoding="utf-8")
    (hamlet / "experiments" / "fine.toml").write_text(
        EXPERIMENT.replace("champion", 'layer = "fine"\nchampion', 1), encoding="utf-8"
    )
    left = run("--project", hamlet, "promote", "fine")
    assert left.code == 2
    assert "is on a layer; lists are of the project's own cells" in left.err


def test_a_model_that_fails_is_registered_named_and_not_promoted(hamlet: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--project", hamlet, "ingest").code == 0
    left = run("--project", hamlet, "train", "thefts")
    assert left.code == 0
    assert "Next: riskmodel promote thefts" in left.out
    note = beyond("Persistence", 900.0, MostSeen(3.0))
    monkeypatch.setattr(
        "riskmodel.forecasts.training.fit_calibrated", lambda *given: fit_calibrated(*given)._replace(notes=(note,))
    )
    left = run("--project", hamlet, "train", "thefts", "--json", "-")
    found = json.loads(left.out)
    assert left.code == 4
    assert (found["version"], found["failed"], found["notes"]) == (2, True, [note.to_json()])
    left = run("--project", hamlet, "train", "thefts")
    assert "FAILED: Persistence: it forecasts 900 events on the newest date, where at most 3 were seen." in left.out
    assert "promote refuses it" in left.out
    left = run("--project", hamlet, "promote", "thefts")
    assert left.code == 3
    assert "--although-failed" in left.err
    assert run("--project", hamlet, "promote", "thefts", "--although-failed").code == 0
