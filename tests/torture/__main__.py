"""Run seeds from the command line: ``python -m tests.torture [--seeds N] [--first N] [--seed N] [--bugs] [--page]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.run_folder import run_folder
from tests.torture.page import page
from tests.torture.planted_bugs import BUGS, CAUGHT_FILE, catches, caught
from tests.torture.seeds import Village, prepared, replay, run_seeds
from tests.torture.village import remembered


def main() -> int:
    """Run seeds and report those that break an invariant."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, help="run this one and show every operation")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--bugs", nargs="*", help="plant these bugs, or all, and record the seeds that catch them")
    parser.add_argument("--page", action="store_true", help="write docs/torture.md from the recorded bugs and runs")
    given = parser.parse_args()
    if given.page:
        (Path(__file__).parents[2] / "docs" / "torture.md").write_text(page(), encoding="utf-8")
        return 0
    memory = Path("/dev/shm")
    with run_folder(memory if memory.is_dir() else Path(tempfile.gettempdir())) as folder:
        village = prepared(folder)
        with remembered():
            if given.seed is not None:
                return replay(village, given.seed)
            if given.bugs is not None:
                return plant(village, given.bugs or list(BUGS), given.seeds)
            began, done, failed = time.monotonic(), 0, 0
            for seed, problem in run_seeds(village, given.first, given.seeds):
                done += 1
                if problem:
                    failed += 1
                    print(f"seed {seed}: {problem}\n  replay: python -m tests.torture --seed {seed}", flush=True)
                if done % 250 == 0:
                    print(f"{done} seeds, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)
                if time.monotonic() - began > given.seconds:
                    break
            print(f"{done} seeds from {given.first} on, {failed} failed, {time.monotonic() - began:.0f} s")
            return int(failed > 0)


def plant(village: Village, names: list[str], most: int) -> int:
    """Plant bugs and record the first seed that catches each."""
    found = catches() if CAUGHT_FILE.exists() else {}
    for name in names:
        catch = caught(village, name, 1, most)
        print(f"{name}: {catch or 'NOT CAUGHT'}", flush=True)
        if catch is not None:
            found[name] = catch
            kept = {bug: list(found[bug]) for bug in BUGS if bug in found}
            CAUGHT_FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(set(names) - set(found) != set())


sys.exit(main())
