"""A changed mapping, place or name: the same rows are accepted without loss or doubling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.source_alerts import source_alerts
from riskmodel.records.store import stored_history
from tests.worlds.drawn_rows import any_row
from tests.worlds.edited_project import edited
from tests.worlds.police_table import DAY, HEADER, County, counties, row, table, told

CHANGES = {
    "delay": (('through = "2024-06-29"', 'through = "2024-06-29"\ndelay = 5'),),
    "kind": (('"电动车盗窃" = "theft"', '"电动车盗窃" = "noise"'),),
    "a kind more": (('"噪音" = "noise"', '"噪音" = "noise", "打架" = "theft"'),),
    "withdrawn": (('["撤销"]', '["撤销", "x"]'),),
    "period": (('through = "2024-06-29"', 'through = "2024-06-29"\nperiod = "week"'),),
}


@settings(deadline=None, max_examples=25)
@given(st.lists(any_row(), min_size=1, max_size=15), st.sampled_from(sorted(CHANGES)), st.booleans())
def test_a_changed_mapping_says_the_same_as_one_that_was_always_so(rows: list[tuple[str, ...]], change: str, back: bool) -> None:
    """Neither loss nor doubling, and no old row in conflict with itself, whether the change is taken back or not."""
    with counties(2) as (changed_county, scratch):
        before = changed_county.take(rows)
        first = changed_county.store.manifest_id
        old = told(changed_county.history())
        again = ingest(edited(changed_county.folder, *CHANGES[change]), DAY).sources[0]
        scratch.write(table(rows))
        fresh = ingest(edited(scratch.folder, *CHANGES[change]), DAY).sources[0]
        conflicts = before.reasons.get("conflicting revision", 0)
        if not conflicts and not fresh.reasons.get("conflicting revision", 0):
            assert again.reasons == fresh.reasons
            assert told(changed_county.history()) == told(scratch.history())
        assert again.rows == before.rows == len(rows)
        assert told(stored_history(changed_county.store, first)) == old
        if back:
            ingest(edited(changed_county.folder, *((new, gone) for gone, new in CHANGES[change])), DAY)
            if not conflicts and not fresh.reasons.get("conflicting revision", 0) and change != "a kind more":
                assert told(changed_county.history()) == old


def test_a_changed_delay_moves_every_row_once(county: County) -> None:
    rows = [row(str(i)) for i in range(9)]
    county.take(rows)
    report = ingest(edited(county.folder, *CHANGES["delay"]), DAY).sources[0]
    assert (report.rows, report.accepted, report.remapped, report.duplicates, report.quarantined) == (9, 9, 9, 0, 0)
    assert repr(report).count("remapped=9") == 1
    history = county.history()
    assert set(history.known.tolist()) == {to_day("2024-01-07")}
    assert len(history) == 9
    again = ingest(edited(county.folder, ("delay = 5", "delay = 5\nlabel_delay = 1")), DAY).sources[0]
    assert (again.accepted, again.duplicates) == (0, 9)


INSTANTS = [row(str(n), day=f"2024-05-{n:02}T{n:02}:30:00Z", known=f"2024-05-{n + 1:02}T00:00:00Z") for n in range(1, 20)]


@pytest.mark.parametrize("first", ["", 'time_zone = "America/Lima"', 'time_zone = "UTC"\nknown_time_zone = "America/Lima"'])
@pytest.mark.parametrize("older", [False, True])
def test_a_changed_time_zone_moves_every_row_and_contradicts_none(county: County, first: str, older: bool) -> None:
    """The project's own zone, that of a source, and that of the days of knowledge."""
    stated = 'since = "2020-01-01"\nthrough = "2024-06-29"'
    county.take(INSTANTS, police=f"{stated}\n{first}")
    if older and not first:
        # manifests of earlier versions do not say how dates were read
        manifest = county.store.manifest()
        del manifest["sources"]["police"]["read"]
        county.store.commit(manifest)
    for police in (
        f'{stated}\ntime_zone = "Pacific/Auckland"',
        stated,
        f'{stated}\nknown_time_zone = "America/Lima"',
        f"{stated}\n{first}",
    ):
        report = county.take(INSTANTS, police=police)
        assert (report.rows, report.quarantined) == (19, 0) or report.unchanged
        with counties() as (scratch,):
            scratch.take(INSTANTS, police=police)
            assert told(county.history()) == told(scratch.history())


