"""Instants whose column states a time zone by its type, as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.arrow_compute import arrow_compute

if TYPE_CHECKING:
    import pyarrow as pa


def written_instants(table: pa.Table) -> pa.Table:
    """Return a table with instants as texts with an offset.

    As days they would be those of UTC, before it is known where the place is.

    Examples
    --------
    >>> import datetime
    >>> import pyarrow as pa
    >>> at = datetime.datetime(2024, 5, 2, 3, 30, tzinfo=datetime.UTC)
    >>> written_instants(pa.table({"at": pa.array([at], pa.timestamp("s", "America/Chicago"))}))["at"].to_pylist()
    ['2024-05-01T22:30:00-0500']
    """
    import pyarrow as pa

    pc = arrow_compute()
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is not None:
            # in UTC, since arrow rounds no local time that clocks show twice
            instants = table[field.name].cast(pa.timestamp(field.type.unit, tz="UTC"))
            seconds = pc.floor_temporal(instants, unit="second").cast(pa.timestamp("s", tz=field.type.tz))
            texts = pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%S%z")
            table = table.set_column(at, field.name, texts)
    return table
