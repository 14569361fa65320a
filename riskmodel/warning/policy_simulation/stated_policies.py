"""Changed policies as they are stated: keys, or a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from riskmodel.base.errors import UsageError, faults
from riskmodel.base.policy import Policy, changed
from riskmodel.base.toml_tables import build, read_toml


def stated_policies(base: Policy, settings: Iterable[str] = (), files: Iterable[Path] = ()) -> dict[str, Policy]:
    """Return changed policies by name, in the order stated.

    Parameters
    ----------
    base
        What holds where nothing is stated.
    settings
        Keys of a ``[policy]`` table with their values as in TOML; those of one policy are separated by commas. The text is its name.
    files
        TOML files with the keys of a ``[policy]`` table, in such a table or alone. The name of the file is that of the policy.

    Raises
    ------
    UsageError
        If a file is missing, or a key or value has a fault; all of one policy are named. Also if two policies have one name.

    Examples
    --------
    >>> found = stated_policies(Policy(), ["capacity=30, grades.red.minimum_probability=0.5"])
    >>> [(name, policy.capacity, policy.grades["red"].minimum_probability) for name, policy in found.items()]
    [('capacity=30, grades.red.minimum_probability=0.5', 30, 0.5)]
    """
    stated = [(text.strip(), _read_setting(text), f"--set {text}") for text in settings]
    stated += [(path.stem, _read_file(path), path.name) for path in files]
    found: dict[str, Policy] = {}
    for name, changes, what in stated:
        if name in found:
            raise UsageError(f"Two policies are named {name!r}. State each once, or rename the file.")
        found[name] = build(Policy, changed(base, changes), what)
    return found


def _read_setting(text: str) -> Mapping[str, Any]:
    """Return the keys of one ``--set``."""
    try:
        return tomllib.loads(f"changes = {{{text}}}")["changes"]
    except tomllib.TOMLDecodeError:
        raise faults(
            f"--set {text}",
            [
                "it is not KEY=VALUE as in TOML. Write for example --set capacity=20, or --set 'capacity=20, grades.red.share=0.2' for several "
                "keys of one policy; texts stand in double quotes, and true and false in small letters."
            ],
        ) from None


def _read_file(path: Path) -> Any:
    """Return the keys of a file, in a table ``[policy]`` or alone."""
    content = read_toml(path, "policy", "Write the keys of a [policy] table into it, such as capacity = 20.")
    if set(content) == {"policy"}:
        return content["policy"]
    if "policy" in content:
        other = next(key for key in content if key != "policy")
        raise faults(path.name, [f"{other}: it stands beside the table [policy]. Move it into the table, or remove it."])
    return content
