"""The command policy simulate on the hamlet: tables, JSON, page, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

SHORT = ("--nights", "6", "--quiet")


def test_policies_are_compared_side_by_side(hamlet: Path, run: Run) -> None:
    (hamlet / "bold.toml").write_text("[policy]\ncapacity = 3\n", encoding="utf-8")
    at = ("--project", hamlet, *SHORT, "--set", "capacity=1", "--policy", hamlet / "bold.toml")
    left = run("policy", "simulate", "thefts", *at)
    assert left.code == 0, left.err
    assert "Policies of 'thefts' on past nights: Theft · 盗窃" in left.out
    assert all(f"\n{name} " in left.out for name in ("adopted", "capacity=1", "bold", "last 30 days' counts"))
    page = hamlet / "reports" / "thefts" / "policies.html"
    assert left.out.endswith(f"Page: {page}\n")
    assert "<script" not in page.read_text(encoding="utf-8")
    again = run("policy", "simulate", "thefts", *at, "--json")
    found = json.loads(again.out)
    assert [row["policy"] for row in found["figures"]] == ["adopted", "capacity=1", "bold", "last 30 days' counts"]
    assert {key: found["policies"][key]["capacity"] for key in ("capacity=1", "bold")} == {"capacity=1": 1, "bold": 3}
    assert len(found["nights"]) == 6
    assert all(night["final"] for night in found["nights"])
    assert [path.name for path in (hamlet / "data" / "policies").iterdir()] == ["thefts"]


def test_open_nights_are_counted_and_named(hamlet: Path, run: Run) -> None:
    left = run("policy", "simulate", "thefts", "--project", hamlet, *SHORT, "--to", "2024-05-28")
    assert left.code == 0, left.err
    assert "neither as hits nor as misses" in " ".join(left.out.split())


def test_what_is_wrong_is_named_before_anything_is_fitted(hamlet: Path, run: Run) -> None:
    at = ("--project", hamlet, *SHORT)
    cases = {
        ("theft",): "There is no experiment named 'theft'",
        ("thefts", "--set", "capacity=none"): "--set capacity=none has 1 fault:\n  - it is not KEY=VALUE as in TOML.",
        ("thefts", "--set", "cool_dwn=3"): "did you mean 'cool_down'?",
        ("thefts", "--policy", "none.toml"): "The policy 'none.toml' does not exist.",
        ("thefts", "--to", "yesterday"): "--to must be a date such as 2024-01-02; got 'yesterday'.",
    }
    for words, said in cases.items():
        left = run("policy", "simulate", *words, *at)
        assert (left.code, said in left.err) == (2, True), left.err
    assert run("policy", "simulate", "thefts", "--answered", "2", *at).code == 2
    assert not (hamlet / "data" / "history").exists()


def test_a_night_too_early_to_learn_says_so(hamlet: Path, run: Run) -> None:
    left = run("policy", "simulate", "thefts", "--project", hamlet, "--nights", "200", "--quiet")
    assert left.code == 2
    assert "Error: " in left.err
    assert "Or simulate fewer or later nights." in left.err
