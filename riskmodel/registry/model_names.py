"""Names that MLflow accepts, and results on all their pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from riskmodel.base.files import sha256

PAGE = 1000
"""Entries that MLflow is asked for at once; it gives 100 unless asked for more, and the rest on further pages."""

_MOST_BYTES = 180
_LONGEST_KEY = 200


def model_name(project: str, experiment: str) -> str:
    """Return the name under which an experiment's bundles are registered.

    Examples
    --------
    >>> model_name("county", "rental-fire"), model_name("O'Higgins", "a/b")
    ('county-rental-fire', 'O_Higgins-a_b-345104e3')
    """
    return mlflow_name(f"{project}-{experiment}", project, experiment)


def mlflow_name(name: str, *parts: str) -> str:
    """Return a name that MLflow neither refuses nor misreads.

    It stays where it is made of letters of any script, digits, spaces and ``. ( ) + , - _``, and at most 180 bytes long.
    Other signs become ``_``, and eight digits of the sha256 of ``parts`` (or of itself) keep it apart from others.
    """
    if re.fullmatch(r"\w([\w .()+,-]*\w)?", name) and len(name.encode()) <= _MOST_BYTES:
        return name
    plain = re.sub(r"[^\w.()+,-]+", "_", name).encode()[: _MOST_BYTES - 20].decode(errors="ignore").strip("._-")
    return f"{plain or 'model'}-{_digits(parts or (name,))}"


def mlflow_key(name: str) -> str:
    """Return a name of a parameter or metric that MLflow accepts.

    Examples
    --------
    >>> mlflow_key("decayed.log_score"), mlflow_key("O'Higgins.crps")
    ('decayed.log_score', 'O_Higgins.crps-cfbc541c')
    """
    normal = posixpath.normpath(name) == name and not name.startswith(("/", ".."))
    if normal and name != "." and len(name) <= _LONGEST_KEY and re.fullmatch(r"[/\w.\- :]+", name):
        return name
    plain = re.sub(r"[^\w.\- ]+", "_", name)[:_LONGEST_KEY].strip(".")
    return f"{plain or 'key'}-{_digits((name,))}"


def every(search: Callable[..., Any], *given: Any) -> Iterator[Any]:
    """Yield what one of MLflow's searches finds, on all its pages."""
    token = None
    while True:
        page = search(*given, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


@contextmanager
def already_there() -> Iterator[None]:
    """Pass where another machine made at once what is made here."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _digits(names: tuple[str, ...]) -> str:
    return sha256("\0".join(names).encode("utf-8", "surrogatepass"))[:8]
