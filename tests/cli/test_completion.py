"""The shells complete commands, options, names of experiments and the words of options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SCRIPT = """
{completion}
complete_words() {{
    COMP_WORDS=("$@"); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMPREPLY=()
    _riskmodel_completion "{launcher}"
    echo "${{COMPREPLY[*]}}"
}}
complete_words riskmodel night
complete_words riskmodel backtest --me
complete_words riskmodel train --engine ""
complete_words riskmodel --project "{project}" train ""
complete_words riskmodel train --project "{project}" s
"""


def test_the_options_of_completion_stand_before_commands_only(run: Run) -> None:
    assert "--install-completion" in run("--help").out
    assert "--install-completion" not in run("check", "--help").out


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "COMPREPLY"), ("zsh", "#compdef riskmodel"), ("fish", "complete --command riskmodel")]
)
def test_every_shell_gets_its_script(run: Run, monkeypatch: pytest.MonkeyPatch, shell: str, sign: str) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    shown = run("--show-completion").out
    assert "_RISKMODEL_COMPLETE" in shown
    assert sign in shown


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_commands_options_experiments_and_words(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    (tmp_path / "experiments").mkdir()
    for name in ("main", "second"):
        (tmp_path / "experiments" / f"{name}.toml").touch()
    launcher = tmp_path / "riskmodel"
    launcher.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m riskmodel \"$@\"\n", encoding="utf-8")
    launcher.chmod(0o755)
    script = SCRIPT.format(completion=run("--show-completion").out, launcher=launcher, project=tmp_path)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["night nightly", "--metric --memory", "threads processes dask", "main second", "second"]
