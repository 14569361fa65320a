"""Frozen tables of settings, read from TOML files.

Every fault is reported at once, with its key and a remedy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, TypeAdapter, ValidationError, model_validator

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, bad_type, faults, missing_file, refused
from riskmodel.base.html_cards import html_card
from riskmodel.base.own_names import OwnNames, OwnNamesType
from riskmodel.base.personal_data import forbidden
from riskmodel.base.personal_data.personal_names import FEW as FEWEST_NAMES
from riskmodel.base.personal_data.personal_names import names_among
from riskmodel.base.shown_texts import HIDDEN, as_clause, shown
from riskmodel.base.table_faults import Fault, joined_faults, sentences

SHOWN_KEYS = frozenset(("name", "title", "label", "zh", "en", "roles", "withdrawn", "kinds"))
"""Keys whose texts are stored or shown."""
HARMLESS_HERE = frozenset(("free text", "nested data"))
"""What may stand in a file that people write, though not in a column."""


_MOST_SIGNS = 120
"""Longest value on a card."""


class _TableType(OwnNamesType):
    """Type of tables, which names faults of a call in Python."""

    def __call__(cls, *given: Any, **content: Any) -> Any:
        """Return a table of the given keys.

        Raises
        ------
        UsageError
            Naming every fault.
        """
        if given:
            raise UsageError(
                f"{cls.__name__} takes its settings by name. Write {cls.__name__}({', '.join(f'{key}=...' for key in _first(cls))}).{_example(cls)}"
            )
        try:
            return super().__call__(**content)
        except ValidationError as error:
            lines = sentences(cast("type[BaseModel]", cls), content, error)
            raise UsageError(f"{faults(cls.__name__, lines)}{_example(cls)}") from None


def _changed(present: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with changes, dicts within dicts as well."""
    merged = {
        key: _changed(present[key], value) if isinstance(value, Mapping) and isinstance(present.get(key), Mapping) else value
        for key, value in changes.items()
    }
    return {**present, **merged}


def _in_short(value: Any) -> str:
    """Return a value of a table in at most a line."""
    text = repr(value)
    return text if len(text) <= _MOST_SIGNS else f"{text[:_MOST_SIGNS]}…"


def _example(table: Any) -> str:
    """Return a call that works, if the table states one."""
    return f"\nFor example: {table.EXAMPLE}" if table.EXAMPLE else ""


def _first(table: Any) -> list[str]:
    """Return the needed keys of a table, else the first three."""
    fields = table.model_fields
    return [key for key, field in fields.items() if field.is_required()] or list(fields)[:3]


@checked()
class Table(OwnNames, metaclass=_TableType):
    """A frozen table of settings, in which unknown keys are faults.

    A subclass states its rules in :meth:`key_faults` and :meth:`value_faults`, and may state a whole call in ``EXAMPLE``. All that are broken are reported together with
    the faults of single keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    EXAMPLE: ClassVar[str] = ""

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

    @classmethod
    def model_validate(cls, obj: Any = None, **settings: Any) -> Self:
        """Return a table of a mapping.

        Raises
        ------
        UsageError
            Naming every fault.
        """
        if not isinstance(obj, (Mapping, cls)):
            raise bad_type("obj", f"{cls.__name__}.model_validate", f"dict or {cls.__name__}", obj)
        try:
            return super().model_validate(obj, **settings)
        except ValidationError as error:
            raise faults(cls.__name__, sentences(cls, obj, error)) from None

    def with_changes(self, **changes: Any) -> Self:
        """Return the table with other settings, checked like a new one.

        A dict changes only the keys that it names: ``with_changes(target={"horizon": 1})``. Everything else, lists as well, is replaced. A UsageError names
        every fault.
        """
        return type(self).model_validate(_changed(self.model_dump(), changes))

    def _repr_html_(self) -> str:
        """Return the keys and values as a card for notebooks."""
        return html_card(type(self).__name__, "", (f"{key} = {_in_short(getattr(self, key))}" for key in type(self).model_fields))

    def __setattr__(self, name: str, value: Any) -> None:
        if name in type(self).model_fields:
            raise UsageError(f"A {type(self).__name__} cannot be changed. Make another: with_changes({name}=...).")
        super().__setattr__(name, value)

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
            raise joined_faults(error, found) from None
        found += made.value_faults()
        if found:
            raise joined_faults(None, found)
        return made


T = TypeVar("T", bound=BaseModel)


def valid(model: type[T], content: Any) -> T | None:
    """Return ``model`` built from ``content``, or None if that has faults."""
    try:
        return TypeAdapter(model).validate_python(content)
    except ValidationError:
        return None


def read_toml(path: Path, what: str, remedy: str) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    UsageError
        If the file is not there, is not UTF-8, is not TOML or holds hidden signs outside comments; the message names the line.
    RefusedError
        If a text that is shown holds a number of a person; the message names the key.
    """
    if not path.is_file():
        raise missing_file(what, path, remedy)
    content = path.read_bytes()
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise faults(f"{path.name}", [f"line {line} is not UTF-8. Save the file as UTF-8, or correct that line."]) from None
    except tomllib.TOMLDecodeError as error:
        raise faults(f"{path.name}", [f"it is not valid TOML: {as_clause(error)}. Correct that line."]) from None
    _refuse_hidden(path.name, content.decode("utf-8-sig"))
    _refuse_personal(path.name, found)
    return found


def _refuse_hidden(name: str, text: str) -> None:
    """Refuse signs that nobody sees, as they come with copied text.

    They would make two names look the same. A sign written as a TOML escape can be seen, and passes.

    Raises
    ------
    UsageError
        Naming the lines and the signs.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        signs = dict.fromkeys(HIDDEN.findall(line.removesuffix("\r").replace("\t", " ")))
        if signs and not line.lstrip().startswith("#"):
            found.append(
                f"line {number} holds {'a hidden sign' if len(signs) == 1 else 'hidden signs'} ({' '.join(map(shown, signs))}). Delete that part of "
                "the line and type it again."
            )
    if found:
        raise faults(name, found)


def _refuse_personal(name: str, content: Mapping[str, Any]) -> None:
    """Refuse a file with personal data in a shown text.

    Raises
    ------
    RefusedError
        Naming the keys, never the texts.
    """
    found = [f"{'.'.join(key)} holds {what}" for key, what in _personal(content, ())]
    if found:
        raise refused(
            f"The file {name!r}", "; ".join(found), "Lists and reports show these texts; name places, kinds and roles only."
        )


def _personal(content: Any, key: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield key and kind of content of each personal text."""
    texts = [text for text in content if isinstance(text, str)] if isinstance(content, Mapping | list) else []
    if len(texts) >= FEWEST_NAMES and names_among(texts):
        yield (*key, "(names in it)"), "names of persons"
    if isinstance(content, Mapping):
        for name, value in content.items():
            what = forbidden(name)
            if what is None or what in HARMLESS_HERE:
                yield from _personal(value, (*key, name))
            else:
                yield (*key, "(a name in it)"), what
    elif isinstance(content, list):
        for value in content:
            yield from _personal(value, key)
    elif isinstance(content, str) and key and key[-1] in SHOWN_KEYS:
        what = forbidden(content)
        if what is not None and what not in HARMLESS_HERE:
            yield key, what


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
        made = TypeAdapter(model).validate_python(content)
    except ValidationError as error:
        raise faults(what, sentences(model, content, joined_faults(error, before))) from None
    if before:
        raise faults(what, sentences(model, content, joined_faults(None, before)))
    return made
