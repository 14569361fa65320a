"""How approved lists leave: the receiver's folder, and further channels."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from riskmodel.base.personal_data.personal_texts import is_mailbox_of_person
from riskmodel.base.policy import Grade
from riskmodel.base.toml_tables import Table
from riskmodel.base.variable_names import variable_name

_HOST = re.compile(r"(?=.{1,253}$)(?!.*\.\d+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_ADDRESS = re.compile(r"[^@\s,;<>\"\\]+@[^@\s,;<>\"\\]+")
_QUIET = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")


Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)] | None
"""Minutes until a list escalates, if it does."""


def _quiet_hours(hours: str | None) -> str | None:
    if hours and (not _QUIET.fullmatch(hours) or hours[:5] == hours[6:]):
        raise ValueError("it must be two times of day such as '22:00-06:00', or '' for none.")
    return hours


class ChannelRules(Table):
    """Name and centres of a channel, and when it may deliver.

    None is as in ``[delivery]``. In the ``quiet`` hours only lists with a grade of ``quiet_breaks`` are delivered. With ``escalates_after``
    minutes the channel gets only red lists that nobody acknowledged in that time.
    """

    name: str = Field(min_length=1)
    centres: tuple[str, ...] = ()
    quiet: str | None = None
    quiet_breaks: tuple[Grade, ...] | None = None
    escalates_after: Minutes = None

    _hours = field_validator("quiet")(_quiet_hours)


class DropTable(ChannelRules):
    """A folder into which each list is dropped with its checksums."""

    type: Literal["drop"]
    folder: str


class FeedTable(ChannelRules):
    """A folder with an Atom feed of the lists."""

    type: Literal["feed"]
    folder: str
    entries: int = Field(default=100, ge=1)


class EmailTable(ChannelRules):
    """Mail over TLS: one message per list and receiver."""

    type: Literal["email"]
    host: str
    port: int = Field(default=465, ge=1, le=65535)
    security: Literal["tls", "starttls"] = "tls"
    sender: str
    receivers: tuple[str, ...] = Field(min_length=1)
    user: str = ""
    password: str = ""
    authority: str = ""

    @field_validator("password")
    @classmethod
    def _names_a_variable(cls, name: str) -> str:
        return variable_name(name, "the secret") if name else name

    @field_validator("sender", "receivers")
    @classmethod
    def _are_addresses(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in (given,) if isinstance(given, str) else given:
            if not _ADDRESS.fullmatch(one):
                raise ValueError("it must be a mail address such as duty@example.org.")
            if is_mailbox_of_person(one):
                raise ValueError(
                    "it looks like the mailbox of a person, and receipts would keep it; give that of an office, such as duty@example.org."
                )
        return given


class WebhookTable(ChannelRules):
    """A signed HTTP request per list (Standard Webhooks)."""

    type: Literal["webhook"]
    url: str
    secret: str
    hosts: tuple[str, ...] = Field(min_length=1)
    private: tuple[str, ...] = ()
    authority: str = ""

    @field_validator("secret")
    @classmethod
    def _is_a_variable(cls, name: str) -> str:
        return variable_name(name, "the secret")

    @field_validator("url")
    @classmethod
    def _is_a_plain_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or parts.username or parts.password or parts.fragment or parts.query:
            raise ValueError("it must be 'https://host/path', without a user, password, query or fragment.")
        if not parts.hostname or not _HOST.fullmatch(parts.hostname):
            raise ValueError("its host must be a name in plain letters, such as 'lists.example.org'.")
        return url

    @field_validator("private")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        from ipaddress import ip_network

        for network in networks:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError("each entry must be a network such as '10.20.0.0/16'.") from None
        return networks


ChannelTable = Annotated[DropTable | FeedTable | EmailTable | WebhookTable, Field(discriminator="type")]
"""A further channel; ``type`` says which."""


class DeliveryTable(Table):
    """How approved lists leave: as files in ``folder``, and by ``channels``.

    The folder is a path of the project, such as one that a centre's system reads. Lists with a grade of ``automatic`` are approved by this
    setting, and journalled as such. If a target's number of warnings changed by five or more, and by more than ``review_change`` of the earlier number, the list still waits for a
    person. An acknowledgement counts for ``acknowledged_for`` hours.
    """

    folder: str = "outbox/sent"
    quiet: str = ""
    quiet_breaks: tuple[Grade, ...] = ()
    automatic: tuple[Grade, ...] = ()
    review_change: float = Field(default=0.5, gt=0)
    acknowledged_for: int = Field(default=48, ge=1, le=30 * 24)
    channels: tuple[ChannelTable, ...] = ()

    _hours = field_validator("quiet")(_quiet_hours)

    @field_validator("channels")
    @classmethod
    def _have_different_names(cls, channels: tuple[ChannelTable, ...]) -> tuple[ChannelTable, ...]:
        names = [channel.name for channel in channels]
        if len(set(names)) != len(names):
            raise ValueError("each channel needs a name of its own.")
        return channels
