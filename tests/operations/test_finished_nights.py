"""A night that is done: its files in the outbox are written again as they were, and it is done only if the ledger holds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.removed_pages import night_pages, remove_pages
from riskmodel.warning.formats import FORMATS
from tests.worlds.service_runs import serve
from tests.worlds.town import AS_OF

Ready = Callable[..., Project]


def pages(project: Project) -> dict[str, bytes]:
    """The night's files in the outbox."""
    folder = project.path(project.table.outbox) / "2025-12-31"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("approval", [True, False])
def test_what_somebody_deleted_from_the_outbox_is_written_again_as_it_was(
    make_ready: Ready, tmp_path: Path, approval: bool
) -> None:
    project = make_ready(tmp_path / "town", approval=approval)
    serve(project)
    before, folder = pages(project), project.path(project.table.outbox) / "2025-12-31"
    assert len(before) > 10
    shutil.rmtree(folder)
    again = serve(project, hour=6)
    assert (again.state, again.exit_code) == ("done", 0)
    said = f"its lists stay. Written again from the ledger: {len(before)} files missing in the outbox."
    assert again.lines[0].endswith(said)
    assert pages(project) == before
    # one file is gone, and another is being filled in by somebody
    gone, edited = sorted(before)[0], sorted(before)[-1]
    (folder / gone).unlink()
    (folder / edited).write_bytes(b"edited")
    assert serve(project, hour=7).lines[0].endswith("Written again from the ledger: 1 file missing in the outbox.")
    assert pages(project) == before | {edited: b"edited"}
    assert "Written again" not in serve(project, hour=8).lines[0]


def test_an_approved_list_is_not_written_again_with_other_bytes(
    make_ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    serve(project)
    shutil.rmtree(project.path(project.table.outbox) / "2025-12-31")
    csv = FORMATS["csv"]
    monkeypatch.setitem(FORMATS, "csv", replace(csv, render=lambda *given: csv.render(*given) + b"another version"))
    again = serve(project, hour=6)
    assert (again.state, again.exit_code, pages(project)) == ("degraded", 4, {})
    assert again.lines[1].startswith(
        "Problems: files are missing in the outbox and were not written again: The files of 2025-12-31 for "
    )


def test_pages_that_were_pruned_stay_removed(make_ready: Ready, tmp_path: Path) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    serve(project)
    ledger = Ledger.of(project)
    remove_pages(project, AS_OF, night_pages(project, ledger, AS_OF), AS_OF)
    assert serve(project, hour=6).lines[0] == "The night of 2025-12-31 was done before; its lists stay."
    assert pages(project) == {}


def test_a_night_is_done_only_if_the_ledger_holds_it(ready: Project) -> None:
    """A ledger that was restored from an older backup lacks it, although a file beside it says that it is done."""
    made = Ledger.of(ready)
    with made.write():
        pass
    before = ready.ledger_file.read_bytes()
    serve(ready)
    drafts = pages(ready)
    ready.ledger_file.write_bytes(before)
    again = serve(ready, hour=9)
    assert again.lines[0].startswith("Night of 2025-12-31: 3 lists, ")
    assert pages(ready) == drafts
    ready.ledger_file.unlink()
    with pytest.raises(RiskmodelError, match="is missing or empty"):
        serve(ready, hour=10)
