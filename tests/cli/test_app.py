"""The frame of the command line: help, options anywhere, exit codes, results and errors as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from riskmodel.base.errors import UsageError
from riskmodel.base.own_build import source_digest
from riskmodel.cli import app
from riskmodel.cli.context import Context
from tests.cli.conftest import Run
from tests.worlds.hamlet import EXPERIMENT

GROUP: Any = typer.main.get_command(app)
LEAVES: dict[str, Any] = {
    name: command
    for first, found in GROUP.commands.items()
    for name, command in (
        {f"{first} {second}": inner for second, inner in found.commands.items()} if hasattr(found, "commands") else {first: found}
    ).items()
}
"""Every command that does something; those of a group under the group's name and their own."""
COMMANDS = {
    "demo", "init", "simulate", "ingest", "check", "backtest", "train", "promote", "nightly", "warnings", "approve", "answer",
}  # fmt: skip
HEAVY = (
    "pandas",
    "numpy",
    "mlflow",
    "lightgbm",
    "statsmodels",
    "numba",
    "sklearn",
    "pydantic",
    "scipy",
    "pyarrow",
    "sqlalchemy",
    "matplotlib",
)


def test_the_commands_are_those_that_are_promised() -> None:
    assert set(GROUP.commands) >= COMMANDS


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_has_help_an_example_and_exit_codes(name: str, run: Run) -> None:
    left = run(*name.split(), "--help")
    assert left.code == 0
    words = " ".join(left.out.split())
    assert words.startswith(f"Usage: riskmodel {name} ")
    assert f"Example: riskmodel {name}" in words
    assert "Exit codes: 0 done, 1 failed, 2 usage, 3 refused by a safety rule, 4 degraded" in words
    assert "--json FILE" in words
    command = LEAVES[name]
    assert len(command.help) > 20
    for parameter in command.params:
        assert parameter.help, f"{name}: {parameter.name} has no help"


