"""Every command on every faulty file that it needs: a documented exit code, a message that helps, and nothing half-written.

:data:`EXPECTED` is the whole matrix: one row per command and file, one column per state of the file, and the exit code in each.
A letter beside a code is a reason in :data:`REASONS`: why the fault may pass, or why its message need not name the file.
Afterwards the file is put back, and the same command must complete with 0. Where the refused command left every byte of the project as
it was, that is shown once per command, since there is nothing in which the project that it would run on differs.

The messages stand in ``messages.txt``, to be read through by a person. Run with ``RISKMODEL_WRITE_MESSAGES=1`` to write it again.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.ready_project import COMMANDS, STATES, path_of, run_command
from tests.worlds.copied_project import copied_project
from tests.worlds.folder_contents import Contents, contents_of, put_back

MESSAGES = Path(__file__).parent / "messages.txt"

EXPECTED = """
command     file            missing  empty  damaged  folder  later
ingest      riskmodel.toml  2        2      2        2       -
ingest      source          4s       4s     4s       4s      -
ingest      cells           2        2      2        2       -
ingest      exports         2        2      2        2       -
ingest      current         1        1      1        1       -
ingest      manifest        1        1      1        1       1
ingest      part            0u       0u     0u       1       -
ingest      places          0p       0p     0p       1       -
quarantine  riskmodel.toml  2        2      2        2       -
quarantine  current         1        1      1        1       -
quarantine  manifest        1        1      1        1       1
backup      riskmodel.toml  2        2      2        2       -
backup      current         1        1      1        1       -
backup      manifest        1        1      1        1       1
backup      part            1        1      1        1       -
backup      places          1        1      1        1       -
backup      ledger          1        1      2        1       2
backup      mlflow          1        1      1        1       0m
restore     riskmodel.toml  2        2      2        2       -
restore     b-manifest      2        1      1        1       2
restore     b-file          1        1      1        1       -
check       riskmodel.toml  2        2      2        2       -
check       current         1        1      1        1       -
check       manifest        1        1      1        1       1
check       part            1        1      1        1       -
check       places          1        1      1        1       -
features    riskmodel.toml  2        2      2        2       -
features    features        0f       2      2        1       -
backtest    riskmodel.toml  2        2      2        2       -
backtest    experiment      2e       2      2        2e      -
backtest    features        2e       2      2        1       -
backtest    current         1        1      1        1       -
backtest    manifest        1        1      1        1       1
backtest    part            1        1      1        1       -
backtest    places          1        1      1        1       -
backtest    looks           1        1      1        1       -
train       riskmodel.toml  2        2      2        2       -
train       experiment      2e       2      2        2e      -
train       features        2e       2      2        1       -
train       current         1        1      1        1       -
train       manifest        1        1      1        1       1
train       part            1        1      1        1       -
train       places          1        1      1        1       -
train       mlflow          1        1      1        1       1
promote     riskmodel.toml  2        2      2        2       -
promote     experiment      2e       2      2        2e      -
promote     ledger          1        1      2        1       2
promote     mlflow          1        1      1        1       1
promote     bundle          1b       1b     1b       1b      1b
promote     MLmodel         1b       1b     1b       1b      -
nightly     riskmodel.toml  2        2      2        2       -
nightly     current         1        1      1        1       -
nightly     manifest        1        1      1        1       1
nightly     part            1        1      1        1       -
nightly     places          1        1      1        1       -
nightly     ledger          1        1      2        1       2
nightly     mlflow          1        1      1        1       1
nightly     bundle          1b       1b     1b       1b      1b
nightly     MLmodel         1b       1b     1b       1b      -
warnings    riskmodel.toml  2        2      2        2       -
warnings    ledger          1        1      2        1       2
approve     riskmodel.toml  2        2      2        2       -
approve     ledger          1        1      2        1       2
approve     list            0l       0l     0l       1       -
answer      riskmodel.toml  2        2      2        2       -
answer      ledger          1        1      2        1       2
answer      answers         2        2      1        2       -
surge       riskmodel.toml  2        2      2        2       -
surge       current         1        1      1        1       -
surge       manifest        1        1      1        1       1
surge       part            1        1      1        1       -
surge       places          1        1      1        1       -
why         riskmodel.toml  2        2      2        2       -
why         ledger          1        1      2        1       2
why         mlflow          1        1      1        1       1
why         bundle          1b       1b     1b       1b      1b
audit       riskmodel.toml  2        2      2        2       -
audit       ledger          1        1      2        1       2
replay      riskmodel.toml  2        2      2        2       -
replay      ledger          1        1      2        1       2
replay      mlflow          1        1      1        1       1
replay      bundle          1b       1b     1b       1b      1b
replay      MLmodel         1b       1b     1b       1b      -
night       riskmodel.toml  2        2      2        2       -
night       source          4n       4n     4n       4n      -
night       current         1        1      1        1       -
night       manifest        1        1      1        1       1
night       part            0u       0u     0u       1       -
night       places          0p       0p     0p       1       -
night       ledger          1        1      2        1       2
night       mlflow          1        1      1        1       1
night       bundle          1b       1b     1b       1b      1b
night       MLmodel         1b       1b     1b       1b      -
status      riskmodel.toml  2        2      2        2       -
status      current         1        1      1        1       -
status      manifest        1        1      1        1       1
status      ledger          1        1      2        1       2
"""

REASONS = {
    "b": "the message names the folder of the model, whose files are checked together",
    "e": "the message names the experiment or module as the user wrote it, and those that there are",
    "f": "every file in features/ is a module; one that is gone is missed by the experiment that names it",
    "l": "drafts in the outbox are only to be read; what is approved and sent is the list in the ledger",
    "m": "a database of another version is kept as it is, for a restore under that version",
    "n": "the night goes on with the other sources; the message names the source, and status says what to do",
    "p": "the snapshot of the places is written again from the table of cells",
    "s": "the other sources are ingested; the message names the source, whose path is in riskmodel.toml",
    "u": "the part is written again from the source, and the report names it",
}

DONE = {"status": 4, "surge": 4}
"""Exit codes on the whole project other than 0: status reports data that are years old, surge a history too short to judge."""

SLOW = {"backtest"}
"""Commands that are run again only after the last state of a row."""

DOCUMENTED = {0, 1, 2, 3, 4, 130}
REMEDIES = re.compile(
    r"\b(Run|run|Restore|restore|Correct|correct|Move|Take|Train|Pass|Provide|Set|Save|Add|add|Upgrade|Free|Name|Choose|check|Available)\b"
)
LIBRARIES = re.compile(
    r"Traceback|pydantic|[Ss]ql[Aa]lchemy|pyarrow|Arrow[A-Z]|[Mm]lflowE|sqlite3\.|OperationalError|Errno|function-after"
)

STATE_NAMES = ("missing", "empty", "damaged", "folder", "later")
Cell = tuple[int, str]
ROWS: list[tuple[str, str, dict[str, Cell]]] = [
    (command, file, {state: (int(code[0]), code[1:]) for state, code in zip(STATE_NAMES, codes, strict=True) if code != "-"})
    for command, file, *codes in (line.split() for line in EXPECTED.strip().splitlines()[1:])
]


@dataclass
class Workplace:
    """One folder in which each cell finds the same project: what it leaves is put back, so MLflow's store is opened once.

    ``completed`` are the commands that are known to complete on that project.
    """

    project: Path
    whole: Contents
    completed: set[str] = field(default_factory=set)

    def begin(self, command: str) -> Contents:
        """Put the project back; return what it holds when the command begins."""
        put_back(self.project, self.whole)
        if command != "restore":
            return self.whole
        shutil.rmtree(self.project / "data" / "history")
        return contents_of(self.project)


@pytest.fixture(scope="module")
def workplace(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A copy of the project whose registry has followed it."""
    project = copied_project(ready, tmp_path_factory.mktemp("matrix") / "project").folder
    with pytest.MonkeyPatch.context() as patch:
        # a database that is put back is opened again
        patch.setenv("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
        assert run_command(project, COMMANDS["warnings"]) == 0
        yield Workplace(project, contents_of(project))


@pytest.fixture(scope="module")
def messages() -> dict[str, list[str]]:
    """The cells of the matrix by the message that they give."""
    return {}


def unfinished(project: Path) -> list[str]:
    """Return the files that a writer should have removed."""
    return [name for _, _, names in os.walk(project) for name in names if name.endswith((".part", ".tmp", "-journal"))]


def kept_beside(project: Path, path: Path) -> dict[Path, bytes]:
    """Return the files that follow a file of a later version: the pointer, the digests, the tags."""
    beside = (*path.parents[1].glob("current"), *path.parent.glob("manifest.json"))
    registry = () if path.name == "mlflow.db" else (project / "mlruns" / "mlflow.db",)
    return {other: other.read_bytes() for other in (*beside, *registry) if other != path and other.is_file()}


def plain(text: str, project: Path) -> str:
    """Return a message without what differs from run to run."""
    text = re.sub(r"(?<=--digest )[0-9a-f]{8}|[0-9a-f]{12,}", "ID", text.replace(str(project), "PROJECT"))
    # which file of a backup comes first depends on the digests of all
    text = re.sub(
        r"backup/files/\w\w/ID' of the backup, the copy of '[^']+'", "backup/files/NN/ID' of the backup, the copy of 'FILE'", text
    )
    # the night is long ago, and longer each day
    text = re.sub(r"\d[\d,]* nights missed", "N nights missed", text)
    text = re.sub(r"knows versions up to \d+", "knows versions up to N", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def tree(project: Path) -> str:
    """Return a digest of the history, to see that a refused command changed nothing."""
    digest = hashlib.sha256()
    for path in sorted((project / "data" / "history").rglob("*")):
        if path.is_file() and path.name != ".lock":
            digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.mark.parametrize(("command", "file", "cells"), ROWS, ids=[f"{command}-{file}" for command, file, _ in ROWS])
def test_a_faulty_file_is_named_with_a_remedy_and_nothing_is_half_written(
    command: str,
    file: str,
    cells: dict[str, Cell],
    workplace: Workplace,
    tmp_path: Path,
    messages: dict[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for state, (expected, reason) in cells.items():
        where = f"{command} with {file} {state}"
        begun, project = workplace.begin(command), workplace.project
        if file == "mlflow":
            # a store that this process has opened would not look at the database again
            project = copied_project(project, tmp_path / state).folder
        path = path_of(project, file)
        content, beside = path.read_bytes(), kept_beside(project, path)
        STATES[state](path)
        # a manifest of a later version has a name of its own
        named = path_of(project, file) if state == "later" else path
        before = tree(project)
        capsys.readouterr()
        code = run_command(project, COMMANDS[command])
        found = capsys.readouterr()
        said = plain(found.err, project) or plain(found.out, project)
        messages.setdefault(said if code else "(no message)", []).append(f"{command:<11} {file:<15} {state:<8} -> {code}")
        assert code in DOCUMENTED, where
        assert code == expected, f"{where}: {said}"
        assert not LIBRARIES.search(found.out + found.err), f"{where}: {said}"
        assert unfinished(project) == [], where
        assert not reason or reason in REASONS, where
        if code:
            # a restore that stops keeps the files that it copied, without a pointer to them; a night has ingested before it reads models
            stopped = command == "restore" and not (project / "data/history/current").exists()
            ingested = command == "night" and file in ("mlflow", "bundle", "MLmodel")
            # that nothing was ingested is recorded for every source
            recorded = command == "ingest" and file in ("cells", "exports")
            assert code == 4 or tree(project) == before or stopped or ingested or recorded, where
            assert REMEDIES.search(said), f"{where}: {said}"
            assert reason or named.name in found.err + found.out, f"{where}: {said}"
        if path.is_dir():
            shutil.rmtree(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if named != path:
            named.unlink()
        path.write_bytes(content)
        for other, whole in beside.items():
            other.write_bytes(whole)
        untouched = contents_of(project) == begun
        if not (untouched and command in workplace.completed) and (command not in SLOW or state == [*cells][-1]):
            assert run_command(project, COMMANDS[command]) == DONE.get(command, 0), f"{where}, mended: {capsys.readouterr().err}"
            if untouched:
                workplace.completed.add(command)


def test_every_reason_is_used() -> None:
    assert {reason for _, _, cells in ROWS for _, reason in cells.values()} - {""} == set(REASONS)


def test_a_later_run_of_init_refuses_the_project_that_is_there(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(ready, ("init", "{project}", "--county")) == 2
    assert "Choose another folder, or edit that file." in capsys.readouterr().err


def test_a_simulation_writes_over_no_table_of_others(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(ready, ("simulate", "--cells", "60", "--years", "1")) == 2
    assert "move them away; nothing was written" in capsys.readouterr().err


def test_the_messages_are_those_that_were_read_through(messages: dict[str, list[str]]) -> None:
    if sum(map(len, messages.values())) < sum(len(cells) for _, _, cells in ROWS):
        pytest.skip("not all rows of the matrix ran")
    parts = [f"{message}\n" + "".join(f"    {cell}\n" for cell in cells) for message, cells in messages.items()]
    text = "Messages of the command line on faulty files, and the cells of the matrix that give them.\n\n" + "\n".join(parts)
    if os.environ.get("RISKMODEL_WRITE_MESSAGES"):
        MESSAGES.write_text(text, encoding="utf-8")
    stored = MESSAGES.read_text(encoding="utf-8")
    changes = "\n".join(difflib.unified_diff(stored.splitlines(), text.splitlines(), "messages.txt", "now", lineterm=""))
    assert text == stored, f"Read these, then run with RISKMODEL_WRITE_MESSAGES=1:\n{changes}"
