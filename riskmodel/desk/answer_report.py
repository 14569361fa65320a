"""What became of a file of answers, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.answer_outcomes import OUTCOME_TEXTS, AnswerOutcome
from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language, Text, enumerated
from riskmodel.warning.formats.plain_text import short_date

REJECTIONS = {
    "unknown": Text(
        zh="没有这个编号的预警；请从名单中复制预警编号",
        en="there is no warning of this id; copy the id from the list",
    ),
    "draft": Text(
        zh="该预警所在的名单尚未批准；请先批准名单，再重新提交本行",
        en="the list of this warning is not approved; approve it, then hand in the row again",
    ),
    "outcome": Text(
        zh=f"结果只能是以下之一：{'、'.join(text.zh for text in OUTCOME_TEXTS.values())}；请改填",
        en=f"the result is none of {', '.join(text.en for text in OUTCOME_TEXTS.values())}; choose one of them",
    ),
    "no outcome": Text(zh="填了日期，没有填结果；请选择结果", en="there is a date but no result; choose one"),
    "no day": Text(
        zh="没有填走访日期；请写成 2026-01-02 或 1月2日", en="the date of the visit is missing; write it as 2026-01-02 or 2 Jan"
    ),
    "day": Text(zh="日期无法识别；请写成 2026-01-02 或 1月2日", en="the date is not understood; write it as 2026-01-02 or 2 Jan"),
    "range": Text(
        zh="日期应在名单日期{first}至今天{last}之间；请改正",
        en="the date must be from that of the list, {first}, to today, {last}; correct it",
    ),
}
"""Why a row is rejected and what to do."""

COUNTS = Text(
    zh="{rows}条反馈＝采纳{accepted}条＋重复{duplicates}条＋退回{rejected}条",
    en="{answers} = {accepted} accepted + {doubles} + {rejected} rejected",
)
ROW = Text(zh="  表头下第{rows}行：{reason}", en="  {noun} {rows}: {reason}")
DIFFERING = Text(
    zh="  表头下第{rows}行：同一预警填了不同结果，均已记录；以走访日期较晚的为准，同日的以靠后的行为准，未走访的不抵走访的",
    en="  rows {rows}: different results of one warning; all are recorded. The latest visit counts, of one day the last row, and a visit more than 'not done'",
)
BEFORE = Text(
    zh="  表头下第{rows}行：此前提交过不同结果，均已记录，现以本次为准",
    en="  {noun} {rows}: another result was handed in before; both are recorded, and this one counts now",
)
OVERRULED = Text(
    zh="  表头下第{row}行：已记录，但该预警以{day}的“{outcome}”为准；若本行才正确，请将本行单独成表，用 riskmodel answer --correct 提交",
    en="  row {row}: it is recorded, but '{outcome}' of {day} counts for its warning; if this row is right, hand it in in a table of its own with 'riskmodel answer --correct'",
)
ELSEWHERE = Text(
    zh="  表头下第{row}行：该预警在{centre}的名单上，已照常记录；若编号填错，请另报正确的一行，并告知该中心",
    en="  row {row}: the warning is on the list of {centre}; it is recorded all the same. If the id is wrong, hand in the right row as well, and tell that centre",
)
SEVERAL = Text(
    zh="  本表的预警属于多个中心（{centres}），均已照常记录；若本表只由一个中心填写，请核对预警编号",
    en="  the warnings of this table are of several centres ({centres}); all are recorded. If one centre filled it in, check the ids",
)
KEPT = Text(zh="  退回的行号记录在 {path}", en="  kept in {path}")
NOTHING = Text(
    zh="{table}中没有填写任何结果。请填写结果和走访日期后重新提交。",
    en="There is no answer in {table} yet. Fill in results and dates, then pass it again.",
)
REJECTED = Text(
    zh="{table}中没有一行被采纳。请改正退回的行后重新提交。",
    en="No row of {table} was recorded. Correct the rejected rows, then pass the table again.",
)


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not recorded, and why.

    ``row`` counts from 1 below the header, empty rows included.
    """

    row: int
    reason: str


@dataclass(frozen=True)
class OverruledRow:
    """A row that was recorded, although another answer counts for its warning.

    ``day`` and ``outcome`` are those of the answer that counts.
    """

    row: int
    day: int
    outcome: AnswerOutcome


