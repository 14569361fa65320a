"""One night of a simulated province from the shell: ``python benchmarks/province_night.py [--cells N] [--years N] [--keep DIR]``.

The tables of the province are simulated and all but their last day's rows ingested. The three targets are trained on the default county of
the same simulator. Then the last rows arrive, and ``riskmodel night`` runs as a process of its own: ingest, scores, detection, lists and
delivery. It prints time and memory of each command.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import pyarrow.parquet

import riskmodel as rm
from benchmarks.common.county import ROOT, county
from riskmodel import registry
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER


def province(folder: Path, cells: int, years: int) -> int:
    """Make the project and its tables; return the day of the night."""
    for part in ("riskmodel.toml", "features", "experiments"):
        source = ROOT / part
        shutil.copytree(source, folder / part) if source.is_dir() else shutil.copy(source, folder / part)
    settings = folder / "riskmodel.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("approval = true") == 1
    settings.write_text(text.replace("approval = true", "approval = false"), encoding="utf-8")
    summary = rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=cells, first=f"{2026 - years}-01-01", years=years))
    print(f"{cells:,} cells, {years} years: {summary.records:,} records", flush=True)
    return rm.to_day(summary.last) + 1


def held_back(folder: Path, share: float) -> dict[Path, Path]:
    """Cut the last rows off each table; return the whole tables by the cut ones."""
    whole = {}
    for source in rm.load_project(folder).table.sources:
        path = folder / source.path if source.path else None
        if path is None or not path.is_file():
            continue
        kept = path.with_name(f"{path.name}.whole")
        path.rename(kept)
        whole[path] = kept
        if path.suffix == ".parquet":
            table = pyarrow.parquet.read_table(kept)
            pyarrow.parquet.write_table(table.slice(0, len(table) - round(share * len(table))), path)
        else:
            lines = kept.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(lines[: len(lines) - round(share * len(lines))]))
    return whole


def champions(project: rm.Project, day: int) -> None:
    """Train every target on the default county and promote it here."""
    with county(None) as small:
        history, library = rm.load_history(small), rm.load_features(small)
        for name in project.table.warnings.split:
            experiment = rm.load_experiment(project, name)
            bundle = rm.train(experiment, history, library.choose(experiment.features), as_of=day - 1)
            made = registry.record_training(
                project, experiment, bundle, loader=LOADER, fingerprint=history.fingerprint(), manifest="benchmark"
            )
            promote(project, name, made.version, role=project.table.roles[0], day=day - 1)


MEASURED = """
import sys, time
from pathlib import Path
began = time.monotonic()
from riskmodel.cli import app
code = 0
try:
    app()
except SystemExit as end:
    code = end.code or 0
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(f"exit code {code}, {time.monotonic() - began:.0f} s, {time.process_time():.0f} s of processor time, {int(peak) / 1e6:.2f} GB", flush=True)
"""
"""A process that runs a command and prints what it took; the peak is that of the process alone."""


def command(folder: Path, *words: str) -> None:
    """Run a command in a process of its own; print its lines, seconds and peak memory."""
    print(f"riskmodel {' '.join(words)}", flush=True)
    subprocess.run([sys.executable, "-c", MEASURED, "--quiet", "--project", str(folder), *words], cwd=ROOT, check=True)


def main() -> None:
    """Make the province and run its night twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=120_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder in which the province is made and kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        day = province(folder, asked.cells, asked.years)
        whole = held_back(folder, 1 / (365 * asked.years))
        command(folder, "ingest", "--ingested", rm.to_iso(day - 1))
        champions(rm.load_project(folder), day)
        for path, kept in whole.items():
            kept.replace(path)
        command(folder, "night", "--as-of", rm.to_iso(day))
        command(folder, "night", "--as-of", rm.to_iso(day))


if __name__ == "__main__":
    main()
