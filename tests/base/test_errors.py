"""The wording and exit codes of errors."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any

import pytest

from riskmodel.asof.vocabulary import Feature
from riskmodel.base import errors
from riskmodel.base.system_errors import system_refused
from riskmodel.detection.methods import METHODS, PATTERNS
from riskmodel.forecasts.evaluation.metrics.metric_table import METRIC_TABLE
from riskmodel.forecasts.forecasters import Forecaster


def test_known_names_and_the_nearest_match_are_listed() -> None:
    assert errors.did_you_mean("tehft", ["noise", "theft"]) == "Available: noise, theft. Hint: did you mean 'theft'?"
    assert errors.did_you_mean("x", []) == "Available: none."
    assert errors.did_you_mean("zzz", ["noise"]) == "Available: noise."
    many = errors.did_you_mean("k0007", [f"k{i:04d}" for i in range(3000)])
    assert many == f"Available: {', '.join(f'k{i:04d}' for i in range(12))}, … (3,000 in all). Hint: did you mean 'k0007'?"


def test_all_names_are_listed_where_they_fit_into_a_few_lines() -> None:
    assert (
        errors.did_you_mean("zzz", [f"k{i:02d}" for i in range(30)]) == f"Available: {', '.join(f'k{i:02d}' for i in range(30))}."
    )


@pytest.mark.parametrize(
    "names", [[*METHODS, *(pattern for pattern, _ in PATTERNS)], METRIC_TABLE, Feature.registry, Forecaster.registry]
)
def test_vocabularies_of_ours_are_listed_whole(names: Any) -> None:
    assert "…" not in errors.did_you_mean("zzz", names)
    assert all(name in errors.did_you_mean("zzz", names) for name in names)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (errors.unknown_name("kind", "x", ["y"]), 2, "There is no kind named 'x'. Available: y."),
        (errors.missing_file("list", "a/b", "Make it."), 2, "The list 'a/b' does not exist. Make it."),
        (errors.bad_argument("n", "f", "a number", "x"), 2, "The 'n' parameter of f must be a number. Got 'x' instead."),
        (errors.faults("t.toml", ["a: bad."]), 2, "t.toml has 1 fault:\n  - a: bad."),
        (errors.faults("t.toml", ["a: bad.", "b: bad."]), 2, "t.toml has 2 faults:\n  - a: bad.\n  - b: bad."),
        (errors.refused("The kind 'x'", "it is private", "Remove it."), 3, "The kind 'x' is refused: it is private. Remove it."),
        (
            errors.empty_table("t.csv"),
            2,
            "The table 't.csv' has no rows. Expected at least one; check the export.",
        ),
        (errors.StaleError("old"), 4, "old"),
        (errors.RiskmodelError("failed"), 1, "failed"),
    ],
)
def test_an_error_carries_its_exit_code(error: errors.RiskmodelError, code: int, text: str) -> None:
    assert error.exit_code == code
    assert str(error) == text


def test_missing_columns_are_all_named_with_a_hint_for_the_first() -> None:
    error = errors.missing_columns("t.csv", ["b", "a1"], ["a", "c"])
    assert str(error).startswith(
        "The table 't.csv' lacks the mapped column(s) 'a1', 'b'. Available: a, c. Hint: did you mean 'a'?"
    )


def test_too_little_history_says_what_to_do() -> None:
    error = errors.too_little_history("5 years", "2", "Ingest earlier records.")
    assert str(error) == "The experiment needs 5 years, but the history holds 2. Ingest earlier records."


def test_a_link_whose_target_may_not_be_seen_is_not_said_to_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link, error = tmp_path / "history", PermissionError(errno.EACCES, "Permission denied")
    link.symlink_to(tmp_path / "elsewhere")
    error.filename = str(link / "current")
    assert "which is not there" in str(system_refused(error))

    def unseen(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", unseen)
    assert str(system_refused(error)).startswith(f"The system does not permit the use of {str(link / 'current')!r}")


def test_a_machine_without_a_folder_for_temporary_files_is_told_apart_from_a_missing_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/no/such/folder", "/neither"])
    with pytest.raises(FileNotFoundError) as caught:
        tempfile.gettempdir()
    said = str(system_refused(caught.value))
    assert said.startswith(
        "No folder for temporary files can be used ('/no/such/folder', '/neither' were tried). Set TMPDIR to a folder"
    )
