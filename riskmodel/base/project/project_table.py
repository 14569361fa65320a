"""The content of ``riskmodel.toml``: places, kinds, sources, lists and policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import Field, field_validator

from riskmodel.base.errors import did_you_mean
from riskmodel.base.policy import Policy, changed
from riskmodel.base.project.delivery_table import DeliveryTable
from riskmodel.base.project.kinds import Kind, KindGroupTable, expanded
from riskmodel.base.project.places_table import ONE_LIST, WHOLE_AREA, PlacesTable
from riskmodel.base.project.retention_table import RetentionTable
from riskmodel.base.project.roles import DEFAULT_ROLES, role_fault
from riskmodel.base.project.service_table import ServiceTable
from riskmodel.base.project.sources import Source
from riskmodel.base.project.zone_names import known_zone
from riskmodel.base.table_faults import Fault, Key
from riskmodel.base.texts import FileText, Language, Text
from riskmodel.base.toml_tables import Table, valid


class ExportsTable(Table):
    """A table of how far each source is complete.

    Its columns say since when, through which day, and when that was known. A source that the table no longer names stays complete through the day that it stated last.
    """

    path: str
    source: str
    since: str
    through: str
    known: str
    encoding: str = "utf-8"


class WarningsTable(Table):
    """Who gets a list, and how targets share a centre's capacity.

    ``split`` maps the name of an experiment to its share; the scores of a night are kept for ``scores_days``. ``summaries`` maps a grouping
    whose groups get a summary of the night each (or ``all``: one for the whole area) to the grouping of its rows.
    """

    grouping: str = ONE_LIST
    split: dict[str, float] = Field(default_factory=dict)
    language: Language = "zh"
    approval: bool = True
    scores_days: int = Field(default=1095, ge=1)
    summaries: dict[str, str] = Field(default_factory=dict)

    @property
    def summed(self) -> tuple[str, ...]:
        """The groupings by which a night's forecasts are added up for summaries."""
        return tuple(dict.fromkeys(name for pair in self.summaries.items() for name in pair if name != WHOLE_AREA))

    @field_validator("split")
    @classmethod
    def _shares(cls, split: dict[str, float]) -> dict[str, float]:
        if any(share <= 0 for share in split.values()) or sum(split.values()) > 1 + 1e-9:
            raise ValueError("shares must be positive and add up to at most 1.")
        return split


class Layer(Table):
    """Another division of the county into cells, with its own sources."""

    places: PlacesTable
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: ExportsTable | None = None


