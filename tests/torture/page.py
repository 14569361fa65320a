"""The page about the harness: what it does, the planted bugs with their seeds, and the recorded runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.torture.planted_bugs import BUGS, catches

RUNS_FILE = Path(__file__).with_name("runs.json")
"""Recorded long runs: day, seeds, those that broke an invariant, and what was found."""

KILLS_FILE = Path(__file__).with_name("kills.json")
"""Recorded runs with real processes: day, processes that were killed, problems, command, and what the run was."""

HEAD = """# The torture harness

<!-- Written by `python -m tests.torture --page`; do not edit. -->

`tests/torture/` runs the real night, approval, delivery and answering code in one process, on a project of four cells with a folder of the
receiver and a choice of drop folder, feed, webhook and mail. A seed draws some actions (a night, an approval of what was read a while ago,
answers, a delivery, a silence, an acknowledgement, a removal of old pages, new rows, time that passes or is set back) and a fault for each. More than half follow a story
that would seldom come about by chance: an officer approves what was read before new rows came, the same answers come in again on later days, two machines
deliver at once, the next night is run, an approval is stopped while it writes files, a receiver fails several times and recovers after the clock
was set right, or the power is cut between an approval and the receiver's answer. In one of five the ledger is open in another program at the same time.

| what fails | how |
|---|---|
| process | killed at any operation of files, of SQLite or of a receiver; a file that was being written may be there in part |
| power | cut at any operation: an unsynced content is kept, lost or torn, an unsynced name kept or lost, each at random; in databases page by page and sector by sector; also while nothing works |
| disk | full, or an input/output error, at any operation, once or from then on |
| clock | jumps forward and days back |
| receiver | does not answer, fails, redirects, takes a list and loses the answer, answers after the lease has ended, says conflict, acknowledges another id, gets a request twice or later again |
| second machine | delivers from the same ledger while a receiver is slow, and may die over it |

The operations are seen where they happen: Python's audit events, `os.fsync`, and a file system that is registered with SQLite. Receivers stand behind
the sockets of the webhook and behind `smtplib`.

After every action: what was approved, receipted, answered, acknowledged, silenced or journalled is still there; only what a person read is
approved; nothing that is not approved, and no other content, reached a receiver; nothing takes effect twice at a receiver that keeps ids;
no receipt that no receiver gave; no failure that is not noted; no half-written file in sight of a receiver; waits, leases and tokens as
[decision 0027](decisions/0027-an-outbox-in-the-ledger.md) states them; no list left in a silence or in quiet hours; and the night's exit code and last lines
say what waits. Once nothing fails any more, three runs deliver everything, the audit passes, and each answer is a record once.

`make torture SEEDS=1000` runs seeds, `make torture SEED=17` one of them with every operation. A failure prints the command that replays it
exactly. `make test` runs the first 200 and every planted bug.

## Runs
"""

KILLS_HEAD = """
## Real kills

`python -m tests.torture.real_kills` runs nights, approvals and files of answers as real processes on a real disk, four nights to a copy of the
project, and kills each at a random time by `kill -9`, one to three times, before it runs to its end. Then no approval, receipt, answer or journal entry may be
missing, none may be there twice, and no receiver's folder may lack a file or hold a half-written one.

| day | processes killed | lost, doubled or half-written | command | note |
|---|---|---|---|---|
"""

BUGS_HEAD = """
## Planted bugs

Each is planted in the code under test; the seed breaks an invariant with it. `python -m tests.torture --bugs --seeds 500` writes the
table.

| planted bug | caught by seed | what the harness says |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    runs = json.loads(RUNS_FILE.read_text(encoding="utf-8"))
    lines = ["", "| day | seeds | broke an invariant | what was found |", "|---|---|---|---|"]
    lines += [f"| {run['day']} | {run['seeds']:,} | {run['broken']} | {run['found']} |" for run in runs]
    kills = [
        f"| {run['day']} | {run['killed']:,} | {run['problems']} | `{run['command']}` | {run['note']} |"
        for run in json.loads(KILLS_FILE.read_text(encoding="utf-8"))
    ]
    rows = []
    for name, catch in catches().items():
        what = (BUGS[name].__doc__ or "").strip().removesuffix(".")
        rows.append(f"| {what} | {catch.seed} | {catch.says.replace('|', '/')} |")
    missed = sorted(set(BUGS) - set(catches()))
    if missed:
        rows += ["", f"Also planted, and not caught by the seeds that were tried: {', '.join(f'`{name}`' for name in missed)}."]
    return HEAD + "\n".join(lines) + "\n" + KILLS_HEAD + "\n".join(kills) + "\n" + BUGS_HEAD + "\n".join(rows) + "\n"