def test_help_names_every_command_and_comes_without_a_command(run: Run) -> None:
    left = run("--help")
    assert left.code == 0
    assert all(f"\n  {name} " in left.out for name in COMMANDS)
    assert "Exit codes: 0 done" in " ".join(left.out.split())
    assert run("-h").out == left.out
    assert left.out.splitlines()[0] in run().out + run().err


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['riskmodel', '--help']\n"
        "from riskmodel.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert stop.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_looks_at_a_history_and_at_a_model_import_nothing_heavy(run: Run, hamlet: Path) -> None:
    """With pandas, which arrow imports for most conversions, they would take a fifth longer; as much with numba."""
    assert run("ingest", "--project", hamlet).code == 0
    code = (
        "import sys\n"
        "from riskmodel.cli import main\n"
        "for command in ('status', 'check'):\n"
        "    sys.argv = ['riskmodel', command, '--project', sys.argv[-1]]\n"
        "    try:\n        main()\n    except SystemExit as stop:\n        assert stop.code in (0, 4), stop.code\n"
        "    import riskmodel.forecasts.bundle\n"
        "    print([name for name in ('pandas', 'mlflow', 'scipy', 'numba') if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(hamlet)], capture_output=True, check=True)
    assert done.stderr.decode().splitlines() == ["[]", "[]"]


@pytest.mark.parametrize(
    ("given", "folder", "quiet", "as_json"),
    [
        (["check", "--project", "x"], "x", False, False),
        (["check", "--project=x", "--quiet"], "x", True, False),
        (["--project", "x", "--quiet", "check"], "x", True, False),
        (["--project", "y", "--quiet", "check", "--project", "x"], "x", True, False),
        (["check", "--json"], ".", False, True),
        (["check", "--json", "--layer", "a"], ".", False, True),
        (["check", "--layer", "a", "--json", "--quiet"], ".", True, True),
        (["check", "--json", "out.json"], ".", False, False),
        (["check", "--json", "-"], ".", False, True),
        (["check", "--json=-"], ".", False, True),
        (["answer", "--json", "--", "--project"], ".", False, True),
        (["answer", "--", "--project"], ".", False, False),
        (["answer", "--", "--json"], ".", False, False),
    ],
)
def test_global_options_may_stand_anywhere(
    given: list[str], folder: str, quiet: bool, as_json: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is stopped where it asks for its project, and fails in the form that it was asked for."""
    seen = []

    def project(self: Context) -> None:
        seen.append((str(self.folder), self.quiet))
        raise UsageError("seen")

    monkeypatch.delenv("RISKMODEL_PROJECT", raising=False)
    monkeypatch.setattr(Context, "project", project)
    left = run(*given)
    assert (left.code, left.err) == (2, "Error: seen\n")
    assert seen == [(folder, quiet)]
    assert left.out.startswith("{") is as_json


def test_an_option_without_its_value_is_misuse(run: Run) -> None:
    left = run("check", "--project")
    assert (left.code, "requires an argument" in left.err) == (2, True)


@pytest.mark.parametrize("date", ["0000-01-01", "2024-02-30", "today", "2024"])
@pytest.mark.parametrize("command", ["check", "features", "nightly", "warnings", "train"])
def test_what_is_no_date_is_named_with_its_option(command: str, date: str, run: Run) -> None:
    left = run(command, *(["thefts"] if command == "train" else []), "--as-of", date)
    assert (left.code, left.err) == (2, f"Error: --as-of must be a date such as 2024-01-02; got {date!r}.\n")


def test_no_summary_is_cut_in_the_help(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 columns, where typer would shorten one with dots."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--help").out.split("To begin:")[1].splitlines()
    rows = [line for line in lines if line.startswith("  ")]
    assert len(rows) == len(GROUP.commands)
    assert all(line.endswith(".") and not line.endswith("...") for line in rows)
    assert [line for line in lines if line and not line.startswith(" ")] == ["Data:", "Models:", "Every night:", "Upkeep:"]


def test_python_runs_the_package_as_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "riskmodel", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("riskmodel ")
    refused = subprocess.run([sys.executable, "-m", "riskmodel", "nothing"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2


def test_the_version_is_shown(run: Run) -> None:
    left = run("--version")
    assert (left.code, left.out) == (0, f"riskmodel 0.1.0 (source {source_digest()})\n")
    assert run("check", "--version").code == 2


def test_the_project_is_selected_before_or_after_the_command_or_by_the_environment(
    hamlet: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--project", hamlet, "ingest", "--json", "-").code == 0
    expected = run("--project", hamlet, "check", "--json", "-")
    assert run("check", "--json", "-", "--project", hamlet) == expected
    assert run("check", "--json", f"--project={hamlet}") == expected
    assert run("--project", "hamlet", "check", "--json", "-") == expected
    assert run("check", "--json", "-").code == 2
    monkeypatch.setenv("RISKMODEL_PROJECT", str(hamlet))
    assert run("check", "--json", "-") == expected
    monkeypatch.delenv("RISKMODEL_PROJECT")
    monkeypatch.chdir(hamlet)
    assert run("check", "--json", "-") == expected


def test_a_result_goes_to_a_file_or_to_standard_output(hamlet: Path, run: Run, tmp_path: Path) -> None:
    left = run("--project", hamlet, "ingest", "--json", tmp_path / "deep" / "out.json")
    assert left.code == 0
    assert "total: 168 = 168 accepted" in left.out
    written = json.loads((tmp_path / "deep" / "out.json").read_bytes())
    assert written["total"]["accepted"] == 168
    left = run("--project", hamlet, "check", "--json", "-")
    assert json.loads(left.out)
    assert run("--project", hamlet, "check", "--json").out == left.out
    assert "{" not in run("--project", hamlet, "check").out


@pytest.mark.parametrize("json_option", [("--json", "-"), ("--json=-",), ("--json",)])
def test_an_error_is_json_where_the_result_would_have_been(json_option: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    left = run("--project", tmp_path, "check", *json_option)
    assert left.code == 2
    result = json.loads(left.out)
    assert set(result) == {"error", "message", "exit_code"}
    assert (result["error"], result["exit_code"]) == ("UsageError", 2)
    assert "riskmodel init DIR" in result["message"]
    assert left.err.startswith("Error: ")


def test_an_error_leaves_no_result_in_a_file(tmp_path: Path, run: Run) -> None:
    left = run("--project", tmp_path, "check", "--json", tmp_path / "out.json")
    assert (left.code, left.out) == (2, "")
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "No such command 'chek'"),
        (["check", "--asof", "2024-01-01"], "No such option"),
        (["backtest"], "Missing argument"),
        (["simulate", "--cells", "many"], "Invalid value for '--cells'"),
    ],
)
def test_misuse_is_exit_code_2_and_says_what_is_wrong(words: list[str], said: str, run: Run) -> None:
    left = run(*words)
    assert left.code == 2
    assert said in left.err
    left = run(*words, "--json")
    assert left.code == 2
    assert said.split("'")[0].strip() in json.loads(left.out)["message"]


def test_exit_code_0_when_done_and_4_when_a_source_is_stale(hamlet: Path, run: Run) -> None:
    assert run("--project", hamlet, "ingest").code == 0
    assert run("--project", hamlet, "check").code == 4  # 'more' ends in March
    more = hamlet / "more.csv"
    more.write_text(more.read_text(encoding="utf-8") + "m99,c1,2024-05-28\n", encoding="utf-8")
    assert run("--project", hamlet, "ingest").code == 0
    assert run("--project", hamlet, "check").code == 0
    left = run("--project", hamlet, "check", "--as-of", "2024-09-01", "--json", "-")
    assert left.code == 4
    assert json.loads(left.out)["stale"]


def test_exit_code_1_when_what_is_stored_is_damaged(hamlet: Path, run: Run) -> None:
    run("--project", hamlet, "ingest")
    part = next((hamlet / "data" / "history" / "parts").glob("police-*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    left = run("--project", hamlet, "check", "--json", "-")
    assert left.code == 1
    assert "is missing or damaged. Run 'riskmodel ingest'" in left.err
    assert json.loads(left.out)["exit_code"] == 1


def test_exit_code_1_when_the_system_refuses(hamlet: Path, run: Run) -> None:
    (hamlet / "data").write_text("a file where a folder should be", encoding="utf-8")
    left = run("--project", hamlet, "ingest")
    assert left.code == 1
    assert "There is a folder where" in left.err
    assert "Move it away, then run the same command again." in left.err


def test_exit_code_3_when_a_safety_rule_refuses(hamlet: Path, run: Run) -> None:
    path = hamlet / "experiments" / "stops.toml"
    path.write_text(EXPERIMENT.replace('kinds = ["theft"]', 'kinds = ["stop"]'), encoding="utf-8")
    for words in (("backtest", "stops", "--no-track"), ("train", "stops"), ("promote", "stops")):
        left = run("--project", hamlet, *words)
        assert left.code == 3
        assert "police effort produces it" in left.err
    assert not (hamlet / "data").exists()
    assert not (hamlet / "mlruns").exists()
    table = (hamlet / "riskmodel.toml").read_text(encoding="utf-8")
    (hamlet / "riskmodel.toml").write_text(table.replace('amount = "number"', 'amount = "手机号"'), encoding="utf-8")
    left = run("--project", hamlet, "ingest")
    assert left.code == 3


@pytest.mark.usefixtures("undrawn")
def test_a_discretionary_target_that_is_known_as_such_carries_its_caveat(hamlet: Path, run: Run) -> None:
    path = hamlet / "experiments" / "stops.toml"
    text = EXPERIMENT.replace('kinds = ["theft"]', 'kinds = ["stop"]\nallow_discretionary = true')
    path.write_text(text, encoding="utf-8")
    left = run("--project", hamlet, "backtest", "stops", "--no-track")
    assert left.code == 0
    assert "Caveat: The target kinds stop are produced by police effort" in left.out
    assert "produced by police effort" in (hamlet / "reports" / "stops" / "report.html").read_text(encoding="utf-8")


def test_an_interrupt_has_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("riskmodel.base.project.load_project", interrupt)
    left = run("check", "--json", "-")
    assert left.code == 130
    assert "Interrupted. Nothing is half-written; run the same command again." in left.err
    assert json.loads(left.out)["error"] == "Interrupted"


@pytest.mark.parametrize("json_option", [(), ("--json", "-")])
def test_a_reader_that_has_gone_is_no_failure_and_hides_none(hamlet: Path, run: Run, json_option: tuple[str, ...]) -> None:
    run("--project", hamlet, "ingest")
    code = "from riskmodel.cli import main; main()"
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-W", "error", "-c", code, "--project", str(hamlet), "check", *json_option]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (4, "")


def test_nothing_but_the_result_on_standard_output_where_there_is_no_terminal(hamlet: Path) -> None:
    code = "from riskmodel.cli import main; main()"
    command = [sys.executable, "-W", "error", "-c", code, "--project", str(hamlet), "ingest", "--json", "-"]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total"]["rows"] == 168


@pytest.mark.parametrize("date", ["0000-01-01", "0001-01-01", "9999-12-31"])
def test_a_date_at_the_ends_of_the_calendar_is_a_usage_message(hamlet: Path, run: Run, date: str) -> None:
    for words in (("nightly", "--as-of", date), ("check", "--as-of", date), ("ingest", "--ingested", date)):
        left = run("--project", hamlet, *words)
        assert left.code == 2
        assert f"{words[1]} must be a date" in left.err
        assert date in left.err