@dataclass(frozen=True, repr=False)
class AnswerReport:
    """What happened to the rows of a table of answers.

    Always ``rows == accepted + duplicates + len(rejected)``. ``differing`` are rows of one warning with different results, ``contradicting`` those to which an earlier
    file gave another result of the same day or a later one, ``overruled`` those beside which another answer counts, ``elsewhere`` those of a file of one centre whose warning is on the list of another: whoever was at the place, it was visited. ``several`` are the centres of a file that is not mostly of one, with their recorded rows.
    """

    rows: int
    accepted: int
    duplicates: int
    rejected: tuple[RejectedRow, ...]
    quarantine: Path | None
    language: Language = "en"
    differing: tuple[tuple[int, ...], ...] = ()
    contradicting: tuple[int, ...] = ()
    elsewhere: tuple[tuple[int, str], ...] = ()
    several: tuple[tuple[str, int], ...] = ()
    overruled: tuple[OverruledRow, ...] = ()

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + len(self.rejected):
            raise AssertionError(f"rows of answers do not add up: {self.to_json()}")

    def __repr__(self) -> str:
        counts = {"rows": self.rows, "accepted": self.accepted, "duplicates": self.duplicates, "rejected": len(self.rejected)}
        nouns = {"answers": counted(self.rows, "answer"), "doubles": counted(self.duplicates, "duplicate")}
        head = COUNTS(self.language, **counts, **nouns)
        rows = self._rejected_rows()
        rows += [DIFFERING(self.language, rows=enumerated(map(str, each), self.language)) for each in self.differing]
        rows += self._beside_earlier_ones()
        rows += [ELSEWHERE(self.language, row=row, centre=centre) for row, centre in self.elsewhere]
        rows += self._several_centres()
        return "\n".join([head, *rows, *([KEPT(self.language, path=self.quarantine)] if self.quarantine else [])])

    def _rejected_rows(self) -> list[str]:
        """Return each reason with all of its rows."""
        found: dict[str, list[int]] = {}
        for one in self.rejected:
            found.setdefault(one.reason, []).append(one.row)
        return [
            ROW(self.language, noun="row" if len(rows) == 1 else "rows", rows=_spans(rows, self.language), reason=reason)
            for reason, rows in found.items()
        ]

    def _several_centres(self) -> list[str]:
        """Return how many rows are of each centre, if of several."""
        if not self.several:
            return []
        named = [f"{centre} {number}{'条' if self.language == 'zh' else ''}" for centre, number in self.several]
        return [SEVERAL(self.language, centres=("、" if self.language == "zh" else ", ").join(named))]

    def _beside_earlier_ones(self) -> list[str]:
        """Return which rows count now, and which do not."""
        beaten = {one.row for one in self.overruled}
        now = [row for row in self.contradicting if row not in beaten]
        noun, numbers = "row" if len(now) == 1 else "rows", enumerated(map(str, now), self.language)
        lines = [BEFORE(self.language, noun=noun, rows=numbers)] if now else []
        return lines + [
            OVERRULED(
                self.language,
                row=one.row,
                day=short_date(one.day, self.language),
                outcome=OUTCOME_TEXTS[one.outcome](self.language),
            )
            for one in self.overruled
        ]

    def failure(self, table: str) -> str | None:
        """Return why nothing was recorded, in the file's language.

        None if something is: rows of a table that was passed before count.
        """
        if self.accepted or self.duplicates:
            return None
        return (REJECTED if self.rejected else NOTHING)(self.language, table=repr(table))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": [{"row": one.row, "reason": one.reason} for one in self.rejected],
            "differing": [list(rows) for rows in self.differing],
            "contradicting": list(self.contradicting),
            "overruled": [{"row": one.row, "day": to_iso(one.day), "outcome": one.outcome} for one in self.overruled],
            "elsewhere": [{"row": row, "centre": centre} for row, centre in self.elsewhere],
            "several": [{"centre": centre, "rows": number} for centre, number in self.several],
            "quarantine": None if self.quarantine is None else str(self.quarantine),
        }


def _spans(rows: list[int], language: Language) -> str:
    """Return row numbers, long runs by their ends.

    Examples
    --------
    >>> _spans([1, 2, 3, 5, 6, 9], "en"), _spans([1, 2, 3, 5], "zh")
    ('1–3, 5, 6, 9', '1–3、5')
    """
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][-1] + 1:
            spans[-1].append(row)
        else:
            spans.append([row])
    shown = [[f"{one[0]}–{one[-1]}"] if len(one) > 2 else [str(row) for row in one] for one in spans]
    return ("、" if language == "zh" else ", ").join(text for texts in shown for text in texts)
