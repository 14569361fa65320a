"""Frozen tables of settings, read from TOML files.

Every fault is reported at once, with its key and a remedy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator

from riskmodel.base.errors import faults, missing_file
from riskmodel.base.table_faults import Fault, joined, sentences


class Table(BaseModel):
    """A frozen table of settings, in which unknown keys are faults.

    A subclass states its rules in :meth:`key_faults` and :meth:`value_faults`. All that are broken are reported together with
    the faults of single keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterable[Fault]:
        """Return rules broken by the keys given, valid or not.

        Parameters
        ----------
        given
            The content as it stands in the file, without keys that are null.
        """
        return ()

    def value_faults(self) -> Iterable[Fault]:
        """Return rules broken by values that are valid by themselves."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _every_rule(cls, content: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(content, cls):
            return handler(content)
        found: list[Fault] = []
        if isinstance(content, Mapping):
            found += cls.key_faults({key: value for key, value in content.items() if value is not None})
        try:
            made = handler(content)
        except ValidationError as error:
            if not found:
                raise
            raise joined(error, found) from None
        found += made.value_faults()
        if found:
            raise joined(None, found)
        return made


T = TypeVar("T", bound=BaseModel)


def valid(model: type[T], content: Any) -> T | None:
    """Return ``model`` built from ``content``, or None if that has faults."""
    try:
        return model.model_validate(content)
    except ValidationError:
        return None


def read_toml(path: Path, what: str, remedy: str) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    UsageError
        If the file is not there, is not UTF-8 or is not TOML; the message names the line.
    """
    if not path.is_file():
        raise missing_file(what, path, remedy)
    content = path.read_bytes()
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise faults(f"{path.name}", [f"line {line} is not UTF-8. Save the file as UTF-8, or correct that line."]) from None
    except tomllib.TOMLDecodeError as error:
        raise faults(f"{path.name}", [f"it is not valid TOML: {error}. Correct that line."]) from None


def build(model: type[T], content: dict[str, Any], what: str, also: Iterable[Fault] = ()) -> T:
    """Build ``model`` from ``content``.

    Parameters
    ----------
    model
        A table.
    content
        What a file holds.
    what
        Name of the file, for messages.
    also
        Faults that were found before, to be reported with the others.

    Raises
    ------
    UsageError
        Naming every fault: its key, what was found and what to do.
    """
    before = list(also)
    try:
        made = model.model_validate(content)
    except ValidationError as error:
        raise faults(what, sentences(model, content, joined(error, before))) from None
    if before:
        raise faults(what, sentences(model, content, joined(None, before)))
    return made
