"""Results as text for a terminal."""

from __future__ import annotations

from riskmodel.base.shown_texts import columns_of, padded
from riskmodel.base.texts import Language
from riskmodel.warning.results.result_sentences import result_caveats, result_findings, span_sentence
from riskmodel.warning.results.result_words import KEEP_IN_MIND, TITLE
from riskmodel.warning.results.stay_tables import ResultTable, result_tables
from riskmodel.warning.results.warning_results import WarningResults


def results_text(found: WarningResults, language: Language) -> str:
    """Return results as text; a table is as wide as it needs."""
    parts = [
        "\n".join([TITLE(language), span_sentence(found, language), *(f"- {text}" for text in result_findings(found, language))]),
        *(_table(table) for table in result_tables(found, language)),
        *(_table(table) for table in result_tables(found, language, centres=True)),
        "\n".join([KEEP_IN_MIND(language), *(f"- {text}" for text in result_caveats(found, language))]),
    ]
    return "\n\n".join(parts)


def _table(table: ResultTable) -> str:
    cells = [table.head, *table.rows]
    wide = [max(columns_of(row[at]) for row in cells) for at in range(len(table.head))]
    lines = ["  ".join(padded(text, wide[at], not table.words[at]) for at, text in enumerate(row)).rstrip() for row in cells]
    return "\n".join([table.title, *lines])
