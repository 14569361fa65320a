"""Words of findings about dates."""

from __future__ import annotations

from riskmodel.base.texts import Text, phrase

DATE_WORDS: dict[str, tuple[Text, Text]] = {
    "unstated": (
        phrase(
            "有记录，但截至此日没有生效的完整性说明，不知数据完整至何日。",
            "There are records, but at this date no statement counts yet of the day through which they are complete.",
        ),
        phrase("核对导出登记表中该数据源的日期。", "Check the dates of the source in the table of exports."),
    ),
    "midnights": (
        phrase(
            "“{column}”的时刻几乎都是UTC零时，在{zone}属于前一天晚上，每一天都早算了一天。",
            "Nearly all instants of '{column}' are midnights of UTC, the evening before in {zone}: every day is a day too early.",
        ),
        phrase('如为日期，请在该数据源设置 {setting} = "UTC"。', 'If they are dates, set {setting} = "UTC" of the source.'),
    ),
    "sundays": (
        phrase(
            "“{column}”的每一周都以周日表示，按一周的第一天处理，事件计入其后的周六。",
            "Every week of '{column}' is named by a Sunday, taken as its first day, so its events count on the Saturday after.",
        ),
        phrase(
            '如果一周在该周日结束，请为该数据源设置 period = "week_end"，事件即计入该周日（早六天）。',
            'If weeks end on these Sundays, set period = "week_end" for the source: events then count on that Sunday, six days earlier.',
        ),
    ),
}
"""Key of a finding to what was found and what to do."""
