"""The build of riskmodel that runs: its source, its libraries and Python.

A version number does not tell builds apart: a checkout keeps it from commit to commit. What can change a list is its source and what that computes with.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from riskmodel.base.files import canonical_json, sha256

FURTHER = ("llvmlite", "python-dateutil")
"""Libraries that those that the package needs compute with."""

SHOWN = 12
"""Digits of a digest of the source that are shown."""


@lru_cache(maxsize=1)
def own_build() -> Mapping[str, str]:
    """Return what tells this build from another, by name.

    ``riskmodel`` is the version, ``source`` the first digits of the sha256 of all files of the package, ``Python`` the interpreter and the type of machine;
    then come the versions of the libraries that the package needs.
    """
    libraries = {name: _version(name) for name in FURTHER}
    for line in metadata.requires("riskmodel") or []:
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            name = re.split(r"[\s\[<>=!~(]", requirement.strip(), maxsplit=1)[0]
            libraries[name] = _version(name)
    python = f"{platform.python_implementation()} {platform.python_version()} {platform.machine()}"
    own = {"riskmodel": metadata.version("riskmodel"), "source": source_digest(), "Python": python}
    return {**own, **dict(sorted(libraries.items()))}


@lru_cache(maxsize=1)
def source_digest() -> str:
    """Return the first digits of the sha256 of the package's files.

    What Python and numba compiled from them, some of it not before it is first used, is no part of them.
    """
    root = Path(__file__).parents[1]
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return sha256(canonical_json({path.relative_to(root).as_posix(): sha256(path) for path in files}))[:SHOWN]


def build_differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return in what two builds differ, each in a few words.

    Examples
    --------
    >>> build_differences({"source": "3f2a9c1d77e0", "numpy": "2.1.0"}, {"source": "3f2a9c1d77e0", "numpy": "2.2.0", "scipy": "1.15.0"})
    ('numpy 2.1.0 then, 2.2.0 now', 'scipy none then, 1.15.0 now')
    """
    names = dict.fromkeys([*then, *now])
    return tuple(
        f"{name} {then.get(name, 'none')} then, {now.get(name, 'none')} now" for name in names if then.get(name) != now.get(name)
    )


def _version(name: str) -> str:
    """Return the version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
