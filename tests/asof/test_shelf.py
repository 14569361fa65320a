"""The shelf: one array per key, computed once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.shelf import Shelf
from riskmodel.asof.vocabulary import Count
from tests.worlds.simulated_county import ROOT


def test_an_array_is_made_once_and_read_by_all(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> np.ndarray:
        made.append(1)
        return np.arange(6, dtype=np.int64).reshape(2, 3)

    key = ("group", Count("theft", 7), "town")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: Shelf(tmp_path).once(key, make), range(8)))
    assert len(made) == 1
    assert all(array.tolist() == [[0, 1, 2], [3, 4, 5]] for array in found)
    assert all(type(array) is np.ndarray for array in found)
    assert all(array.flags.writeable for array in found)
    found[0][0, 0] = 9
    assert Shelf(tmp_path).once(key, make)[0, 0] == 0


def test_one_that_failed_is_made_by_the_next(tmp_path: Path) -> None:
    def fail() -> np.ndarray:
        raise ZeroDivisionError("in the maker")

    with pytest.raises(ZeroDivisionError, match="in the maker"):
        Shelf(tmp_path).once("a", fail)
    assert Shelf(tmp_path).once("a", lambda: np.ones(2)).tolist() == [1, 1]


DYING = """
import os, sys
from pathlib import Path
from riskmodel.asof.shelf import Shelf
Shelf(Path(sys.argv[1])).once("a", lambda: os._exit(9))
"""


def test_a_maker_that_dies_holds_nobody_up(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DYING, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert Shelf(tmp_path).once("a", lambda: np.arange(3)).tolist() == [0, 1, 2]
