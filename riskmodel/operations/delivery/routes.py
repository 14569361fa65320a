"""Routes: the channels of a project and their centres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from riskmodel.base.errors import UsageError
from riskmodel.base.project import ChannelTable, DropTable, EmailTable, FeedTable, Project, WebhookTable
from riskmodel.operations.delivery.channel import Channel
from riskmodel.operations.delivery.drop_channel import DropChannel
from riskmodel.operations.delivery.email_channel import EmailChannel, MailServer
from riskmodel.operations.delivery.feed_channel import FeedChannel
from riskmodel.operations.delivery.folder_channel import FolderChannel
from riskmodel.operations.delivery.guarded_url import GuardedUrl
from riskmodel.operations.delivery.quiet_hours import QuietHours
from riskmodel.operations.delivery.webhook_channel import WebhookChannel

REMOTE = ("email", "webhook")
"""Kinds of channels that go over a network: where one does not answer, further lists for it wait for the next run."""


FOLDER = "folder"
"""Name of the channel that every project has."""


class Receiver(NamedTuple):
    """A receiver: kind of channel and address, as the ledger keeps them."""

    channel: str
    address: str

    @property
    def remote(self) -> bool:
        """Whether it is reached over a network."""
        return self.channel in REMOTE


class Route(NamedTuple):
    """A receiver, its centres (empty: all), and how to reach it.

    ``name`` is that of its channel in ``riskmodel.toml``; a route with ``escalates_after`` minutes carries only red lists that nobody
    acknowledged.
    """

    destination: Receiver
    centres: tuple[str, ...]
    open: Callable[[], Channel]
    name: str
    quiet: QuietHours
    escalates_after: int | None = None

    @property
    def escalates(self) -> bool:
        """Whether it carries only red lists that nobody acknowledged."""
        return self.escalates_after is not None

    def carries(self, centre: str) -> bool:
        """Return whether the lists of a centre go there."""
        return not self.centres or centre in self.centres


def routes(project: Project, environment: Mapping[str, str], now: Callable[[], int]) -> tuple[Route, ...]:
    """Return the routes of a project, the receiver's folder first.

    Parameters
    ----------
    environment
        Environment variables, of which the channels' tables name those with secrets.
    now
        The time in seconds since 1970.
    """
    folder = project.table.delivery.folder
    first = Route(
        Receiver("folder", folder), (), lambda: FolderChannel(project.path(folder), folder), FOLDER, _quiet(project, None)
    )
    return (first, *_further(project, environment, now))


def receiving_folders(project: Project) -> tuple[Path, ...]:
    """Return the folders that receivers read, wherever links lead."""
    table = project.table.delivery
    named = [table.folder, *(one.folder for one in table.channels if isinstance(one, (DropTable, FeedTable)))]
    return tuple(project.path(name).resolve() for name in named)


def _further(project: Project, environment: Mapping[str, str], now: Callable[[], int]) -> Iterator[Route]:
    """Yield the routes of the channels."""
    for table in project.table.delivery.channels:
        rules = (table.name, _quiet(project, table), table.escalates_after)
        if isinstance(table, EmailTable):
            for receiver in table.receivers:
                opened = lambda t=table, r=receiver: _email(project, t, r, environment)
                yield Route(Receiver("email", receiver), table.centres, opened, *rules)
        elif isinstance(table, WebhookTable):
            opened = lambda t=table: _webhook(project, t, environment, now)
            yield Route(Receiver("webhook", table.url), table.centres, opened, *rules)
        else:
            yield Route(Receiver(table.type, table.folder), table.centres, lambda t=table: _folder(project, t), *rules)


def _quiet(project: Project, table: ChannelTable | None) -> QuietHours:
    """Return the quiet hours of a channel, or of the folder."""
    usual = project.table.delivery
    hours = usual.quiet if table is None or table.quiet is None else table.quiet
    breaks = usual.quiet_breaks if table is None or table.quiet_breaks is None else table.quiet_breaks
    return QuietHours(hours, project.table.time_zone, breaks)


def _folder(project: Project, table: DropTable | FeedTable) -> Channel:
    folder = project.path(table.folder)
    if isinstance(table, DropTable):
        return DropChannel(folder, table.folder)
    return FeedChannel(folder, table.folder, table.name, table.entries)


def _email(project: Project, table: EmailTable, receiver: str, environment: Mapping[str, str]) -> Channel:
    password = _secret(table.name, table.password, environment) if table.password else ""
    authority = str(project.path(table.authority)) if table.authority else ""
    server = MailServer(table.host, table.port, table.security, table.user, password, authority)
    return EmailChannel(server, table.sender, receiver, escalates_after=table.escalates_after)


def _webhook(project: Project, table: WebhookTable, environment: Mapping[str, str], now: Callable[[], int]) -> Channel:
    authority = str(project.path(table.authority)) if table.authority else ""
    to = GuardedUrl(table.url, table.hosts, table.private, authority)
    return WebhookChannel(to, now, _secret(table.name, table.secret, environment))


def _secret(channel: str, variable: str, environment: Mapping[str, str]) -> str:
    """Return a secret from the environment.

    Raises
    ------
    UsageError
        If it is not set.
    """
    found = environment.get(variable, "")
    if not found:
        raise UsageError(
            f"The channel {channel!r} needs the environment variable {variable!r}, which is not set. Set it where riskmodel runs, for example in "
            "the service's environment file."
        )
    return found
