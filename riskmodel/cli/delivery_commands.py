"""Commands of deliveries: silence and acknowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import Centre, Json, Role, day_option
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.ledger import Silence


@command("riskmodel silence --role 值班长 --reason maintenance --until 2026-01-02T08:00 --channel mail")
def silence(
    role: Annotated[str, typer.Option(metavar="ROLE", help="Role of the person who decides it; never a name.")] = "",
    reason: Annotated[
        str, typer.Option(metavar="REASON", help="maintenance, exercise, holiday, receiver_down or wrong_lists.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="TIME", help="When it ends, such as 2026-01-02T08:00; at most 30 days away.")
    ] = "",
    channel: Annotated[str, typer.Option(metavar="NAME", help="Only this channel; 'folder' is the usual folder.")] = "",
    centre: Centre = None,
    end: Annotated[bool, typer.Option("--end", help="End the silence of this channel and centre.")] = False,
    json: Json = None,
) -> None:
    """Let deliveries wait for a time, or show what is silenced.

    Approved lists are kept and delivered when the silence ends. Without options, the open silences are shown. A silence is journalled with
    its role and reason, and 'riskmodel status' lists it.
    """
    from riskmodel.base.errors import UsageError
    from riskmodel.cli.command_texts import NOT_SILENCED
    from riskmodel.operations.delivery_decisions import end_silence, open_silences
    from riskmodel.operations.delivery_decisions import silence as decide
    from riskmodel.operations.nightly import seconds

    project, now = current.project(), seconds()
    if end:
        end_silence(project, role=role, now=now, channel=channel, centre=centre or "")
    elif until or reason or role:
        given = {"--role": role, "--reason": reason, "--until": until}
        if lacking := [name for name, value in given.items() if not value]:
            raise UsageError(
                f"A silence needs {', '.join(lacking)}. Nothing was silenced. Give all of --role, --reason and --until."
            )
        decide(project, until, role=role, reason=reason, now=now, channel=channel, centre=centre or "")
    found = open_silences(project, now)
    zone = project.table.time_zone
    language = spoken(project.table.warnings.language)
    lines = [_line(one, zone, language) for one in found] or [NOT_SILENCED(language)]
    emit([_plain(one, zone) for one in found], json, "\n".join(lines))


def _line(one: Silence, zone: str, language: Language) -> str:
    """Return a silence in one line."""
    from riskmodel.operations.delivery import local_time
    from riskmodel.operations.delivery.delivery_holds import channel_text, silence_text

    if language == "zh":
        whose = "、".join(name for name in (channel_text(one.channel).zh, one.centre) if name) or "全部送达"
        return f"静默：{whose}，{silence_text(one, zone).zh}"
    channel = f"channel {one.channel!r}" if one.channel else "all channels"
    centre = f", centre {one.centre!r}" if one.centre else ""
    return f"SILENCED: {channel}{centre} until {local_time(one.until, zone)}, by {one.role} ({one.reason})"


def _plain(one: Silence, zone: str) -> dict[str, Any]:
    from riskmodel.operations.delivery import local_time

    return {
        "channel": one.channel, "centre": one.centre, "role": one.role, "reason": one.reason,
        "since": local_time(one.since, zone), "until": local_time(one.until, zone),
    }  # fmt: skip


@command("riskmodel acknowledge --as-of 2026-01-01 --role 值班员 --centre 城东")
def acknowledge(
    role: Role,
    as_of: Annotated[int, day_option("--as-of", "As-of date of the list that was read.")],
    centre: Centre = None,
    json: Json = None,
) -> None:
    """Say that the red warnings of a list were read.

    Red lists that nobody acknowledges go to the channels with 'escalates_after'. An acknowledgement lapses after
    'delivery.acknowledged_for' hours unless the red warnings are answered by then.
    """
    from riskmodel.base.texts import enumerated, labelled
    from riskmodel.cli.command_texts import ACKNOWLEDGED
    from riskmodel.operations.delivery_decisions import acknowledge as record
    from riskmodel.operations.nightly import seconds

    project = current.project()
    centres = record(project, as_of, role=role, now=seconds(), centre=centre)
    language = spoken(project.table.warnings.language)
    said = labelled(ACKNOWLEDGED(language), enumerated(centres, language), language)
    emit({"centres": list(centres)}, json, said)
