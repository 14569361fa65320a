"""Replays: any past night, byte for byte, whatever happened since; scores are kept; the journal stands on every list."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import riskmodel as rm
from riskmodel.asof.target import labels
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.own_build import own_build
from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.ledger import Ledger, audit_ledger, printed
from riskmodel.operations.night_forecasts import night_forecasts
from riskmodel.operations.nightly import answer, approve, replay_night
from riskmodel.operations.project_audit import audit_project
from riskmodel.operations.stored_scores import read_scores, remove_old_scores, scores_folder
from riskmodel.records.intake import ingest
from tests.worlds.copied_project import copied_project
from tests.worlds.edited_project import edited
from tests.worlds.town import AS_OF, bodies, experiment, history_of, left_by, promoted, run, write_tables

NEXT = AS_OF + 1


@pytest.fixture(scope="module")
def two_nights(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town after two nights, an approval and an answer between them; then everything changed. Copy the folder."""
    project = copied_project(prepared[True], tmp_path_factory.mktemp("nights") / "town")
    run(project, AS_OF)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    with Ledger.of(project).read() as book:
        (warning, *_) = [w.id for one in book.lists.of(AS_OF) for w in one.warnings]
    answer(project, warning, "nothing_found", AS_OF)
    run(project, NEXT)
    # what was known, the champion, and the settings change afterwards
    write_tables(project.folder, checks_days=380)
    ingest(project, AS_OF + 40)
    promoted(project, experiment(half_life=365))
    project = edited(
        project.folder,
        ("approval = true", 'approval = true\nlanguage = "en"'),
        ("stale_after = 7", "stale_after = 3"),
        ('zh = "火情"', 'zh = "失火"'),
    )
    with Ledger.of(project).read() as book:
        (closing,) = [w.id for one in book.lists.of(AS_OF) for w in one.warnings if w.id == warning]
    answer(project, closing, "needs_followup", NEXT)
    return project.folder


@pytest.fixture
def project(two_nights: Path, tmp_path: Path) -> Project:
    return copied_project(two_nights, tmp_path / "town")


def test_any_past_night_is_rebuilt_byte_for_byte_whatever_changed_since(project: Project, tmp_path: Path) -> None:
    before = left_by(project)
    for as_of in (AS_OF, NEXT):
        found = replay_night(project, as_of, AS_OF + 50, tmp_path / "again")
        assert found.different == ()
        assert "3 lists rebuilt" in repr(found)
        assert repr(found).endswith("byte for byte as stored.")
        for path in found.paths:
            kept = project.path("outbox") / path.relative_to(tmp_path / "again")
            kept = kept if kept.exists() else kept.with_name(kept.name.replace(".DRAFT", ""))
            if as_of == NEXT:
                assert path.read_bytes() == kept.read_bytes()
    assert left_by(project) == before


