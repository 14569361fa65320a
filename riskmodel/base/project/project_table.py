"""The content of ``riskmodel.toml``: places, kinds, sources, and who gets the lists."""

from __future__ import annotations

from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from riskmodel.base.project.kinds import Kind
from riskmodel.base.project.places_table import PlacesTable
from riskmodel.base.project.sources import Source
from riskmodel.base.texts import Language, Text
from riskmodel.base.toml_tables import Table


class ExportsTable(Table):
    """A table that says, for each source, since when and through which day it is complete and when that was known."""

    path: str
    source: str
    since: str
    through: str
    known: str
    encoding: str = "utf-8"


class WarningsTable(Table):
    """Who gets a list, and how a centre's capacity is split among targets (experiment name to share)."""

    grouping: str = "centre"
    split: dict[str, float] = Field(default_factory=dict)
    language: Language = "zh"
    approval: bool = True

    @field_validator("split")
    @classmethod
    def _shares(cls, split: dict[str, float]) -> dict[str, float]:
        if any(share <= 0 for share in split.values()) or sum(split.values()) > 1 + 1e-9:
            raise ValueError("shares must be positive and add up to at most 1.")
        return split


class DeliveryTable(Table):
    """How approved lists leave: files in ``folder`` (a path of the project, such as one that a centre's system reads)."""

    folder: str = "outbox/sent"


class Layer(Table):
    """Another division of the same county into cells, with sources of its own."""

    places: PlacesTable
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: ExportsTable | None = None


class ProjectTable(Table):
    """The content of ``riskmodel.toml``."""

    name: str
    title: Text
    time_zone: str = "Asia/Shanghai"
    history: str = "data/history"
    store: str = "data/operations.db"
    outbox: str = "outbox"
    tracking: str = "mlruns"
    truth: str | None = None
    places: PlacesTable
    kinds: dict[str, Kind] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
    exports: ExportsTable | None = None
    warnings: WarningsTable = WarningsTable()
    delivery: DeliveryTable = DeliveryTable()
    layers: dict[str, Layer] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is not a time zone; use a name such as 'Asia/Shanghai'.")
        return zone

    @model_validator(mode="after")
    def _names_fit(self) -> ProjectTable:
        for sources in (self.sources, *(layer.sources for layer in self.layers.values())):
            names = [name for source in sources for name in source.names]
            if len(set(names)) != len(names):
                raise ValueError("two sources have the same name; rename one.")
        for source in (*self.sources, *(source for layer in self.layers.values() for source in layer.sources)):
            for kind in source.produces():
                if kind not in self.kinds:
                    raise ValueError(f"source {source.name!r} maps to the kind {kind!r}, which is not in [kinds]; add it there.")
            if source.answers and any(not self.kinds[kind].discretionary for kind in source.produces()):
                raise ValueError(
                    f"source {source.name!r} brings answers, which are found where a warning sent somebody; set discretionary = true "
                    "in its kinds."
                )
        if any(source.answers for layer in self.layers.values() for source in layer.sources):
            raise ValueError("answers are about the project's own cells; move their source out of the layer.")
        if self.warnings.grouping not in self.places.groupings:
            raise ValueError(f"warnings.grouping {self.warnings.grouping!r} is not one of places.groupings; add it there.")
        return self
