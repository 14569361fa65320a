"""Several experiments are trained at once, with the same bundles as one after the other."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from riskmodel import registry
from riskmodel.base import files
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.operations import trained_version
from riskmodel.operations.trained_targets import train_targets
from riskmodel.operations.trained_version import train_and_register
from riskmodel.records.store import HistoryStore
from tests.worlds.town import AS_OF, history_of, promise


@pytest.fixture
def promising(ready: Project) -> Project:
    """The town with two experiments in files."""
    promise(ready, fire=0.5, hazards=0.5)
    return ready


def test_bundles_are_those_of_one_process(promising: Project) -> None:
    told: list[tuple[str, float]] = []
    found = train_targets(promising, ["hazards", "fire"], as_of=AS_OF, threads=2, progress=lambda *step: told.append(step))
    assert list(found) == ["hazards", "fire"]
    assert sorted(step for step, _ in told) == ["fire is trained", "hazards is trained"]
    assert [share for _, share in told] == [0.5, 1.0]
    manifest = str(HistoryStore(promising.path(promising.table.history)).manifest_id)
    for name, one in found.items():
        alone = train_and_register(promising, load_experiment(promising, name), history_of(promising), manifest, as_of=AS_OF)
        assert one.bundle.version == alone.bundle.version
        assert one.to_json() == {**alone.to_json(), "version": alone.registered.version - 1}
        assert registry.versions(promising, name)[-2].checksum == one.registered.checksum


def test_a_failure_in_another_process_is_the_failure_of_the_call(promising: Project) -> None:
    before = registry.versions(promising, "fire")
    with pytest.raises(UsageError, match="no experiment named 'fires'"):
        train_targets(promising, ["fires"], as_of=AS_OF)
    assert registry.versions(promising, "fire") == before


def test_a_folder_of_models_that_takes_nothing_is_named_before_anything_is_learned(
    promising: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = promising.path(promising.table.tracking)
    monkeypatch.setattr(files.os, "access", lambda path, mode: Path(path) != home)
    monkeypatch.setattr(files.os, "statvfs", lambda path: SimpleNamespace(f_flag=os.ST_RDONLY))
    monkeypatch.setattr(trained_version, "train", lambda *_, **__: pytest.fail("learned in vain"))
    for learn in (
        lambda: train_targets(promising, ["fire"], as_of=AS_OF),
        lambda: train_and_register(promising, load_experiment(promising, "fire"), history_of(promising), "", as_of=AS_OF),
    ):
        with pytest.raises(OSError, match="Read-only file system") as caught:
            learn()
        assert caught.value.filename == str(home)
