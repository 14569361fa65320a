"""Every notebook runs as a script and as a notebook, without a warning."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.worlds.simulated_county import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_a_tour() -> None:
    assert "01_tour" in [path.stem for path in NOTEBOOKS]


@every
def test_it_runs_as_a_plain_script(path: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env=dict(os.environ),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 10
    assert list(tmp_path.iterdir()) == []


@every
def test_it_runs_as_a_notebook_and_draws(path: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Jupyter's own libraries say to each other
        import jupytext
        import nbformat
        from nbclient import NotebookClient

        notebook = jupytext.read(path)
        assert notebook.metadata["kernelspec"]["name"] == "python3"
        nbformat.validate(nbformat.from_dict(notebook))
        client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
        client.execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    tables = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(drawn) >= 1
    assert len(drawn) + len(tables) >= 2
