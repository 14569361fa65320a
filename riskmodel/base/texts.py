"""Texts in Chinese and English.

There is one type and one look-up. A further language starts here, with ``LANGUAGES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, model_validator

from riskmodel.base.own_names import OwnNames

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LANGUAGE_TAGS: Mapping[Language, str] = {"zh": "zh-Hans", "en": "en"}
"""Names of the languages on pages."""


class Text(OwnNames):
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


def phrase(zh: str, en: str) -> Text:
    """Return a fixed phrase, for tables of many."""
    return Text(zh=zh, en=en)


def enumerated(items: Iterable[str], language: Language) -> str:
    """Return items in one text.

    Examples
    --------
    >>> enumerated(["警情", "网情"], "zh"), enumerated(["police", "online"], "en")
    ('警情、网情', 'police, online')
    """
    return ("、" if language == "zh" else ", ").join(items)


def labelled(label: str, value: str, language: Language) -> str:
    """Return a label and what belongs to it.

    Examples
    --------
    >>> labelled("反馈", "已走访", "zh"), labelled("Answer", "visited", "en")
    ('反馈：已走访', 'Answer: visited')
    """
    return f"{label}：{value}" if language == "zh" else f"{label}: {value}"


def bracketed(text: str, addition: str, language: Language) -> str:
    """Return a text with an addition in the brackets of the language.

    Examples
    --------
    >>> bracketed("盗窃", "警情", "zh"), bracketed("theft", "police", "en")
    ('盗窃（警情）', 'theft (police)')
    """
    return f"{text}（{addition}）" if language == "zh" else f"{text} ({addition})"


def with_all_languages(content: Any) -> Any:
    """Return a table in which one language serves those that are missing.

    Anything but a table with a language is returned as it is.

    Examples
    --------
    >>> with_all_languages({"en": "theft"})
    {'zh': 'theft', 'en': 'theft'}
    """
    given = [language for language in LANGUAGES if language in content] if isinstance(content, Mapping) else []
    return {**dict.fromkeys(LANGUAGES, content[given[0]]), **content} if given else content


FileText = Annotated[Text, BeforeValidator(with_all_languages)]
"""A text of a project's file, in which one language is enough."""
