"""Every notebook runs as a script and as a notebook, without a warning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.worlds.simulated_county import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_a_tour() -> None:
    assert "01_tour" in [path.stem for path in NOTEBOOKS]


KEEPING = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.worlds.kept_backtests import keep_backtests
from tests.worlds.kept_counties import keep_counties
keep_counties(Path({kept!r}) / "counties")
keep_backtests(Path({kept!r}) / "backtests")
"""
"""Begins both processes: a county is simulated once for all notebooks, and what the scripts forecast is read by the notebooks."""

ALL = """
import contextlib, io, json, runpy
left = {}
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        runpy.run_path(path, run_name="__main__")
    left[path] = [out.getvalue(), err.getvalue()]
print(json.dumps(left))
"""
"""Runs every notebook as a script, one after the other in one process: the libraries take longer than they do."""


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Code that lets a process use the counties that are already simulated, and the forecasts of backtests."""
    return KEEPING.format(root=str(ROOT), kept=str(tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="module")
def scripts(keeping: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Standard output and standard error of each notebook as a script."""
    folder = tmp_path_factory.mktemp("scripts")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", keeping + ALL, *map(str, NOTEBOOKS)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env=dict(os.environ),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout)


@every
def test_it_runs_as_a_plain_script(path: Path, scripts: dict[str, list[str]]) -> None:
    out, err = scripts[str(path)]
    assert err == ""
    assert len(out.splitlines()) > 10


@pytest.fixture(scope="module")
def executed(keeping: str, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[Any]]:
    """The executed cells of each notebook, one after the other in one kernel, which forgets its names before the next one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Jupyter's own libraries say to each other
        import jupytext
        import nbformat
        from nbclient import NotebookClient

        notebooks = {path: jupytext.read(path) for path in NOTEBOOKS}
        for notebook in notebooks.values():
            assert notebook.metadata["kernelspec"]["name"] == "python3"
            nbformat.validate(nbformat.from_dict(notebook))
        whole = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(keeping)])
        for notebook in notebooks.values():
            whole.cells += [nbformat.v4.new_code_cell("%reset -f"), *notebook.cells]
        folder = str(tmp_path_factory.mktemp("notebooks"))
        NotebookClient(whole, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    return {path: notebook.cells for path, notebook in notebooks.items()}


@every
def test_it_runs_as_a_notebook_and_draws(path: Path, executed: dict[Path, list[Any]]) -> None:
    cells = [cell for cell in executed[path] if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    tables = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(drawn) >= 1
    pictures = [[output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})] for cell in cells]
    assert [index for index, shown in enumerate(pictures) if len(shown) > 1] == []
    texts = [output.data.get("text/plain", "") for output in outputs if [*output.get("data", {})] == ["text/plain"]]
    assert [text for text in texts if "matplotlib" in text or text.startswith(("[Text(", "<Figure"))] == []
    assert len(drawn) + len(tables) >= 2
