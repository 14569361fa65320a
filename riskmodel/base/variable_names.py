"""Names of environment variables in settings."""

from __future__ import annotations

import re

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variable_name(name: str, holds: str) -> str:
    """Return the name of an environment variable.

    Parameters
    ----------
    holds
        What stands in the variable and never in the file, for the message.

    Raises
    ------
    ValueError
        If it is no such name; it is not repeated.

    Examples
    --------
    >>> variable_name("HOOK_SECRET", "the secret")
    'HOOK_SECRET'
    """
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"it must be the name of an environment variable that holds {holds}, never {holds} itself.")
    return name
