"""Kinds of records, kind groups, and the kinds that are refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from riskmodel.base.accents import without_accents
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, refused, unknown_name
from riskmodel.base.texts import Language, with_all_languages
from riskmodel.base.toml_tables import Table

LAWFUL_CIVIC_KINDS = (
    "petition", "assembly", "protest", "demonstration", "speech", "religio", "worship", "union", "strike", "journalis",
    "信访", "上访", "请愿", "集会", "游行", "示威", "言论", "宗教", "礼拜", "工会", "罢工", "记者", "维权", "抗议", "静坐", "罢课", "罢市", "picket",
    "kundgebung", "gewerkschaft", "gottesdienst", "manifestation", "rassemblement", "manifestacion", "huelga", "sindicato", "manifestacao", "passeata", "manifestazion", "sciopero", "sindacat", "syndicat",
    "demonstratie", "betoging", "vakbond", "demonstrasi", "unjuk rasa", "manifestacj", "zgromadzen", "shromazden", "tuntetes", "sztrajk", "mielenosoit", "bieu tinh", "dinh cong",
    "демонстрац", "митинг", "пикет", "забастов", "страйк", "профсоюз", "религи", "протест", "διαδήλω", "διαδηλω", "απεργί", "απεργι", "הפגנ", "שביתה", "مظاهر", "احتجاج", "تظاهرات", "اعتصاب", "हड़ताल", "प्रदर्शन", "ชุมนุม", "ประท้วง",
    "デモ行進", "抗議", "ストライキ", "労働組合", "시위", "집회", "파업", "노조",
)  # fmt: skip
"""Kinds that are lawful civic activity, in many languages without accents: refused as signal and as target."""

_HARMLESS = ("reunion", "competition", "repetition")
"""Words that only contain one of these."""
_STRUCK = "birds?|wildlife|animals?|deer|moose|lightning|vehicles?|cars?|bus|trucks?|trains?|trees?|poles?|bridges?|pedestrians?|bicycles?|drones?|lines?|pipes?|cables?|mains?|buildings?|aircraft|air|missiles?|heat"
_HARMLESS_WORDS = re.compile(
    rf"\b(?:{_STRUCK})[ _/-]*strikes?(?![a-z])|\bstrikes?[ _-](?:by|of|on)?[ _-]?(?:an?[ _-])?(?:{_STRUCK}|teams?)(?![a-z])|\bcredit[ _-]unions?(?![a-z])|\bunion[ _-](?:station|square|street)(?![a-z])|"
    r"(?:slurred|slurring|loss[ _-]of|impaired)[ _-]speech(?![a-z])|\bspeech[ _-](?:problems?|difficult\w*|loss|impair\w*)|\bassembly[ _-](?:line|plant|occupanc\w*)"
)
"""What birds, lightning and vehicles do, and other phrases with such a word."""
_CIVIC_WORDS = re.compile(
    r"\b(?:rall(?:y|ies)|marches|mass meetings?|versammlung(?:en)?|(?:warn|general)?streiks?|greves?|greva|mitin(?:es|gi|g)?|comicios?|cortei|corteo|peticiones|religieu\w+|staking(?:en)?|"
    r"stre[ij]k(?:er|e)?|strajki?|stavk[ay]|grevi?|lakko)\b|(?<![ァ-ヶー])デモ(?![ァ-ヶー])"
)
"""Whole words, without accents, that are parts of other words too."""


@checked()
class Kind(Table):
    """A kind of record: its family, its names, and how it arises.

    Parameters
    ----------
    family
        Signal family, such as ``police``, ``online`` or ``sentiment``.
    zh, en
        Names for readers. One may be left out; the other then serves both languages.
    discretionary
        Whether police effort produces it.
    state
        Whether it lasts from one day to another.

    Examples
    --------
    >>> rm.Kind(family="police", zh="盗窃", en="theft")
    Kind(family='police', zh='盗窃', en='theft', discretionary=False, state=False)
    """

    EXAMPLE: ClassVar[str] = 'rm.Kind(family="police", en="theft")'

    family: str
    zh: str
    en: str
    discretionary: bool = False
    state: bool = False

    @model_validator(mode="before")
    @classmethod
    def _one_name_serves_both(cls, content: Any) -> Any:
        return with_all_languages(content)


class KindGroupTable(Table):
    """Kind group: several kinds under one name.

    A group with a label (``zh``, ``en``; one of them may be left out) has this label in sentences, and its key in the names of
    features. A group without a label, in a file a plain list, is only an abbreviation for its kinds. No kind or group of other kinds
    should have the same label (:func:`shared_labels`): a word on a list means one thing.
    """

    kinds: tuple[str, ...] = Field(min_length=1)
    zh: str | None = None
    en: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_list(cls, content: Any) -> Any:
        return {"kinds": content} if isinstance(content, (list, tuple)) else with_all_languages(content)

    @property
    def labels(self) -> dict[Language, str] | None:
        """Label by language; None if the group has none."""
        return None if self.zh is None or self.en is None else {"zh": self.zh, "en": self.en}


def expanded(names: Iterable[str], kinds: Iterable[str], groups: Mapping[str, KindGroupTable]) -> tuple[str, ...]:
    """Return the kinds of a list that may name kind groups.

    Raises
    ------
    UsageError
        If there is no kind or kind group of a name (with the nearest), or a kind is named twice.
    """
    there = list(kinds)
    found: list[str] = []
    for name in names:
        if name not in groups and name not in there:
            raise unknown_name("kind or kind group", name, [*there, *groups])
        found += groups[name].kinds if name in groups else (name,)
    twice = next((name for at, name in enumerate(found) if name in found[:at]), None)
    if twice is not None:
        raise UsageError(f"The kind {twice!r} is named twice. Name it once, by itself or by a group.")
    return tuple(found)


def shared_labels(kinds: Mapping[str, Kind], groups: Mapping[str, KindGroupTable]) -> dict[str, str]:
    """Return the labels of kind groups that other kinds have, by group.

    Lists then say the same word beside different numbers.

    Examples
    --------
    >>> theft = Kind(family="police", zh="盗窃", en="theft")
    >>> shared_labels({"theft": theft}, {"all_theft": KindGroupTable(kinds=("theft", "ebike_theft"), zh="盗窃", en="any theft")})
    {'all_theft': '盗窃'}
    """
    found: dict[str, str] = {}
    labels = [({key}, {kind.zh, kind.en}) for key, kind in kinds.items()]
    for name, group in groups.items():
        own = {} if group.labels is None else group.labels
        others = {label for those, several in labels if those != set(group.kinds) for label in several}
        shared = next((label for label in own.values() if label in others), None)
        if shared is not None:
            found[name] = shared
        labels.append((set(group.kinds), set(own.values())))
    return found


def refuse_civic(name: str, kind: Kind | KindGroupTable, source_names: Iterable[str] = ()) -> None:
    """Refuse a kind or kind group that is lawful civic activity.

    Parameters
    ----------
    name
        Its key in the project file.
    kind
        Its family and labels.
    source_names
        What the sources call it.

    Raises
    ------
    RefusedError
        If one of :data:`LAWFUL_CIVIC_KINDS` stands in its name, family, labels or the sources' own names for it.
    """
    family = kind.family if isinstance(kind, Kind) else ""
    text = " ".join((name, family, kind.zh or "", kind.en or "", *source_names)).lower()
    for word in _HARMLESS:
        text = text.replace(word, "")
    text = _HARMLESS_WORDS.sub(" ", text)
    plain = without_accents(unicodedata.normalize("NFC", text)).replace("đ", "d")
    found = [word for word in LAWFUL_CIVIC_KINDS if word in text or word in plain]
    found += [one[0] for one in [_CIVIC_WORDS.search(plain)] if one]
    if found:
        raise refused(
            f"The {'kind' if isinstance(kind, Kind) else 'kind group'} {name!r}",
            f"{found[0]!r} is lawful civic activity, which is neither a signal nor a target here",
            f"Remove the {'kind and its source rows' if isinstance(kind, Kind) else 'group'} from riskmodel.toml.",
        )
