"""A shelf: arrays that several processes on a machine need, made by the first that asks and mapped by all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.files import sha256
from riskmodel.base.locks import exclusive


class Shelf:
    """A folder of arrays by key. The keys' ``repr`` must tell them apart and be the same in all processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """The array under ``key``; others wait while it is made, and one of them makes it anew if the maker dies."""
        path = self.folder / f"{sha256(repr(key).encode())}.npy"
        if not path.exists():
            with exclusive(path):
                if not path.exists():
                    part = path.with_suffix(".part")
                    with open(part, "wb") as file:
                        np.save(file, make(), allow_pickle=False)
                    part.replace(path)
        # copy-on-write, so that kernels see an ordinary array
        return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
