"""Train and promote: faults before anything is learned."""

from __future__ import annotations

from pathlib import Path

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
