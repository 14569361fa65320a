"""A ledger that is another one than that of the nights before is named, since it forgets what they listed."""

from __future__ import annotations

import shutil

from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.operations.night_service import run_service
from riskmodel.operations.project_status import project_status
from riskmodel.operations.unknown_nights import unknown_nights
from tests.worlds.town import AS_OF, run

SAID = "the outbox has 1 night up to 2025-12-31 that the ledger does not know, so their approvals, answers and follow-ups do not count"


def test_another_ledger_than_that_of_the_nights_before_is_named(ready: Project) -> None:
    assert run(ready).unknown == ()
    path = ready.folder / "riskmodel.toml"
    path.write_text(f'store = "data/operation.db"\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    project, now = load_project(ready.folder), lambda: (AS_OF + 1) * 86_400
    first, again = (run_service(project, AS_OF + 1, clock=now) for _ in range(2))
    assert first.night is not None
    assert (first.exit_code, first.night.to_json()["unknown_nights"]) == (4, ["2025-12-31"])
    assert any(SAID in line for line in first.lines)
    # the night is done, and says it still
    assert (again.exit_code, again.night) == (4, None)
    assert any(SAID in line for line in again.lines)
    (item,) = (one for one in project_status(project, AS_OF + 1).items if one.code == "unknown-nights")
    assert (item.stuck, item.said.en[1:], "Check 'store'" in item.remedy.en) == (True, f"{SAID[1:]}.", True)
    # empty folders, others and those of nights long ago say nothing
    outbox = ready.path("outbox")
    for name in ("2025-12-30", "2025-13-45x", "2025-11-01/x"):
        (outbox / name).mkdir(parents=True)
    with Ledger.of(project).read() as book:
        assert unknown_nights(project, book, AS_OF + 1) == ("2025-12-31",)
    shutil.rmtree(outbox / "2025-12-31")
    assert run_service(project, AS_OF + 1, clock=now).exit_code == 0
