"""A centre that was renamed or removed between two nights is named: its list would be missing without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.project import Project, load_project
from riskmodel.operations.night_service import run_service
from riskmodel.operations.project_status import project_status
from riskmodel.records.intake import ingest
from riskmodel.warning.formats.notes import notes
from tests.worlds.town import AS_OF, run

OLD, NEW = "a/b", "第三中心"


def renamed(project: Project) -> Project:
    path = project.folder / "data/cells.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    ingest(project, AS_OF + 1)
    return load_project(project.folder)


def test_a_renamed_centre_is_named_on_every_list_by_the_exit_code_and_by_status(ready: Project) -> None:
    assert run(ready).exit_code == 0
    assert OLD in {one.centre for one in run(ready).lists}
    night = run(renamed(ready), AS_OF + 1)
    assert night.exit_code == 4
    assert not night.degraded, "to compute the night again would not help"
    assert {one.centre for one in night.lists} >= {NEW}
    said = f"{OLD} had a list on 2025-12-31 and has none now"
    assert [one.en for one in night.centre_faults] == [said]
    assert night.to_json()["centre_faults"] == [{"zh": f"“{OLD}”在2025-12-31有名单，本批次没有", "en": said}]
    for one in night.lists:
        assert (
            f"“{OLD}”在2025年12月31日有名单，本期没有：其地点已归其他中心，或不再列入任何名单。请核对中心名称和地点归属。"
            in notes(one, "zh")
        )
        assert any(
            text.startswith(f"{OLD} had a list on 31 December 2025 and has none now: its places") for text in notes(one, "en")
        )
    (item,) = (one for one in project_status(ready, AS_OF + 1).items if one.code == "centre-names")
    assert (item.stuck, item.said.en) == (True, f"{said}.")
    assert run(ready, AS_OF + 2).exit_code == 0


def test_the_lines_of_a_run_say_so_and_a_second_run_does_not_compute_again(ready: Project) -> None:
    run(ready)
    project, clock = renamed(ready), lambda: (AS_OF + 1) * 86_400
    first = run_service(project, AS_OF + 1, clock=clock)
    said = f"{OLD} had a list on 2025-12-31 and has none now"
    assert (first.exit_code, said in first.lines[2]) == (4, True)
    again = run_service(project, AS_OF + 1, clock=clock)
    assert again.night is None
    assert (again.exit_code, f"Centres: {said}." in again.lines[0]) == (4, True)


@pytest.mark.parametrize("name", [OLD, "nowhere"])
def test_a_channel_for_a_centre_without_a_list_is_named(ready: Project, name: str, tmp_path: Path) -> None:
    path = ready.folder / "riskmodel.toml"
    channel = f'\n[[delivery.channels]]\nname = "duty"\ntype = "drop"\nfolder = "{tmp_path / "drop"}"\ncentres = ["{name}"]\n'
    path.write_text(path.read_text(encoding="utf-8") + channel, encoding="utf-8")
    night = run(load_project(ready.folder))
    said = [] if name == OLD else ["the channel 'duty' names nowhere, of which there is no list"]
    assert [one.en for one in night.centre_faults] == said
    assert night.exit_code == (4 if said else 0)
