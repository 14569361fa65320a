"""Texts in Chinese and English: one type, one look-up, so that a language is added in one place."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(BaseModel):
    """The same sentence in every language of the package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def __call__(self, language: Language = "zh", /, **values: object) -> str:
        """The text in ``language`` with ``{placeholders}`` filled in."""
        return getattr(self, language).format(**values) if values else getattr(self, language)
