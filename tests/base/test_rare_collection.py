"""Garbage that is collected rarely, in commands and in the processes that they start."""

from __future__ import annotations

import gc
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from riskmodel.base.rare_collection import collect_rarely
from riskmodel.operations import trained_targets

RARE = (50_000, 20, 50)


def test_it_is_collected_rarely_from_then_on() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        collect_rarely()
        assert gc.get_threshold() == RARE
    finally:
        gc.set_threshold(*before)


def test_processes_that_train_begin_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    nowhere: Any = None

    def started(*_: Any, initializer: Any, **__: Any) -> ProcessPoolExecutor:
        begun.append(initializer)
        raise ZeroDivisionError

    monkeypatch.setattr(trained_targets, "ProcessPoolExecutor", started)
    monkeypatch.setattr(trained_targets, "refuse_unusable_registry", lambda _project: None)
    with pytest.raises(ZeroDivisionError):
        trained_targets.train_targets(nowhere, ["fire"], as_of=0)
    assert begun == [collect_rarely]
