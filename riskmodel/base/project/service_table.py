"""The table ``[service]``: missed nights, and how others can watch the night."""

from __future__ import annotations

from pydantic import Field, field_validator

from riskmodel.base.toml_tables import Table
from riskmodel.base.variable_names import variable_name


class ServiceTable(Table):
    """What ``riskmodel night`` does about missed nights and leaves for watchers.

    ``catch_up`` is how many of the last nights are caught up if they were missed; others are skipped. An empty path or name: nothing is left.
    ``metrics`` is a file for Prometheus, ``log`` one JSON line per run, ``heartbeat`` a file that only a good run renews. ``ping`` names an
    environment variable with a URL that only a good run requests; its host must be one of ``hosts``, and lead to a public address or into a
    network of ``private``.
    """

    catch_up: int = Field(default=0, ge=0, le=31)
    metrics: str = ""
    log: str = ""
    heartbeat: str = ""
    ping: str = ""
    hosts: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    authority: str = ""

    @field_validator("ping")
    @classmethod
    def _names_a_variable(cls, name: str) -> str:
        return variable_name(name, "the URL") if name else name
