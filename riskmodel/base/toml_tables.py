"""TOML files into frozen pydantic models, every fault reported at once with its key and a remedy."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from riskmodel.base.errors import did_you_mean, faults, missing_file


class Table(BaseModel):
    """A frozen table of settings: unknown keys are faults, not surprises."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T", bound=BaseModel)


def read_toml(path: Path, what: str, remedy: str) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    UsageError
        If the file is not there, is not UTF-8 or is not TOML; the message names the line.
    """
    if not path.is_file():
        raise missing_file(what, path, remedy)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise faults(f"{path.name}", [f"it is not valid TOML: {error}. Correct that line."]) from None


def build(model: type[T], content: dict[str, Any], what: str) -> T:
    """``model`` made from ``content``.

    Raises
    ------
    UsageError
        Naming every fault: its key, what was found and what to do.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # a list whose items have faults is not too short as well
        found = [fault for fault in error.errors() if not (fault["type"] == "too_short" and fault["input"])]
        raise faults(what, [_sentence(model, fault) for fault in found or error.errors()]) from None


def _sentence(model: type[BaseModel], fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "(the whole)"
    if fault["type"] == "extra_forbidden":
        return f"{key}: unknown key; remove or rename it. {did_you_mean(str(fault['loc'][-1]), _fields(model, fault['loc']))}"
    if fault["type"] == "missing":
        return f"{key}: it is missing; add it."
    message = fault["msg"].removeprefix("Value error, ")
    found = "" if fault["type"] == "value_error" else f" (found {fault['input']!r}); correct it."
    return f"{key}: {message}{found}"


def _fields(model: type[BaseModel], where: tuple[Any, ...]) -> list[str]:
    """Names of the fields of the table in which the key at ``where`` stands."""
    current: Any = model
    for part in where[:-1]:
        if not (isinstance(current, type) and issubclass(current, BaseModel)) or part not in current.model_fields:
            continue
        annotation = current.model_fields[part].annotation
        inner = [a for a in getattr(annotation, "__args__", (annotation,)) if isinstance(a, type) and issubclass(a, BaseModel)]
        current = inner[0] if inner else current
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []
