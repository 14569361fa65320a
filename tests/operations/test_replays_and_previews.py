"""Nights that are no warnings: replays by a younger model, previews of the future, and dates at which nothing was known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from typer.testing import CliRunner

from riskmodel import registry
from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError, StaleError
from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.ledger import Ledger
from riskmodel.operations.list_bodies import is_sendable, to_stored
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.nightly.outbox import Courier, queue_lists
from riskmodel.operations.served_model import load_served
from tests.worlds.town import AS_OF, FIRST, bodies, history_of, left_by, run


def pages(paths: tuple[Path, ...], suffix: str = ".html") -> list[str]:
    return [path.read_text(encoding="utf-8-sig") for path in paths if path.suffix == suffix]


def test_a_night_older_than_its_model_is_a_replay_in_every_form_and_never_approved(ready: Project) -> None:
    early = AS_OF - 20
    report = run(ready, early)
    assert (report.exit_code, report.timing, report.to_json()["timing"]) == (0, "replay", "replay")
    assert report.to_json()["trained"] == {"fire": to_iso(AS_OF)}
    assert {one["timing"] for one in bodies(ready, early)} == {"replay"}
    note = "“目标 fire”所用模型训练于2025年12月31日，晚于名单日期20天。"
    for page in pages(report.paths):
        assert "<strong>草稿 DRAFT · 回放 REPLAY</strong>" in page
        assert "不得批准、外发或据此派单" in page
        assert note in page
    assert all("草稿 DRAFT · 回放 REPLAY" in table and note in table for table in pages(report.paths, ".csv"))
    assert {json.loads(text)["timing"] for text in pages(report.paths, ".json")} == {"replay"}
    shown = CliRunner().invoke(app, ["--project", str(ready.folder), "warnings", "--as-of", to_iso(early)]).output
    assert shown.count("（草稿 DRAFT · 回放 REPLAY，名单 ") == shown.count(f" 提示：{note}") == 3
    told = CliRunner().invoke(app, ["--project", str(ready.folder), "nightly", "--as-of", to_iso(early)]).output
    assert "回放：“目标 fire”的模型训练于2025-12-31，晚于该批次，名单不能批准。" in told
    assert "riskmodel approve" not in told
    left = left_by(ready)
    for centre in (None, "a/b"):
        with pytest.raises(RefusedError, match=r"is a replay: a model that was trained after this date scored it\."):
            approve(ready, early, centre, role="duty officer", day=AS_OF)
    assert left_by(ready) == left


def test_a_replay_that_is_recorded_as_approved_is_neither_sent_nor_served(ready: Project) -> None:
    """The same rule holds behind the door of approval."""
    report = run(ready, AS_OF - 20)
    ledger = Ledger.of(ready)
    with ledger.write() as book:
        book.lists.approve([one.id for one in report.lists], "duty officer", AS_OF)
    with pytest.raises(RefusedError, match="is a replay"):
        queue_lists(ledger, AS_OF - 20, {"a/b": {"x": b""}}, Courier((), AS_OF, lambda: 0))
    model = load_served(str(registry.champion(ready, "fire").folder), {"project": str(ready.folder)})
    with pytest.raises(MlflowException, match="is a replay"):
        model.predict(None, {"as_of": to_iso(AS_OF - 20)})
    assert len(run(ready).undelivered) == 3


def test_without_required_approval_a_replay_stays_at_home(make_ready: Callable[..., Project], tmp_path: Path) -> None:
    project = make_ready(tmp_path / "auto", approval=False)
    report = run(project, AS_OF - 20)
    assert (report.receipts, {one.status for one in report.lists}) == ((), {"draft"})
    assert len(run(project).receipts) == 3


def test_a_night_on_the_day_of_the_training_is_no_replay_and_an_old_model_is_named(ready: Project) -> None:
    assert run(ready).timing == "night"
    late = run(ready, AS_OF + 50)
    (section,) = late.lists[0].sections
    assert section.outdated
    assert "“目标 fire”所用模型训练于2025年12月31日，已50天；回测只检验到训练后49天，请安排重新训练。" in pages(late.paths)[0]
    told = CliRunner().invoke(app, ["--project", str(ready.folder), "nightly", "--as-of", to_iso(AS_OF + 50)]).output
    assert "模型超期：“目标 fire”的模型训练于2025-12-31，回测只检验到训练后49天。运行 riskmodel train fire。" in told


def test_a_closed_replay_is_repeated_as_it_was(ready: Project) -> None:
    run(ready, AS_OF - 20)
    run(ready, AS_OF - 19)
    left = left_by(ready)
    again = run_nightly(ready, AS_OF - 20, day=AS_OF)
    assert (again.plan.replay, again.timing) == (True, "replay")
    assert left_by(ready) == left


def test_a_night_in_the_future_is_refused_unless_it_is_asked_for_and_marked(ready: Project) -> None:
    refused = r"The night of 2026-01-01 lies in the future: today is 2025-12-31.*--preview"
    before = left_by(ready) if ready.path("data/operations.db").exists() else None
    with pytest.raises(RefusedError, match=refused):
        run_nightly(ready, AS_OF + 1, day=AS_OF)
    assert (left_by(ready) if before is not None else None) == before
    report = run_nightly(ready, AS_OF + 1, day=AS_OF, preview=True)
    assert (report.timing, {one["timing"] for one in bodies(ready, AS_OF + 1)}) == ("preview", {"preview"})
    assert all("草稿 DRAFT · 预演 PREVIEW" in page and "到期请重新运行" in page for page in pages(report.paths))
    with pytest.raises(RefusedError, match=r"is a preview: it was made before its date.*nightly --as-of 2026-01-01' again"):
        approve(ready, AS_OF + 1, role="duty officer", day=AS_OF)
    # on its day it is a night, and what was read as a preview is not what is approved
    now = run(ready, AS_OF + 1)
    assert now.timing == "night"
    with pytest.raises(RefusedError, match="was replaced after it was first written"):
        approve(ready, AS_OF + 1, role="duty officer", day=AS_OF + 1)
    assert len(approve(ready, AS_OF + 1, role="duty officer", day=AS_OF + 1, digest=now.digest).receipts) == 3
    assert run_nightly(ready, AS_OF, day=AS_OF, preview=True).timing == "night"


def test_a_preview_closes_no_night_which_is_made_on_its_day(ready: Project) -> None:
    """Else nobody would have a list to approve on that day."""
    run_nightly(ready, AS_OF + 1, day=AS_OF, preview=True)
    run_nightly(ready, AS_OF + 2, day=AS_OF, preview=True)
    again = run(ready, AS_OF + 1)
    assert (again.plan.replay, again.timing) == (False, "night")
    assert {one["timing"] for one in bodies(ready, AS_OF + 1)} == {"night"}


@pytest.mark.parametrize("after", [0, 1, 27])
def test_the_first_days_of_a_source_are_too_few_to_score(ready: Project, after: int) -> None:
    (since,) = {one.since for one in history_of(ready).latest_coverage() if one.source == "calls"}
    day = int(since) + after
    report = run(ready, day)
    assert report.exit_code == 4
    young = f"the source 'calls' began on {to_iso(since)}, less than 28 days before"
    for one in report.lists:
        (section,) = one.sections
        assert (section.warnings, section.spot_checks) == ((), ())
        assert section.cannot_score is not None
        assert (young in section.cannot_score.en) is (after > 0)
        assert not is_sendable(one)
        assert one.nothing_known()
    with pytest.raises(StaleError, match="Cannot score 'fire'"):
        registry.load_bundle(registry.champion(ready, "fire")).score(history_of(ready), day)
    assert not any("通常范围内" in page for page in pages(report.paths))


def test_a_horizon_after_the_first_day_it_is_scored(ready: Project) -> None:
    (since,) = {one.since for one in history_of(ready).latest_coverage() if one.source == "calls"}
    report = run(ready, int(since) + 28)
    assert all(one.sections[0].cannot_score is None for one in report.lists)
    assert report.timing == "replay"


def test_nothing_is_approved_where_nothing_was_known(ready: Project) -> None:
    """A model that is older than the night, and a date at which its source was not heard of."""
    one = run(ready, FIRST - 50).lists[0]
    assert one.nothing_known()
    night = replace(one, timing="night")
    ledger = Ledger.of(ready)
    with ledger.write() as book:
        book.lists.replace(FIRST - 50, [to_stored(night)])
    with pytest.raises(RefusedError, match="has nothing to approve: nothing was known of a source"):
        approve(ready, FIRST - 50, night.centre, role="duty officer", day=AS_OF)