def test_a_changed_time_zone_of_the_project_is_applied_to_a_table_that_is_unchanged(county: County) -> None:
    county.take(INSTANTS)
    path = county.folder / "riskmodel.toml"
    path.write_text('time_zone = "America/Lima"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    report = ingest(load_project(county.folder), DAY).sources[0]
    assert (report.unchanged, report.quarantined) == (False, 0)
    assert report.remapped == report.accepted > 0
    assert ingest(load_project(county.folder), DAY).sources[0].unchanged


def test_a_corrected_form_of_dates_moves_every_row(county: County) -> None:
    rows = [row(str(n), day=f"0{n}/0{n + 1}/2024") for n in range(1, 6)]
    stated = 'since = "2020-01-01"\nthrough = "2024-06-29"'
    county.take(rows, police=f'{stated}\ndates = "m/d/yyyy"')
    report = county.take(rows, police=f'{stated}\ndates = "d/m/yyyy"')
    assert (report.accepted, report.remapped, report.quarantined) == (5, 5, 0)
    assert sorted(county.history().occurred.tolist()) == [to_day(f"2024-0{n + 1}-0{n}") for n in range(1, 6)]


def test_a_renamed_source_is_noticed_and_its_rows_are_counted_once(county: County) -> None:
    rows = [row("1"), row("2", known="2024-01-09"), row("3", cell="z")]
    county.take(rows)
    old = told(county.history())
    parts = county.parts()
    project = edited(county.folder, ('name = "police"', 'name = "calls"'))
    with pytest.raises(UsageError, match=r"'calls' are in the history already, as those of 'police'.*formerly = \['police'\]"):
        ingest(project, DAY)
    # the manifest records only that the source failed
    assert county.parts() == parts
    assert told(county.history()) == old
    assert [(one.source, one.code) for one in source_alerts(county.store.manifest())] == [("calls", "unreadable")]
    report = ingest(edited(county.folder, ('name = "calls"', 'name = "calls"\nformerly = ["police"]')), DAY).sources[0]
    assert (report.rows, report.accepted, report.duplicates, report.quarantined) == (3, 0, 2, 1)
    assert told(county.history()) == old
    assert [c.source for c in county.history().coverage] == ["calls"]
    assert list(county.store.manifest()["quarantine"]) == ["calls"]
    (county.folder / "police.csv").write_bytes(table([*rows, row("4")]))
    assert ingest(load_project(county.folder), DAY).sources[0].accepted == 1


def test_a_new_source_with_ids_of_its_own_beside_a_retired_one_is_taken(county: County) -> None:
    county.take([row("1"), row("2")])
    project = edited(county.folder, ('name = "police"', 'name = "calls"'))
    (county.folder / "police.csv").write_bytes(table([row("7"), row("8"), row("1")]))
    assert ingest(project, DAY).sources[0].accepted == 3
    assert len(county.history()) == 5


def test_a_kind_is_kept_until_no_record_is_of_it(county: County) -> None:
    rows = [row("1", kind="噪音"), row("2")]
    county.take(rows)
    manifest = county.store.manifest_id
    without = (('noise = { family = "police", zh = "噪音", en = "noise" }\n', ""), ('"噪音" = "noise"', '"噪音" = "theft"'))
    toml = (county.folder / "riskmodel.toml").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match=r"names the kind 'noise', which the project no longer has"):
        ingest(edited(county.folder, *without), DAY)
    assert county.store.manifest()["parts"] == county.store.manifest(manifest)["parts"]
    assert [(one.source, one.code) for one in source_alerts(county.store.manifest())] == [("police", "settings")]
    (county.folder / "riskmodel.toml").write_text(toml, encoding="utf-8")
    assert ingest(edited(county.folder, without[1]), DAY).sources[0].remapped == 1
    ingest(edited(county.folder, without[0]), DAY)
    assert [one[0] for one in told(county.history())] == ["theft", "theft"]
    assert [one[0] for one in told(stored_history(county.store, manifest))] == ["noise", "theft"]


