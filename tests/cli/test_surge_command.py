"""The command surge: one paragraph per surge, gaps named, the same as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from riskmodel.base.days import to_iso
from riskmodel.detection.joint import surge
from riskmodel.records.history import IgnoredDays
from tests.cli.conftest import Run
from tests.worlds.three_families import AS_OF, Event, make_families

EVENTS = (Event("fire", 8, 6), Event("smoke", 8, 7), Event("hazard", 8, 6))


def test_a_surge_is_said_in_words_and_numbers(hamlet: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.records.store.load_history", lambda project: make_families(EVENTS))
    left = run("--project", hamlet, "surge", "--as-of", to_iso(AS_OF))
    assert (left.code, left.err) == (0, "")
    first, judged, head, text, *_ = left.out.splitlines()
    assert first == "数据截至2024年1月1日零时：1处异动"
    assert (
        judged == "参加判断：警情（数据到2023年12月31日）、网上投诉（数据到2023年12月31日）、民情上报（数据到2023年12月31日）。"
    )
    assert "c08 · 全部类别：新出现，1月1日首次发现" in head
    assert "近一周警情6起（通常不到1起），自12月29日起偏多" in text
    assert "警情、网上投诉、民情上报相互印证" in text
    assert "这样的情况平均1,000晚以上才出现一次" in text
    left = run("--project", hamlet, "surge", "--as-of", to_iso(AS_OF), "--json", "-")
    found = json.loads(left.out)
    assert [one["label"] for one in found["surges"]] == ["c08"]
    assert found["surges"][0]["first_seen"] == "2024-01-01"
    assert found["unjudged"] == {}


def test_a_late_family_is_named_and_the_exit_code_says_so(hamlet: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskmodel.records.store.load_history", lambda project: make_families(EVENTS, online=AS_OF - 20))
    left = run("--project", hamlet, "surge", "--as-of", to_iso(AS_OF))
    assert left.code == 4
    assert "未判断：网上投诉（数据到2023年12月12日）数据未到或不足" in left.out
    assert "网上投诉只到2023年12月12日，未判断" in left.out


def test_days_that_an_experiment_ignores_are_left_out_and_surges_keep_their_ids(
    hamlet: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command judges as the night does."""
    monkeypatch.setattr("riskmodel.records.store.load_history", lambda project: make_families(EVENTS))
    seen: dict[str, Any] = {}

    def judge(history: Any, as_of: int, **known: Any) -> Any:
        seen.update(known, records=len(history), whole=len(make_families(EVENTS)))
        return surge(history, as_of, **known)

    monkeypatch.setattr("riskmodel.detection.joint.surge", judge)
    (earlier,) = surge(make_families(EVENTS), AS_OF).surges
    night = SimpleNamespace(surges=(replace(earlier, first_seen=AS_OF - 9),))
    monkeypatch.setattr("riskmodel.operations.nightly.project_surge_report._last_lists", lambda project, as_of: (night,))
    experiment = SimpleNamespace(ignored_days=lambda: (IgnoredDays("police", AS_OF - 400, AS_OF - 390),))
    monkeypatch.setattr("riskmodel.forecasts.experiment.load_experiment", lambda project, name: experiment)
    left = run("--project", hamlet, "surge", "--as-of", to_iso(AS_OF), "--json", "-")
    found = json.loads(left.out)["surges"]
    assert seen["records"] < seen["whole"]
    assert [(one["id"], one["first_seen"]) for one in found] == [(earlier.id, to_iso(AS_OF - 9))]
