"""Promotion: the champion moves, the one before can come back, and what does not fit is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError, RefusedError, UsageError
from riskmodel.base.project import Project
from riskmodel.forecasts.calibration import CalibratedForecaster, fit_calibrated
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.refit_check import MostSeen, beyond
from riskmodel.ledger import Ledger
from riskmodel.ledger.promotions import Promotions
from riskmodel.operations import promotion
from riskmodel.operations.promotion import promote, roll_back
from tests.worlds.town import AS_OF, experiment, run, trained


def test_only_a_role_of_the_project_promotes(ready: Project) -> None:
    for act in (promote, roll_back):
        with pytest.raises(RefusedError, match="none of this project's roles") as caught:
            act(ready, "fire", role="张伟 13912345678", day=AS_OF)
        assert "张伟" not in str(caught.value)
    with Ledger.of(ready).read() as book:
        assert [one.role for one in book.promotions.of("fire")] == ["analyst"]


def test_the_last_version_becomes_champion_and_the_one_before_can_come_back(ready: Project) -> None:
    with pytest.raises(UsageError, match="no previous champion"):
        roll_back(ready, "fire", role="analyst", day=AS_OF)
    trained(ready, experiment(half_life=30))
    done = promote(ready, "fire", role="analyst", day=AS_OF + 1)
    assert (done.version, done.before) == (2, 1)
    assert promote(ready, "fire", role="analyst", day=AS_OF + 2).before == 1
    assert registry.champion(ready, "fire").version == 2
    back = roll_back(ready, "fire", role="analyst", day=AS_OF + 3)
    assert (back.version, back.before) == (1, 2)
    assert registry.champion(ready, "fire").version == 1
    forth = roll_back(ready, "fire", role="analyst", day=AS_OF + 4)
    assert (forth.version, forth.before) == (2, 1)
    with Ledger.of(ready).read() as book:
        log = book.promotions.of("fire")
    assert [(one.version, one.before, one.day - AS_OF) for one in log] == [(1, None, 0), (2, 1, 1), (1, 2, 3), (2, 1, 4)]


@pytest.mark.parametrize("done", [0, 1, 2])
def test_an_interrupted_way_back_is_completed(ready: Project, monkeypatch: pytest.MonkeyPatch, done: int) -> None:
    trained(ready, experiment(half_life=30))
    promote(ready, "fire", role="analyst", day=AS_OF + 1)
    whole, left = registry.set_alias, iter(range(done))

    def interrupted(*where: object) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        whole(*where)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(promotion, "set_alias", interrupted)
        if done == 2:
            patch.setattr(Promotions, "record", lambda *_: interrupted())
        with pytest.raises(KeyboardInterrupt):
            roll_back(ready, "fire", role="analyst", day=AS_OF + 2)
    assert registry.champion(ready, "fire").version in (1, 2)
    back = roll_back(ready, "fire", role="analyst", day=AS_OF + 3)
    assert (back.version, back.before) == (1, 2)
    assert registry.champion(ready, "fire").version == 1
    with Ledger.of(ready).read() as book:
        log = book.promotions.of("fire")
    assert [(one.version, one.before) for one in log] == [(1, None), (2, 1), (1, 2)]


def test_twenty_promotions_at_once_keep_the_way_back(ready: Project) -> None:
    trained(ready, experiment(half_life=30))
    trained(ready, experiment(half_life=60))
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda n: promote(ready, "fire", 1 + n % 3, role="analyst", day=AS_OF + n), range(20)))
    now, before = (registry.alias(ready, "fire", name) for name in (registry.CHAMPION, registry.PREVIOUS))
    assert now is not None
    assert before is not None
    assert now.version != before.version
    with Ledger.of(ready).read() as book:
        log = book.promotions.of("fire")
    assert (log[-1].version, log[-1].before) == (now.version, before.version)
    assert all(later.before == earlier.version for earlier, later in pairwise(log))
    assert {one.version for one in done} == {1, 2, 3}
    assert roll_back(ready, "fire", role="analyst", day=AS_OF + 30).version == before.version


def test_a_version_whose_files_changed_is_refused(ready: Project) -> None:
    two = trained(ready, experiment(half_life=30))
    (two.folder / "bundle.json").write_bytes((two.folder / "bundle.json").read_bytes() + b" ")
    with pytest.raises(IntegrityError, match="version 2 of 'town-fire'"):
        promote(ready, "fire", role="analyst", day=AS_OF)
    assert registry.champion(ready, "fire").version == 1


def test_a_version_that_failed_its_own_last_dates_is_promoted_only_by_name(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = beyond("Blend", 3237.0, MostSeen(14.0))
    monkeypatch.setattr("riskmodel.forecasts.training.fit_calibrated", failing(note))
    failed = trained(ready, experiment(half_life=30))
    monkeypatch.undo()
    with pytest.raises(
        RefusedError, match=r"failed its own last dates. Blend: it forecasts 3.24e\+03 events .* --although-failed"
    ):
        promote(ready, "fire", role="analyst", day=AS_OF + 1)
    assert registry.champion(ready, "fire").version == 1
    done = promote(ready, "fire", role="analyst", day=AS_OF + 1, although_failed=True)
    assert (done.version, failed.version) == (2, 2)
    night = run(ready)
    assert night.exit_code == 4
    assert night.to_json()["notes"]["fire"] == [note.to_json()]
    assert roll_back(ready, "fire", role="analyst", day=AS_OF + 2).version == 1


def failing(note: FitNote) -> Callable[..., CalibratedForecaster]:
    """A fit whose notes say that it failed."""
    return lambda *given: fit_calibrated(*given)._replace(notes=(note,))


def test_a_version_of_another_experiment_is_refused(ready: Project) -> None:
    other = trained(ready, experiment("other"))
    client = _client(ready)
    tags = client.get_model_version(other.name, str(other.version)).tags
    client.create_model_version("town-fire", other.folder.parent.as_uri(), tags={**tags, "riskmodel.experiment": "fire"})
    with pytest.raises(RefusedError, match="trained by the experiment 'other', not by 'fire'"):
        promote(ready, "fire", 2, role="analyst", day=AS_OF)
    assert registry.champion(ready, "fire").version == 1


def test_a_version_that_does_not_exist_is_named(ready: Project) -> None:
    with pytest.raises(UsageError, match=r"no version 9.*Available: 1"):
        promote(ready, "fire", 9, role="analyst", day=AS_OF)


def _client(project: Project):
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=registry.tracking_uri(registry.home(project)))


def test_a_registry_that_was_removed_is_not_made_again_in_silence(ready: Project) -> None:
    shutil.rmtree(ready.folder / "mlruns")
    for act in (lambda: promote(ready, "fire", role="analyst", day=AS_OF), lambda: run(ready)):
        with pytest.raises(IntegrityError, match="champions of fire were promoted: .* Restore the folder from a backup"):
            act()
        assert not (ready.folder / "mlruns").exists()
    (ready.folder / "mlruns").mkdir()
    with pytest.raises(UsageError, match="has no version yet"):
        promote(ready, "fire", role="analyst", day=AS_OF)