def test_a_cell_without_records_may_go(county: County) -> None:
    county.take([row("1")])
    county.take([row("1"), row("2")], cells="网格,中心\na,东\n")
    assert county.history().places.ids == ("a",)


def test_quarantine_lists_reasons_with_counts_and_examples_and_empties_when_changed_county(county: County) -> None:
    rows = [row("1"), row("2", kind="打架"), row("3", kind="打架"), row("4", cell="z"), row("5", day="soon")]
    content = table(rows) + b"6,,\n" + table([row("7")]).split(b"\n", 1)[1]
    ingest(county.write(content), DAY)
    project = load_project(county.folder)
    found = read_quarantine(project)
    assert [(r.source, r.reason, r.rows, [e["row"] for e in r.examples]) for r in found.reasons] == [
        ("police", "unknown kind", 2, ["2", "3"]),
        ("police", "unknown cell", 1, ["4"]),
        ("police", "unreadable date", 1, ["5"]),
        ("police", "wrong number of fields", 1, ["6"]),
    ]
    assert found.rows == found.to_json()["rows"] == 5
    assert "police: unknown kind, 2 rows. What to do: map it in the source's kinds." in repr(found)
    assert "    row 2: 编号 2, 网格 a, 发生 2024-01-02, 类别 打架, 数量 1" in repr(found)
    assert "    row 6: not kept" in repr(found)
    assert read_quarantine(project, "police", 0).reasons[0].examples == ()
    with pytest.raises(UsageError, match=r"no source named 'polise'.*did you mean 'police'"):
        read_quarantine(project, "polise")
    report = ingest(edited(county.folder, *CHANGES["a kind more"]), DAY).sources[0]
    assert (report.accepted, report.duplicates, report.quarantined) == (2, 2, 3)
    (county.folder / "police.csv").write_bytes(table([row("1"), row("2", kind="打架")]))
    ingest(load_project(county.folder), DAY)
    assert repr(read_quarantine(project)) == "Nothing is in quarantine."


def test_ids_that_look_like_numbers_of_persons_are_withheld_in_quarantine(county: County) -> None:
    county.take([row(str(i)) for i in range(9)] + [row("13912345678", cell="z")])
    kept = county.store.read_table(county.store.manifest()["quarantine"]["police"])
    assert "13912345678" not in str(kept.to_pydict())
    assert "13912345678" not in repr(read_quarantine(load_project(county.folder)))
    assert not any(b"13912345678" in path.read_bytes() for path in county.store.folder.rglob("*") if path.is_file())


def test_rows_that_share_their_whole_id_are_events_of_their_own_where_the_source_says_so(county: County) -> None:
    rows = [row("1"), row("1"), row("3", n="2"), row("2")]
    repeats = 'repeats = true\nsince = "2020-01-01"\nthrough = "2024-06-29"'
    report = county.take(rows, police=repeats)
    assert (report.accepted, report.duplicates, report.quarantined) == (4, 0, 0)
    again = county.take([rows[2], row("1"), *rows[::-1]], police=repeats)
    # a third row of one event, and a second of another
    assert (again.rows, again.accepted, again.duplicates) == (6, 2, 4)
    assert len(county.history()) == 6
    assert sorted(county.history().amount.tolist()) == [1, 1, 1, 1, 2, 2]


def test_one_of_several_columns_of_an_id_may_be_empty(county: County) -> None:
    ids = ('id = "编号"', 'id = ["编号", "类别"]')
    county.write(table([row("", kind="盗窃"), row("1"), row("")]))
    report = ingest(edited(county.folder, ids), DAY).sources[0]
    assert (report.accepted, report.duplicates) == (2, 1)
    assert HEADER[0] == "编号"