def test_a_night_stored_before_surges_existed_replays_byte_for_byte(
    ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("riskmodel.detection.joint.can_be_judged", lambda kinds: False)
        run(ready, AS_OF)
    assert all(not {"surges", "unjudged"} & set(body) for body in bodies(ready))
    assert replay_night(ready, AS_OF, AS_OF + 50, tmp_path / "again").different == ()
    run(ready, NEXT)
    assert all("surges" in body for body in bodies(ready, NEXT))


def test_a_list_that_differs_is_named_and_nothing_is_changed(project: Project) -> None:
    with Ledger.of(project).write() as book:
        book.connection.exec_driver_sql(
            f"UPDATE warning_lists SET digest = '{64 * '0'}' WHERE as_of = '2026-01-01' AND centre = 'a/b'"
        )
    found = replay_night(project, NEXT, NEXT)
    assert found.different == ("a/b",)
    assert "1 list of 3 not as stored: a/b. Nothing was changed. The present build made it, with the same libraries." in repr(
        found
    )
    assert (found.to_json()["same"], found.build) == (False, own_build())


def test_another_build_changes_no_byte_and_is_named_where_bytes_differ(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    digest, store = run(ready).digest, left_by(ready)
    other = {**own_build(), "source": "3f2a9c1d77e0", "numpy": "1.26.4"}
    with monkeypatch.context() as patch:
        patch.setattr("riskmodel.operations.nightly.output_steps.own_build", lambda: other)
        again = run(ready)
    assert again.digest == digest
    left = left_by(ready)
    assert {name for name in left if left[name] != store[name]} == {"store"}
    with Ledger.of(ready).read() as book:
        assert book.builds.of_night(AS_OF) == other
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    assert audit_project(ready, AS_OF).passed
    with Ledger.of(ready).write() as book:
        book.connection.exec_driver_sql(f"UPDATE warning_lists SET digest = '{64 * '0'}' WHERE centre = 'a/b'")
    now = own_build()
    said = f"Another build made it: source 3f2a9c1d77e0 then, {now['source']} now; numpy 1.26.4 then, {now['numpy']} now."
    assert said in repr(replay_night(ready, AS_OF, NEXT))
    with Ledger.of(ready).write() as book:
        book.connection.exec_driver_sql("UPDATE builds SET content = '[]'")
    assert "Which build made it was not recorded then." in repr(replay_night(ready, AS_OF, NEXT))
    assert [one.event for one in audit_project(ready, AS_OF).ledger.faults if one.event == "build"] == ["build"] * 2


def test_a_night_that_was_not_run_is_named(project: Project) -> None:
    with pytest.raises(UsageError, match=r"There is no list of 2025-12-01.*2025-12-31"):
        replay_night(project, AS_OF - 30, AS_OF)


def test_every_list_prints_the_head_that_the_journal_had(project: Project) -> None:
    with Ledger.of(project).read() as book:
        audited = audit_ledger(book)
        heads = {body["as_of"]: body["journal"] for as_of in (AS_OF, NEXT) for body in bodies(project, as_of)}
    assert audited.faults == ()
    assert len(set(heads.values())) == 2
    for as_of, head in heads.items():
        assert audited.holds(head)
        pages = [path.read_text(encoding="utf-8") for path in project.path("outbox").glob(f"{as_of}/*/*.html")]
        tables = [path.read_text(encoding="utf-8") for path in project.path("outbox").glob(f"{as_of}/*/*.csv")]
        assert len(pages) == len(tables) == 3
        assert all(head in text for text in [*pages, *tables])


def test_scores_of_every_night_are_kept_and_checked(project: Project) -> None:
    with Ledger.of(project).read() as book:
        (night,) = book.nights.of(NEXT)
    table = read_scores(project, night)
    assert table.num_rows == 60
    assert table.column_names == ["cell", "mean", "dispersion", "probability"]
    (file,) = scores_folder(project).glob("2026-01-01/*/*.parquet")
    assert pq.read_schema(file).metadata[b"manifest"].decode() == night.manifest
    assert audit_project(project, NEXT).passed
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"stored scores of 2026-01-01 for 'fire' are missing, were changed"):
        read_scores(project, night)
    assert audit_project(project, NEXT).scores == ("2026-01-01 fire",)


def test_forecasts_of_past_nights_stand_beside_what_came(project: Project) -> None:
    stated = history_of(project)
    complete = [replace(one, through=NEXT + 30, known=NEXT + 31) for one in stated.latest_coverage()]
    history = replace(stated, coverage=(*stated.coverage, *complete))
    series = night_forecasts(project, history, experiment(), AS_OF + 40)
    assert series.as_of.tolist() == [NEXT]  # the horizons of two nights in a row overlap
    with Ledger.of(project).read() as book:
        (night,) = book.nights.of(NEXT)
    table = read_scores(project, night).to_pydict()
    assert list(series.cells) == table["cell"]
    assert series.mean[:, 0].tolist() == table["mean"]
    came = labels(history.known_by(AS_OF + 40), experiment().goal(), np.array([NEXT], dtype=np.int32))
    np.testing.assert_array_equal(series.counts, came)
    found = rm.detect(series.counts, rm.ForecastExcess(series.mean, series.dispersion), first=0)
    assert not np.isnan(found.p_value).any()
    early = night_forecasts(project, history, experiment(), NEXT + 20)
    assert np.isnan(early.counts).all()
    assert rm.detect(early.counts, rm.ForecastExcess(early.mean, early.dispersion), first=0).frame()["reason"].all()
    with pytest.raises(UsageError, match="No night before 2025-12-31 kept scores of 'fire'"):
        night_forecasts(project, history, experiment(), AS_OF)


def test_scores_are_removed_after_the_stated_days_and_not_missed(project: Project) -> None:
    shorter = edited(project.folder, ("approval = true", "approval = true\nscores_days = 1"))
    remove_old_scores(shorter, NEXT + 1)
    assert [path.name for path in scores_folder(shorter).iterdir()] == ["2026-01-01"]
    assert audit_project(shorter, NEXT + 1).passed
    assert not audit_project(shorter, AS_OF).passed


def test_audit_and_replay_from_the_command_line(project: Project) -> None:
    at = ["--project", str(project.folder)]
    cli = CliRunner()
    done = cli.invoke(app, [*at, "replay", "--night", "2025-12-31"])
    assert (done.exit_code, "byte for byte as stored" in done.output) == (0, True)
    passed = cli.invoke(app, [*at, "audit", "--json", "-"])
    head = json.loads(passed.output)["head"]
    assert cli.invoke(app, [*at, "audit", "--head", printed(head)]).exit_code == 0
    unknown = cli.invoke(app, [*at, "audit", "--head", "0123456789ab"])
    assert (unknown.exit_code, "No entry has the printed head 0123456789ab" in unknown.output) == (1, True)
    assert isinstance(cli.invoke(app, [*at, "audit", "--head", "xyz"]).exception, UsageError)
    with Ledger.of(project).write() as book:
        book.connection.exec_driver_sql("UPDATE answers SET outcome = 'visited'")
    failed = cli.invoke(app, [*at, "audit"])
    assert "The stored scores were not checked" in failed.output
    assert json.loads(cli.invoke(app, [*at, "audit", "--json", "-"]).output)["scores"] is None
    assert failed.exit_code == 1
    assert "The first link that does not fit is entry" in failed.output
    assert "(answer " in failed.output
