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

`tests/torture/` runs the real code of night, approval, delivery and answers, in one process. Its project has four cells, a folder of the receiver, and a
choice of drop folder, feed, webhook and mail. A seed draws some actions and a fault for each. Actions are a night, an approval of what was read a while
ago, answers, a delivery, a silence, an acknowledgement, a removal of old pages, new rows, and time that passes or is set back.

More than half of the seeds follow a story that would seldom come about by chance:

- An officer approves what was read before new rows came.
- The same answers come in again on later days.
- Two machines deliver at once, or the next night is run meanwhile.
- An approval is stopped while it writes files.
- A receiver fails several times and recovers after the clock was set right.
- The power is cut between an approval and the receiver's answer.

In one seed of five the ledger is open in another program at the same time.

| what fails | how |
|---|---|
| process | killed at any operation of files, of SQLite or of a receiver; a file that was being written may be there in part |
| power | cut at any operation, also while nothing works. Content that is not synced is kept, lost or torn, a name kept or lost, each at random. In databases this is drawn page by page and sector by sector |
| disk | full, or an input/output error, at any operation, once or from then on |
| clock | jumps forward and days back |
| receiver | does not answer, fails, redirects, takes a list and loses the answer, answers after the lease has ended, says conflict, acknowledges another id, gets a request twice or later again |
| second machine | delivers from the same ledger while a receiver is slow, and may die over it |

The operations are seen where they happen: Python's audit events, `os.fsync`, and a file system that is registered with SQLite. Receivers stand behind
the sockets of the webhook and behind `smtplib`.

After every action this must hold:

- What was approved, receipted, answered, acknowledged, silenced or journalled is still there.
- Only what a person read is approved. Only what is approved, and no other content, reached a receiver.
- Nothing takes effect twice at a receiver that keeps ids.
- Each receipt was given by a receiver, and each failure is noted.
- No half-written file is in sight of a receiver.
- Waits, leases and tokens are as [decision 0027](decisions/0027-an-outbox-in-the-ledger.md) states them.
- No list leaves in a silence or in quiet hours.
- The night's exit code and last lines say what waits.

Once nothing fails any more, three runs deliver everything, the audit passes, and each answer is a record once.

`make torture SEEDS=1000` runs seeds, `make torture SEED=17` one of them with every operation. A failure prints the command that replays it
exactly. `make test` runs the first 100, every planted bug, and the later seeds that catch one.

## Runs
"""

KILLS_HEAD = """
## Real kills

`python -m tests.torture.real_kills` runs nights, approvals and files of answers as real processes on a real disk, four nights to a copy of the
project. Each is killed one to three times by `kill -9`, at a random time, and then runs to its end. After that no approval, receipt, answer or journal entry may be
missing or be there twice. No receiver's folder may lack a file or hold a half-written one.

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
