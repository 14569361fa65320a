"""Results as one HTML page, which opens without a network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.argument_types import checked
from riskmodel.base.files import write_bytes
from riskmodel.base.page_templates import page_template
from riskmodel.base.texts import LANGUAGE_TAGS, Language
from riskmodel.warning.results.result_sentences import result_caveats, result_findings, span_sentence
from riskmodel.warning.results.result_words import BY_CENTRE, BY_TARGET, KEEP_IN_MIND, TITLE
from riskmodel.warning.results.stay_tables import result_tables
from riskmodel.warning.results.warning_results import WarningResults

if TYPE_CHECKING:
    from jinja2 import Template


@checked(found="WarningResults", path="Path | str")
def write_results_page(found: WarningResults, path: Path | str, language: Language = "zh") -> Path:
    """Write results as one HTML file without scripts or network.

    Parameters
    ----------
    found
        What :func:`riskmodel.warning_results` returned.
    path
        The file; its folder is created.
    language
        Language of the page.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> found = rm.warning_results(project, "2023-10-01", "2023-10-31")
    >>> rm.write_results_page(found, folder / "results.html").name
    'results.html'
    """
    write_bytes(Path(path), results_page(found, language).encode())
    return Path(path)


def results_page(found: WarningResults, language: Language) -> str:
    """Return the page; it holds its style, and no script."""
    return _template().render(
        tag=LANGUAGE_TAGS[language],
        title=TITLE(language),
        centre=found.span.centre,
        sentence=span_sentence(found, language),
        findings=list(result_findings(found, language)),
        tables=list(result_tables(found, language)),
        centres=list(result_tables(found, language, centres=True)),
        by_target=BY_TARGET(language),
        by_centre=BY_CENTRE(language),
        keep_in_mind=KEEP_IN_MIND(language),
        caveats=list(result_caveats(found, language)),
    )


@cache
def _template() -> Template:
    """Load the page's template; all values are escaped."""
    return page_template("results.html.j2", "riskmodel.warning.results", "riskmodel.forecasts", ends_line=True)