class ProjectTable(Table):
    """The content of ``riskmodel.toml``."""

    name: str
    title: FileText
    time_zone: str = "Asia/Shanghai"
    history: str = "data/history"
    store: str = "data/operations.db"
    outbox: str = "outbox"
    tracking: str = "mlruns"
    truth: str | None = None
    places: PlacesTable
    kinds: dict[str, Kind] = Field(min_length=1)
    kind_groups: dict[str, KindGroupTable] = Field(default_factory=dict)
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: ExportsTable | None = None
    warnings: WarningsTable = WarningsTable()
    delivery: DeliveryTable = DeliveryTable()
    service: ServiceTable = ServiceTable()
    retention: RetentionTable = RetentionTable()
    policy: Policy = Policy()
    roles: tuple[str, ...] = Field(default_factory=lambda: DEFAULT_ROLES)
    layers: dict[str, Layer] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @field_validator("store")
    @classmethod
    def _is_a_file_or_postgresql(cls, store: str) -> str:
        scheme, separator, rest = store.partition("://")
        if separator and scheme not in ("postgresql", "postgresql+psycopg"):
            raise ValueError(
                "it must be a path, or the address of a PostgreSQL database such as 'postgresql://riskmodel@127.0.0.1/county'."
            )
        if separator and ("password=" in rest or ":" in rest.partition("/")[0].rpartition("@")[0]):
            raise ValueError("an address with a password is not taken. Give the password by PGPASSWORD or in a .pgpass file.")
        return store

    @field_validator("tracking")
    @classmethod
    def _is_a_folder_or_a_server(cls, tracking: str) -> str:
        scheme, separator, rest = tracking.partition("://")
        if separator and scheme not in ("http", "https"):
            raise ValueError("it must be a folder, or the address of an MLflow server such as 'https://mlflow.example:5000'.")
        if separator and "@" in rest.partition("/")[0]:
            raise ValueError(
                "an address with a user or password is not taken. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD in the environment."
            )
        if separator and ("?" in rest or "#" in rest):
            raise ValueError("an address with '?' or '#' is not taken. Set MLFLOW_TRACKING_TOKEN in the environment for a token.")
        return tracking.rstrip("/") if separator else tracking

    @field_validator("roles")
    @classmethod
    def _are_roles(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        fault = role_fault(roles)
        if fault is not None:
            raise ValueError(fault)
        return roles

    @field_validator("policy", mode="before")
    @classmethod
    def _states_what_differs(cls, content: Any) -> Any:
        return changed(Policy(), content)

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return names in one part of the file that another part lacks."""
        kinds = _mapping(given.get("kinds"))
        yield from _group_faults(kinds, _mapping(given.get("kind_groups")))
        layers = {str(name): _mapping(layer) for name, layer in _mapping(given.get("layers")).items()}
        for key, content in ((("sources",), given), *((("layers", name, "sources"), layer) for name, layer in layers.items())):
            yield from _source_faults(key, content.get("sources"), kinds)
        yield from _warnings_faults(given)

    def expanded(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the kinds of a list that may name kind groups.

        Raises
        ------
        UsageError
            If there is no kind or kind group of a name (with the nearest), or a kind is named twice.
        """
        return expanded(names, self.kinds, self.kind_groups)

    def source_titles(self) -> dict[str, Text]:
        """Return the titles of sources, those of layers included, by name."""
        parts = (self, *self.layers.values())
        return {source.name: source.title for part in parts for source in part.sources if source.title is not None}


def _mapping(content: Any) -> Mapping[str, Any]:
    """Return a table, or an empty one for anything else.

    What is no table is a fault of its own key.
    """
    return content if isinstance(content, Mapping) else {}


def _group_faults(kinds: Mapping[str, Any], groups: Mapping[str, Any]) -> Iterator[Fault]:
    for name, content in groups.items():
        if name in kinds:
            yield Fault(("kind_groups", name), "a kind has this name; rename the group.")
        group = valid(KindGroupTable, content)
        for member in group.kinds if group is not None else ():
            if member in kinds:
                continue
            if member in groups:
                yield Fault(("kind_groups", name), f"{member!r} is a group; name its kinds.")
            else:
                yield Fault(("kind_groups", name), f"{member!r} is not in [kinds]. {did_you_mean(member, kinds)}")
        if group is not None and len(set(group.kinds)) != len(group.kinds):
            yield Fault(("kind_groups", name), "a kind is named twice; name it once.")


def _source_faults(key: Key, content: Any, kinds: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield repeated names, kinds that do not exist, and misplaced answers."""
    named: set[str] = set()
    for at, item in enumerate(content if isinstance(content, (list, tuple)) else ()):
        source = valid(Source, item)
        if source is None:
            continue
        if named & set(source.names):
            yield Fault((*key, at, "name"), "two sources have the same name; rename one.")
        named |= set(source.names)
        for kind in source.produces():
            if kind not in kinds:
                text = f"source {source.name!r} maps to the kind {kind!r}, which is not in [kinds]; add it there."
                yield Fault((*key, at), f"{text} {did_you_mean(kind, kinds)}")
        if source.answers and key != ("sources",):
            yield Fault((*key, at, "answers"), "answers are about the project's own cells; move their source out of the layer.")
        found = [valid(Kind, kinds[kind]) for kind in source.produces() if kind in kinds]
        if source.answers and any(kind is not None and not kind.discretionary for kind in found):
            yield Fault(
                (*key, at),
                f"source {source.name!r} holds answers, which are found where a warning sent somebody; set discretionary = true "
                "in its kinds.",
            )


def _warnings_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of lists and summaries for unknown groupings."""
    grouping = _value(given.get("warnings"), "grouping", ONE_LIST)
    groupings = _value(given.get("places"), "groupings", {})
    if "places" in given and isinstance(groupings, Mapping) and isinstance(grouping, str):
        names = list(groupings) or [ONE_LIST]
        if grouping not in names:
            text = f"{grouping!r} is not one of places.groupings; add it there, or name another."
            yield Fault(("warnings", "grouping"), f"{text} {did_you_mean(grouping, names)}")
        yield from _summary_faults(_mapping(_value(given.get("warnings"), "summaries", {})), list(groupings) or [ONE_LIST])


def _summary_faults(summaries: Mapping[str, Any], names: list[str]) -> Iterator[Fault]:
    """Yield the faults of summaries: unknown groupings, and rows that divide nothing."""
    for group, rows in summaries.items():
        key = ("warnings", "summaries", group)
        for name, known in ((group, [*names, WHOLE_AREA]), (rows, names)):
            if isinstance(name, str) and name not in known:
                others = " or all" if WHOLE_AREA in known else ""
                text = f"{name!r} is not one of places.groupings{others}; add it there, or name another."
                yield Fault(key, f"{text} {did_you_mean(name, known)}")
        if group == rows:
            yield Fault(key, f"one row per {rows!r} would be a single row; name a finer grouping for the rows.")


def _value(table: Any, key: str, default: Any) -> Any:
    return table.get(key, default) if isinstance(table, Mapping) else getattr(table, key, default)
