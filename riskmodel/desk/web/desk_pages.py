"""Pages of the desk: plain forms without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS
from riskmodel.base.days import to_iso
from riskmodel.base.page_templates import page_template
from riskmodel.base.plurals import counted
from riskmodel.base.texts import LANGUAGE_TAGS, Language
from riskmodel.desk.answer_report import AnswerReport
from riskmodel.desk.web.access_codes import Access
from riskmodel.desk.web.centre_lists import AnswerRow, OfferedList
from riskmodel.desk.web.desk_requests import Given
from riskmodel.desk.web.desk_texts import TEXTS
from riskmodel.operations.delivery import local_time
from riskmodel.warning.formats.plain_text import date_text, row_date

if TYPE_CHECKING:
    from jinja2 import Template


NOTHING_GIVEN = Given({}, {})


@dataclass(frozen=True)
class DeskPages:
    """The pages in one language.

    ``zone`` is the time zone in which times are shown.
    """

    language: Language
    zone: str

    def sign_in(self, *, wrong: bool = False) -> bytes:
        """Return the page on which a code is entered."""
        return self._page("sign_in", None, error=self._text("wrong_code") if wrong else "")

    def lists(self, access: Access, offered: Iterable[OfferedList]) -> bytes:
        """Return the page of a centre's last lists."""
        return self._page("lists", access, lists=[self._offered(one) for one in offered])

    def message(self, access: Access | None, heading: str, text: str) -> bytes:
        """Return a page that says why something cannot be shown.

        ``heading`` and ``text`` are keys of texts.
        """
        return self._page("message", access, heading=self._text(heading), text=self._text(text))

    def answers(
        self, access: Access, as_of: int, rows: Iterable[AnswerRow], *, today: int, given: Given = NOTHING_GIVEN, report: AnswerReport | None = None
    ) -> bytes:  # fmt: skip
        """Return the form of a list, and what became of answers.

        Parameters
        ----------
        given
            What was sent; of rows that were rejected it stays in the form.
        report
            What became of it; its rows are those of the form.
        """
        faults = {} if report is None else {one.row: one.reason for one in report.rejected}
        shown = [self._row(number, row, given, faults.get(number, "")) for number, row in enumerate(rows, 1)]
        return self._page(
            "answers",
            access,
            name=self._text("answers_title", day=date_text(as_of, self.language)),
            date=to_iso(as_of),
            today=to_iso(today),
            rows=shown,
            outcomes=[(value, text(self.language)) for value, text in OUTCOME_TEXTS.items()],
            correct=given.correct and bool(faults),
            faults=bool(faults),
            error="" if report is None else self._error(report),
            done=[] if report is None else self._done(report),
            notes=[] if report is None else self._notes(report),
        )

    def _error(self, report: AnswerReport) -> str:
        """Return why something was not recorded; empty if all was."""
        if not report.rows:
            return self._text("none_given")
        rejected = len(report.rejected)
        key = "some_rejected" if rejected < report.rows else "all_rejected"
        return self._text(key, count=self._places(rejected)) if rejected else ""

    def _done(self, report: AnswerReport) -> list[str]:
        """Return what was recorded, in words."""
        counts = {"recorded": report.accepted, "known_already": report.duplicates}
        return [self._text(key, count=self._places(count)) for key, count in counts.items() if count]

    def _notes(self, report: AnswerReport) -> list[str]:
        """Return which answers differ from earlier ones, and what counts."""
        beaten = {one.row for one in report.overruled}
        now = [self._text("differs", row=row) for row in report.contradicting if row not in beaten]
        return now + [
            self._text(
                "overruled",
                row=one.row,
                day=row_date(one.day, self.language),
                outcome=OUTCOME_TEXTS[one.outcome](self.language),
            )
            for one in report.overruled
        ]

    def _places(self, count: int) -> str:
        return str(count) if self.language == "zh" else counted(count, "place")

    def _offered(self, one: OfferedList) -> dict[str, Any]:
        day = date_text(one.as_of, self.language)
        warnings = one.warnings if self.language == "zh" else counted(one.warnings, "warning")
        until = local_time(one.read_until, self.zone) if one.read_until else ""
        return {
            "date": to_iso(one.as_of),
            "name": self._text("list_of", day=day),
            "counts": self._text("counts", warnings=warnings, answered=one.answered),
            "urgent": one.urgent,
            "read": self._text("read", until=until) if until else "",
        }

    def _row(self, number: int, row: AnswerRow, given: Given, fault: str) -> dict[str, Any]:
        """Return a row of the form.

        Only what was rejected stays filled in.
        """
        work = row.work
        return {
            "id": work.id,
            "label": f"{number} · {work.label} · {work.matter}",
            "place": work.place,
            "wider": work.wider,
            "reason": work.reason,
            "deadline": "" if work.deadline is None else self._text("deadline", day=row_date(work.deadline, self.language)),
            "answers": [self._text("answered", said=said) for said in row.answers],
            "fault": fault,
            "outcome": given.outcomes.get(work.id, "") if fault else "",
            "day": given.days.get(work.id, "") if fault else "",
        }

    def _text(self, key: str, **values: object) -> str:
        return TEXTS[key](self.language, **values)

    def _page(self, template: str, access: Access | None, **values: Any) -> bytes:
        """Return a page of a template."""
        texts = {key: text(self.language) for key, text in TEXTS.items()}
        return _template(template).render(tag=LANGUAGE_TAGS[self.language], t=texts, access=access, **values).encode()


@cache
def _template(name: str) -> Template:
    return page_template(f"{name}.html.j2", "riskmodel.desk.web")
