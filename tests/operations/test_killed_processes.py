"""Real processes that are killed or race: what was approved is sent by the next command, and the way back is never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from riskmodel import registry
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.nightly import approve
from riskmodel.operations.project_audit import audit_project
from riskmodel.operations.project_restore import restore_project
from riskmodel.warning.formats import FORMATS
from tests.worlds.town import AS_OF, experiment, left_by, run, trained

ROOT = Path(__file__).parents[2]

KILLED_APPROVAL = """
import os, signal, sys
from riskmodel.base.project import load_project
from riskmodel.operations.nightly import approval

left, whole = int(sys.argv[2]), os.replace

def killing(*paths):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    whole(*paths)

os.replace = killing
approval.approve(load_project(sys.argv[1]), "2025-12-31", role="duty officer", day="2025-12-31")
"""

KILLED_NIGHT = """
import os, signal, sys
from riskmodel.base.days import to_day
from riskmodel.base.project import load_project
from riskmodel.operations.nightly import run_nightly

synced = os.fsync

def killing(file):
    name = os.readlink(f"/proc/self/fd/{file}")
    if name.endswith(".part") and sys.argv[2] in name:
        assert "pandas" not in sys.modules, "its import is a seventh of a small night"
        os.kill(os.getpid(), signal.SIGKILL)
    synced(file)

os.fsync = killing
run_nightly(load_project(sys.argv[1]), "2025-12-31", day=to_day("2025-12-31"))
"""

RACING_PROMOTIONS = """
import os, sys
import mlflow.store.tracking.sqlalchemy_store
import riskmodel.forecasts.bundle
from riskmodel.base.project import load_project
from riskmodel.operations.promotion import promote

project = load_project(sys.argv[1])
start, go = os.pipe()
racers = []
for order in sys.argv[2:]:
    racers.append(os.fork())
    if not racers[-1]:
        os.close(go)
        os.read(start, 1)
        for version in map(int, order):
            promote(project, "fire", version, role="analyst", day=20000)
        os._exit(0)
os.close(go)
sys.exit(any(os.waitpid(racer, 0)[1] for racer in racers))
"""
"""Three processes that begin when the pipe is closed; the libraries, which take seconds, are imported once."""


BESIDE_A_NIGHT = """
import os, sys
from pathlib import Path
import riskmodel.forecasts.bundle
from riskmodel.base.project import load_project
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_status import project_status

project, day, copy = load_project(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])

def looks():
    for _ in range(20):
        project_status(project, day + 1)
        with Ledger.of(project).read() as book:
            assert {night: len(book.lists.of(night)) for night in book.nights.dates()}.items() <= {day: 3, day + 1: 3}.items()

work = [
    lambda: run_nightly(project, day + 1, day=day + 1),
    lambda: approve(project, day, role="duty officer", day=day + 1),
    lambda: approve(project, day, role="shift leader", day=day + 1),
    lambda: back_up_project(project, copy, day + 1),
    looks,
]
start, go = os.pipe()
racers = []
for one in work:
    racers.append(os.fork())
    if not racers[-1]:
        os.close(go)
        os.read(start, 1)
        one()
        os._exit(0)
os.close(go)
sys.exit(any(os.waitpid(racer, 0)[1] for racer in racers))
"""
"""A night with two approvals, a backup and looks at the project beside it."""


def started(code: str, *words: object) -> subprocess.Popen[bytes]:
    """A Python process of its own that imports this checkout."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": str(Path(sys.executable).parent), "HOME": str(Path.home())}
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


# the outbox, the first delivery with its receipt, and two files of the second one
@pytest.mark.parametrize("writes", [0, 3 * len(FORMATS) + (len(FORMATS) + 1) + 2])
def test_a_killed_approval_is_named_and_completed_by_the_next_command(drafted: Project, writes: int) -> None:
    """After the approval was committed: before anything was written, and in the middle of the second centre's delivery."""
    with started(KILLED_APPROVAL, drafted.folder, writes) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said.decode()
    ledger = Ledger.of(drafted)
    with ledger.read() as book:
        assert all(one.approved for one in book.lists.of(AS_OF))
    waiting = undelivered(ledger)
    assert len(waiting) == (3 if writes == 0 else 2)
    report = run(drafted, AS_OF + 1)
    assert report.undelivered == ()
    assert undelivered(ledger) == ()
    assert not list(drafted.path("outbox").rglob("*.part"))
    with ledger.read() as book:
        assert len(book.receipts.of(AS_OF)) == 3
    sent = {name: content for name, content in left_by(drafted).items() if name.startswith("sent/2025-12-31")}
    assert len(sent) == 3 * len(FORMATS)
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    assert sent.items() <= left_by(drafted).items()


@pytest.mark.parametrize(("written", "night"), [(".parquet", AS_OF + 1), ("DRAFT.csv", AS_OF)])
def test_what_a_killed_night_left_half_written_goes_with_the_next_one(ready: Project, written: str, night: int) -> None:
    with started(KILLED_NIGHT, ready.folder, written) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, said.decode()
    (left,) = ready.folder.rglob(".*.part")
    of_a_run, others = left.with_name(left.name.replace(str(process.pid), str(os.getppid()))), left.with_name(".notes.part")
    for path in (of_a_run, others):
        path.write_bytes(b"of somebody else")
    assert run(ready, night).exit_code == 0
    assert sorted(ready.folder.rglob(".*.part")) == sorted([of_a_run, others])


def test_promotions_of_racing_processes_keep_the_way_back(ready: Project) -> None:
    for half_life in (30, 60):
        trained(ready, experiment(half_life=half_life))
    with started(RACING_PROMOTIONS, ready.folder, "123", "321", "231") as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said.decode()
    now, before = (registry.alias(ready, "fire", name) for name in (registry.CHAMPION, registry.PREVIOUS))
    assert now is not None
    assert before is not None
    assert now.version != before.version
    with Ledger.of(ready).read() as book:
        log = book.promotions.of("fire")
    assert (log[-1].version, log[-1].before) == (now.version, before.version)
    assert all(later.before == earlier.version for earlier, later in pairwise(log))


def test_a_night_with_approvals_a_backup_and_looks_beside_it_loses_nothing(drafted: Project, tmp_path: Path) -> None:
    copy, restored = tmp_path / "backup", tmp_path / "restored"
    with started(BESIDE_A_NIGHT, drafted.folder, AS_OF, copy) as process:
        _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    restore_project(copy, restored)
    for project in (drafted, load_project(restored)):
        assert audit_project(project, AS_OF + 1).passed
        with Ledger.of(project).read() as book:
            assert all(len(book.lists.of(night)) == 3 for night in book.nights.dates())
    with Ledger.of(drafted).read() as book:
        assert [one.approved for one in book.lists.of(AS_OF)] == [True] * 3
        assert len(book.receipts.of(AS_OF)) == 3
    assert undelivered(Ledger.of(drafted)) == ()
