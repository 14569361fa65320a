"""Portals: pages that are interrupted, change meanwhile or are none."""

from __future__ import annotations

import json
import shutil

import pytest
import stamina

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.readers import http_retries, socrata
from tests.records.portal import Portal
from tests.worlds.police_table import DAY, County, row
from tests.worlds.row_origins import ROWS, project


def portal_project(county: County, portal: Portal, more: str = "") -> Project:
    return project(county, f'socrata = {{ url = "{portal.url}", page = 2{more} }}')


def test_a_portal_says_the_same_as_a_csv_and_only_what_changed_is_read_again(
    county: County, plain: County, portal: Portal
) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    made = portal_project(county, portal, ', token = "TOKEN", where = "数量 > 0"')
    report = ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert len(portal.asked) == 3
    assert set(portal.tokens) == {"abc"}
    assert all(query["$where"].startswith("(数量 > 0)") for query in portal.asked)
    portal.put([row("9")], "2024-06-02T00:00:00.000Z")
    report = ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0]
    assert (report.rows, report.accepted, report.retried, report.waiting) == (1, 1, 0, 1)
    assert ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0].accepted == 0
    assert not (county.store.folder / "spool" / "police").exists()


def test_a_portal_that_fails_is_asked_again_and_a_run_goes_on_where_it_stopped(
    county: County, plain: County, portal: Portal
) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    portal.trouble = [503, 429, 200, 500, 500, 500, 500]
    made = portal_project(county, portal)
    with pytest.raises(RiskmodelError, match=r"failed 4 times \(status 500\)\. Run the same command again; it continues"):
        ingest(made, DAY)
    assert county.store.manifest_id is None
    asked = len(portal.asked)
    assert ingest(made, DAY).sources[0].accepted == 3
    # the first page was not asked for again
    assert len(portal.asked) == asked + 2
    assert county.history().fingerprint() == plain.history().fingerprint()


SECRETS = ("仇笑痴", "Zhuge Liangcai", "欧阳锋芒", "Ximena Quintanar dice 3")


def test_pages_on_disk_hold_no_names_and_a_run_that_goes_on_says_the_same(county: County, portal: Portal) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    portal.put([row("5", kind=" 打架 "), row("6", kind="盗窃")], "2024-06-02T00:00:00.000Z")
    for at, (field, secret) in enumerate(zip(("类别", "网格", "状态", "发生"), SECRETS, strict=True)):
        portal.rows[at][field] = secret
    made = portal_project(county, portal)
    portal.trouble = [200, 200, 500, 500, 500, 500]
    with pytest.raises(RiskmodelError, match="failed 4 times"):
        ingest(made, DAY)
    pages = sorted((county.store.folder / "spool" / "police").rglob("*.json"))
    assert len(pages) == 2
    kept = "".join(json.dumps(json.loads(page.read_bytes().partition(b"\n")[2]), ensure_ascii=False) for page in pages)
    assert not [secret for secret in SECRETS if secret in kept]
    assert "2024-01-02" in kept
    gone_on = ingest(made, DAY).sources[0]
    left = (
        county.history().fingerprint(),
        repr(read_quarantine(made)),
        county.store.manifest()["sources"]["police"]["quarantined"],
    )
    shutil.rmtree(county.store.folder)
    at_once = ingest(made, DAY).sources[0]
    assert (gone_on.rows, gone_on.accepted, gone_on.reasons) == (at_once.rows, at_once.accepted, at_once.reasons)
    assert left == (
        county.history().fingerprint(), repr(read_quarantine(made)), county.store.manifest()["sources"]["police"]["quarantined"]
    )  # fmt: skip


def test_pages_that_were_kept_under_another_mapping_are_fetched_again(county: County, portal: Portal) -> None:
    portal.put([row("7", kind="打架"), *ROWS], "2024-06-01T00:00:00.000Z")
    portal.trouble = [200, 500, 500, 500, 500]
    with pytest.raises(RiskmodelError, match="failed 4 times"):
        ingest(portal_project(county, portal), DAY)
    path = county.folder / "riskmodel.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"噪音" = "noise"', '"噪音" = "noise", "打架" = "noise"'), encoding="utf-8"
    )
    asked = len(portal.asked)
    assert ingest(load_project(county.folder), DAY).sources[0].accepted == 4
    assert len(portal.asked) == asked + 3


