"""Backtest: its report, looks at the test window, and faults in its inputs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.worlds.hamlet import EXPERIMENT


def test_a_backtest_writes_its_report_and_the_stated_structure(hamlet: Path, run: Run, tmp_path: Path) -> None:
    left = run("--project", hamlet, "backtest", "thefts", "--no-track", "--json", tmp_path / "out.json")
    assert left.code == 0
    assert "The history was empty; ingested first." in left.err
    assert "Report: " in left.out
    result = json.loads((tmp_path / "out.json").read_bytes())
    assert set(result) == {"rows", "events", "forecasters", "notes", "bands"}
    assert result["rows"] == 4 * 4
    assert set(result["forecasters"]) == {"persistence"}
    assert {"rmse", "wmae", "mae_median", "mae_mean", "log_score", "crps", "top_decile"} <= set(
        result["forecasters"]["persistence"]
    )
    assert "<svg" in (hamlet / "reports" / "thefts" / "report.html").read_text(encoding="utf-8")
    assert not (hamlet / "mlruns").exists()
    again = run("--project", hamlet, "backtest", "thefts", "--no-track", "--json", "-")
    assert json.loads(again.out) == result


@pytest.mark.usefixtures("undrawn")
def test_an_engine_changes_no_byte_of_a_backtest_and_is_checked_first(hamlet: Path, run: Run, tmp_path: Path) -> None:
    result = []
    for options in ((), ("--engine", "processes"), ("--memory", "0")):
        done = run("backtest", "thefts", "--project", hamlet, "--no-track", "--json", tmp_path / "out.json", *options)
        assert done.code == 0, done.err
        result.append((tmp_path / "out.json").read_bytes())
        shutil.rmtree(hamlet / "data" / "backtests")  # else the next run would find the forecasts of this one
    assert result[0] == result[1] == result[2]
    for command in (("backtest", "thefts"), ("train", "thefts"), ("features",)):
        done = run(*command, "--project", hamlet, "--engine", "spark")
        assert (done.code, "no engine named 'spark'" in done.err) == (2, True)
        done = run(*command, "--project", hamlet, "--scheduler", "tcp://127.0.0.1:8786")
        assert (done.code, "'scheduler' parameter" in done.err) == (2, True)


@pytest.mark.usefixtures("undrawn")
def test_looks_at_the_test_window_count_and_choosing_is_none(hamlet: Path, run: Run) -> None:
    left = run("--project", hamlet, "backtest", "thefts", "--no-track", "--choose")
    assert left.code == 0
    assert "Evaluated on the dates before the test window, so this is no look at it." in left.out
    assert "as of 2024-03-" in left.out
    assert (hamlet / "reports" / "thefts-choosing" / "report.html").is_file()
    assert not (hamlet / "reports" / "thefts").exists()
    pages = []
    for said in ("once, by one experiment", "twice, by one experiment"):
        left = run("--project", hamlet, "backtest", "thefts", "--no-track")
        assert f"This test window has been evaluated {said}." in left.out
        pages.append((hamlet / "reports" / "thefts" / "report.html").read_text(encoding="utf-8"))
        assert f"evaluated {said}." in pages[-1]
    assert pages[0].replace("evaluated once", "evaluated twice") == pages[1]
    kept = sorted((hamlet / "data" / "backtests" / "thefts").glob("*.npy"))
    assert len(kept) == 1, "finished fits are kept, so an interrupted run goes on"


@pytest.mark.usefixtures("undrawn")
def test_another_comparison_of_a_finished_backtest_is_the_same_look(
    hamlet: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hamlet / "experiments" / "thefts.toml"
    path.write_text(EXPERIMENT + '\n[[forecasters]]\ntype = "DecayedRate"\nname = "decayed"\n', encoding="utf-8")
    looks = hamlet / "data" / "looks.json"
    asked = ("--project", hamlet, "backtest", "thefts", "--no-track", "--metric", "pai", "--against", "persistence")
    for wrong, said in (
        (("--metric", "pais"), "did you mean 'pai'"),
        (("--against", "decay"), "did you mean 'decayed'"),
        (("--metric", "coverage_90"), "neither better nor worse"),
    ):
        left = run("--project", hamlet, "backtest", "thefts", *wrong)
        assert (left.code, said in left.err, looks.exists()) == (2, True, False)
    # asked at the first run, it is a look as any other
    left = run(*asked)
    assert left.code == 0
    assert "evaluated once, by one experiment" in left.out
    assert "were looked at before" not in left.out
    before = looks.read_bytes()

    def no_fit(*args: object) -> None:
        raise AssertionError("fitted again")

    with monkeypatch.context() as patch:
        patch.setattr("riskmodel.forecasts.backtesting.rolling_origin.fit_calibrated", no_fit)
        left = run("--project", hamlet, "backtest", "thefts", "--metric", "rmse", "--json", "-")
        result = json.loads(left.out)["comparison"]
        assert {one["metric"] for one in result["differences"]} == {"log_score", "rmse"}
        assert result["baseline"] == "decayed"
        left = run("--project", hamlet, "compare", "thefts", "thefts:decayed", "--metric", "rmse", "--json", "-")
        (difference,) = json.loads(left.out)["differences"]
        assert difference["forecaster"] == "thefts:decayed"
        assert difference["better_by"] == next(
            -one["better_by"] for one in result["differences"] if (one["metric"], one["against"]) == ("rmse", "decayed")
        )
        left = run("--project", hamlet, "compare", "thefts", "thefts:decayed")
        assert "Better than thefts, by (95 % interval" in left.out
        assert "thefts: This test window has been evaluated once, by one experiment." in left.out
        for wrong, said in (
            (("thefts",), "two different experiments"),
            (("thefts", "thefts:decaid"), "did you mean 'decayed'"),
            (("thefts", "theft"), "did you mean 'thefts'"),
        ):
            left = run("--project", hamlet, "compare", *wrong)
            assert (left.code, said in left.err) == (2, True), left.err
        left = run(*asked)
    assert "evaluated once, by one experiment" in left.out
    assert "These forecasts were looked at before" in left.out
    assert "Better than persistence, by" in left.out
    assert looks.read_bytes() == before
    assert not (hamlet / "mlruns").exists(), "a question is no run to record"
    page = (hamlet / "reports" / "thefts" / "report.html").read_text(encoding="utf-8")
    assert "Better than persistence?" in page
    # once something is changed, it is another look
    path.write_text(path.read_text(encoding="utf-8").replace('"decayed"', '"decayed"\nsettings = { half_lives = [30] }'), "utf-8")
    assert "evaluated twice, by 2 different experiments" in run(*asked).out
    # and so it is with other data
    from tests.worlds.hamlet import HEAD, police, write

    write(hamlet, "police.csv", [HEAD, *police(), "p999,盗窃,c1,2024-03-01,2024-03-01,1"])
    run("--project", hamlet, "ingest")
    assert "evaluated 3 times, by 2 different experiments" in run(*asked).out


def test_leaving_families_out_needs_a_champion_that_takes_features(hamlet: Path, run: Run) -> None:
    left = run("--project", hamlet, "backtest", "thefts", "--no-track", "--ablation")
    assert left.code == 2
    assert "The champion 'persistence' takes no features" in left.err
    assert not (hamlet / "data" / "looks.json").exists(), "nothing was seen"


def test_an_unknown_feature_gets_the_nearest_match(hamlet: Path, run: Run) -> None:
    path = hamlet / "experiments" / "thefts.toml"
    for entry, said in (("theft_count_29d", "did you mean 'theft_count_28d'"), ("al.*", "did you mean 'all'")):
        path.write_text(EXPERIMENT.replace("all.*", entry), encoding="utf-8")
        for command in ("backtest", "train"):
            left = run("--project", hamlet, command, "thefts")
            assert left.code == 2
            assert said in left.err


def test_every_fault_of_an_experiment_is_listed(hamlet: Path, run: Run) -> None:
    path = hamlet / "experiments" / "thefts.toml"
    path.write_text(EXPERIMENT.replace("horizon = 7", "horizon = 0").replace('"Persistence"', '"Persistance"'), encoding="utf-8")
    left = run("--project", hamlet, "backtest", "thefts")
    assert left.code == 2
    assert "experiments/thefts.toml has 2 faults" in left.err
    assert "did you mean 'Persistence'" in left.err


def test_more_history_than_there_is(hamlet: Path, run: Run) -> None:
    path = hamlet / "experiments" / "thefts.toml"
    path.write_text(EXPERIMENT.replace("2024-02-05", "2019-02-04"), encoding="utf-8")
    left = run("--project", hamlet, "backtest", "thefts", "--no-track")
    assert left.code == 2
    assert "needs records from 2019-02-04 on, but the history holds records from 2024-01-01" in left.err
    assert not (hamlet / "reports").exists()


def test_a_feature_module_with_code_is_refused(hamlet: Path, run: Run) -> None:
    (hamlet / "features" / "evil.py").write_text('"""X."""\nimport os\nFEATURES = (os.getcwd(),)\n', encoding="utf-8")
    left = run("--project", hamlet, "backtest", "thefts")
    assert left.code == 2
    assert "evil.py" in left.err


def test_a_test_window_without_an_event_gives_no_number_where_there_is_none(hamlet: Path, run: Run) -> None:
    """A weighted error needs events; JSON has no NaN, so it is null."""
    from tests.worlds.hamlet import HEAD, police, write

    rows = [row if "2024-04" < row.split(",")[3] < "2024-05-07" else "" for row in police()]
    kept = [row for row, drop in zip(police(), rows, strict=True) if not drop or "盘查" in row]
    write(hamlet, "police.csv", [HEAD, *kept])
    left = run("--project", hamlet, "backtest", "thefts", "--no-track", "--json", "-")
    assert left.code == 0
    result = json.loads(left.out)
    assert result["events"] == 0
    metrics = result["forecasters"]["persistence"]
    assert metrics["wmae"] is None
    assert metrics["top_decile"] is None
    assert metrics["rmse"] > 0
