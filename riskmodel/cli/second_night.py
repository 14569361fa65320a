"""The second night of the demo, after answers to the first."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, OUTCOME_TEXTS, AnswerOutcome
from riskmodel.base.days import to_date, to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import write_bytes
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project

if TYPE_CHECKING:
    from riskmodel.operations.nightly.night_steps import StepCallback
    from riskmodel.warning import WarningList
    from riskmodel.warning.formats.worklist import WorkRow

ANSWERS: tuple[AnswerOutcome, ...] = ("visited", "nothing_found", "needs_followup", "not_done")
"""What the first rows of the demo's list are answered with."""


class Answered(NamedTuple):
    """An answered row and what became of its place."""

    row: WorkRow
    outcome: AnswerOutcome
    fate: str


class SecondNight(NamedTuple):
    """The answered file and both lists of its centre."""

    file: Path
    before: WarningList
    after: WarningList
    answered: tuple[Answered, ...]


def second_night(project: Project, as_of: int, progress: StepCallback) -> SecondNight | None:
    """Answer the first list of a night and run the next.

    None where the list has no warning.
    """
    from riskmodel.desk import record_answer_table
    from riskmodel.ledger import Ledger
    from riskmodel.operations.list_bodies import from_stored
    from riskmodel.operations.nightly import approve, run_nightly
    from riskmodel.warning.formats.worklist import work_rows

    with Ledger.of(project).read() as book:
        centre = min(one.centre for one in book.lists.of(as_of))
    approve(project, as_of, centre, role=project.table.roles[0], day=as_of)
    with Ledger.of(project).read() as book:
        (before,) = map(from_stored, book.lists.of(as_of, centre))
    rows = [row for row in work_rows(before, "en") if row.number is not None][: len(ANSWERS)]
    if not rows:
        return None
    file = project.folder / "answers" / f"{to_iso(as_of)}_{name_of(centre)}.xlsx"
    write_bytes(file, _filled_in(before, project, as_of))
    record_answer_table(project, file, as_of)
    night = run_nightly(project, as_of + 1, day=as_of + 1, progress=progress)
    after = next(one for one in night.lists if one.centre == centre)
    fates = zip(rows, ANSWERS, strict=False)
    return SecondNight(file, before, after, tuple(Answered(row, outcome, _fate(row, before, after)) for row, outcome in fates))


def _filled_in(whole: WarningList, project: Project, day: int) -> bytes:
    """Return the list's own sheet with the first rows answered."""
    import openpyxl

    from riskmodel.warning import FORMATS
    from riskmodel.warning.formats.xlsx import HEAD_ROW, WIDTHS

    language = project.table.warnings.language
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(whole, None, language)))
    sheet: Any = book.worksheets[0]
    columns = list(WIDTHS)
    for row, outcome in enumerate(ANSWERS, HEAD_ROW + 1):
        if sheet.cell(row, columns.index("warning") + 1).value is None:
            break
        sheet.cell(row, columns.index("outcome") + 1).value = OUTCOME_TEXTS[outcome](language)
        if OUTCOME_MEANINGS[outcome].visit:
            sheet.cell(row, columns.index("day") + 1).value = to_date(day)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _fate(row: WorkRow, before: WarningList, after: WarningList) -> str:
    """Return what became of an answered place on the next list."""
    target = next(
        section.target for section in before.sections for w in (*section.warnings, *section.spot_checks) if w.id == row.id
    )
    section = after.section(target)
    if any(one.place == row.code and one.target == target for one in after.follow_ups):
        return "is pinned until an answer closes it"
    if section is None:
        return "has no section"
    if any(w.place == row.code for w in (*section.warnings, *section.spot_checks)):
        return "is listed again, for its forecast rose" if "risen" in section.rules_of(row.code) else "stays on the list"
    return "rests after this answer" if "cool-down" in section.rules_of(row.code) else "left the list"


def second_night_text(night: SecondNight) -> list[str]:
    """Return what the answers changed, for the terminal."""
    old = {(w.target, w.place) for w in night.before}
    new = [w for w in night.after if (w.target, w.place) not in old]
    lines = [
        f"Approved the list of {night.before.centre}, filled in {counted(len(night.answered), 'row')} of {night.file} and answered:"
    ]
    lines += [f"  {one.row.place}, {one.row.matter}: {OUTCOME_TEXTS[one.outcome].en}; it {one.fate}" for one in night.answered]
    rests = sum("cool-down" in section.rules for section in night.after.sections)
    lines.append(
        f"Night of {to_iso(night.after.as_of)}: {counted(len(list(night.after)), 'warning')}, {len(new)} of them new, "
        f"{counted(len(night.after.follow_ups), 'place')} to follow up"
        + (", and places that were answered make room for others." if rests and new else ".")
    )
    return lines


def second_night_json(night: SecondNight) -> dict[str, Any]:
    """Return what the answers changed, as plain values."""
    return {
        "file": str(night.file),
        "centre": night.after.centre,
        "as_of": to_iso(night.after.as_of),
        "answers": [{"warning": one.row.id, "outcome": one.outcome, "then": one.fate} for one in night.answered],
        "warnings": len(list(night.after)),
        "follow_ups": len(night.after.follow_ups),
    }
