"""The command why: the whole story of a place on a night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current
from riskmodel.cli.options import Json, read_day_option
from riskmodel.cli.output import emit, spoken

if TYPE_CHECKING:
    from riskmodel.warning.place_story import PlaceStory


@command("riskmodel why 2026-01-01 C0012")
def why(
    night: Annotated[str, typer.Argument(metavar="NIGHT", help="As-of date of a night that was run.")],
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="Id of a cell, or its village and name as lists write them; listed or not.")
    ],
    json: Json = None,
) -> None:
    """Explain why a place is on a night's list, or is not.

    One page: the forecast, the parts of it that mattered, plain counts, the evidence, the answers, and every rule that touched the place,
    in the language of the project's lists. The forecast is computed again from the plan of the night and must agree with the record.
    """
    from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
    from riskmodel.operations.nightly import place_story
    from riskmodel.warning.formats.place_story_text import story_text

    project = current.project()
    story = place_story(project, read_day_option("NIGHT", night), place)
    texts = {str(outcome): text for outcome, text in OUTCOME_TEXTS.items()}
    emit(_with_rules(story), json, story_text(story, spoken(project.table.warnings.language), texts))


def _with_rules(story: PlaceStory) -> dict[str, Any]:
    """Return a story as plain values, with every rule in both languages."""
    from riskmodel.warning.formats.place_story_text import RULES

    found = story.to_json()
    for target in found["targets"]:
        target["rules"] = [{"rule": rule, "text": RULES[rule].model_dump()} for rule in target["rules"]]
    return found
