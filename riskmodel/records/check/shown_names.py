"""Names of a project, its kinds and sources as readers see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from riskmodel.base.project import Kind
from riskmodel.base.texts import Language, Text
from riskmodel.records.check.findings import Finding


class ShownNames(NamedTuple):
    """Names in a check: of project, kinds, sources and exposures."""

    project: str
    kinds: Mapping[str, Kind]
    sources: Mapping[str, Text] = {}
    exposures: Mapping[str, str] = {}

    def source(self, name: str, language: Language) -> str:
        """Return the title of a source, or its name."""
        title = self.sources.get(name)
        return name if title is None else title(language)

    def subject(self, finding: Finding, language: Language) -> tuple[str, str]:
        """Return the words and the key of a subject."""
        name = finding.subject
        if finding.about == "kind" and name in self.kinds:
            return getattr(self.kinds[name], language), name
        if finding.about == "source" and name in self.sources:
            return self.source(name, language), name
        if finding.about == "exposure" and language == "zh" and name in self.exposures:
            # a project names its exposures in English; the head of the column is what people call them
            return self.exposures[name], name
        if finding.about == "cells" and language == "zh":
            return "网格", ""
        return name, ""


def with_key(name: str, key: str, language: Language) -> str:
    """Return a name with its key in brackets, where that differs.

    Examples
    --------
    >>> with_key("Calls", "police", "en"), with_key("theft", "theft", "en"), with_key("x", "", "en")
    ('Calls (police)', 'theft', 'x')
    """
    if not key or key.replace("_", " ").casefold() == name.casefold():
        return name
    return f"{name}（{key}）" if language == "zh" else f"{name} ({key})"
