"""Texts in Chinese and English.

There is one type and one look-up. A further language starts here, with ``LANGUAGES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(BaseModel):
    """The same sentence in every language of the package.

    In a file it is a table of languages, or one plain string that serves them all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, content: Any) -> Any:
        if not isinstance(content, (str, Mapping, Text)):
            raise ValueError(f"it must be text, or a table with {' and '.join(LANGUAGES)} (found {content!r}); correct it.")
        return dict.fromkeys(LANGUAGES, content) if isinstance(content, str) else content

    def __call__(self, language: Language = "zh", /, **values: object) -> str:
        """Return the text in ``language`` with ``{placeholders}`` filled in."""
        return getattr(self, language).format(**values) if values else getattr(self, language)