def test_a_damaged_page_of_an_interrupted_run_is_fetched_again(county: County, plain: County, portal: Portal) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    portal.trouble = [200, 500, 500, 500, 500]
    made = portal_project(county, portal)
    with pytest.raises(RiskmodelError, match="failed 4 times"):
        ingest(made, DAY)
    (page,) = (county.store.folder / "spool" / "police").rglob("*.json")
    content = page.read_bytes()
    # another digit in a count is still JSON
    page.write_bytes(content.replace(b"1.0", b"7.0", 1))
    assert page.read_bytes() != content
    asked = len(portal.asked)
    assert ingest(made, DAY).sources[0].accepted == 3
    assert len(portal.asked) > asked + 1
    assert county.history().fingerprint() == plain.history().fingerprint()


def test_a_row_that_changes_between_pages_is_neither_lost_nor_doubled(county: County, portal: Portal) -> None:
    portal.put([row(str(i)) for i in range(5)], "2024-06-01T00:00:00.000Z")
    portal.trouble = [200, 500, 500, 500, 500]
    made = portal_project(county, portal)
    with pytest.raises(RiskmodelError, match="failed 4 times"):
        ingest(made, DAY)
    portal.rows[0][":updated_at"] = "2024-06-03T00:00:00.000Z"
    report = ingest(made, DAY).sources[0]
    assert (report.accepted, report.duplicates) == (5, 1)
    assert len(county.history()) == 5


def test_pauses_grow_and_what_is_retried_is_logged_only(
    county: County,
    portal: Portal,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    portal.trouble = [503, 429, 500]
    monkeypatch.setattr(http_retries, "PAUSE", 0.01)
    hooks = stamina.instrumentation.get_on_retry_hooks()
    with stamina.set_testing(False), caplog.at_level("WARNING", "stamina"):
        assert ingest(portal_project(county, portal), DAY).sources[0].accepted == 3
    assert [getattr(record, "stamina.wait_for") for record in caplog.records] == [0.01, 0.02, 0.04]
    assert capfd.readouterr() == ("", "")
    assert stamina.instrumentation.get_on_retry_hooks() == hooks


@pytest.mark.parametrize("gone", [True, False])
def test_a_portal_that_cannot_be_reached_is_tried_as_often(county: County, portal: Portal, gone: bool) -> None:
    made = portal_project(county, portal)
    if gone:
        (county.folder / "riskmodel.toml").write_text(
            (county.folder / "riskmodel.toml").read_text(encoding="utf-8").replace(portal.url, "http://127.0.0.1:9/x.json"),
            encoding="utf-8",
        )
        with pytest.raises(RiskmodelError, match=r"failed 4 times \(no connection, or one that broke off\)"):
            ingest(load_project(county.folder), DAY)
    else:
        portal.trouble = [404]
        with pytest.raises(UsageError, match="status 404"):
            ingest(made, DAY)
        # what a retry cannot change is not retried
        assert len(portal.asked) == 1


@pytest.mark.parametrize(("status", "message"), [(404, "answered with status 404"), (302, "answered with status 302")])
def test_an_endpoint_that_is_none_is_named(county: County, portal: Portal, status: int, message: str) -> None:
    portal.trouble = [status]
    with pytest.raises(UsageError, match=message):
        ingest(portal_project(county, portal), DAY)


def test_an_answer_that_is_no_rows_is_named(county: County, portal: Portal) -> None:
    portal.rows = [{"编号": "1"}]
    with pytest.raises(UsageError, match="did not answer with rows that carry"):
        ingest(portal_project(county, portal), DAY)
    with pytest.raises(UsageError, match="did not answer with rows that carry"):
        socrata.page_of("police", b"[1]")


def test_a_row_that_appears_behind_the_last_one_is_read_within_the_stated_days(county: County, portal: Portal) -> None:
    changed = "2024-06-01T00:00:00.000Z"
    portal.put([row("1"), row("2")], changed)
    made = portal_project(county, portal, ", full_every = 3")
    assert ingest(made, "2024-06-20").sources[0].accepted == 2
    # of the same time of change, and with a smaller id than the last one read
    portal.put([row("3")], changed)
    portal.rows[-1][":id"] = "row-000a"
    assert ingest(made, "2024-06-22").sources[0].rows == 0
    report = ingest(made, "2024-06-23").sources[0]
    assert (report.rows, report.accepted, report.duplicates) == (3, 1, 2)
    assert ingest(made, "2024-06-24").sources[0].rows == 0
