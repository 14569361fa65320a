"""A shelf: arrays that the processes of a machine share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.files import sha256
from riskmodel.base.locks import exclusive


class Shelf:
    """A folder of arrays by key.

    The ``repr`` of a key identifies it; it must be unique and the same in all processes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return the array under ``key``, computing it if no process has.

        Others wait while it is computed; if that process dies, one of them computes it.
        """
        path = self.folder / f"{sha256(repr(key).encode())}.npy"
        if not path.exists():
            with exclusive(path, limited=False):
                if not path.exists():
                    part = path.with_suffix(".part")
                    with open(part, "wb") as file:
                        np.save(file, make(), allow_pickle=False)
                    part.replace(path)
        # copy-on-write, so that kernels see an ordinary array
        return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
