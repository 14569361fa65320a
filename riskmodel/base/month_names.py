"""Names of months in the languages of published tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from riskmodel.base.accents import without_accents

_NAMES = (
    "january januar janner janvier enero gennaio janeiro januari stycznia styczeń ledna leden ocak ianuarie január ιανουαρίου января январь січня يناير gener januara січень",
    "february februar feber fevrier febrero febbraio fevereiro februari lutego luty února únor şubat februarie február φεβρουαρίου февраля февраль лютого فبراير febrer februara pebrero лютий",
    "march marz mars marzo marco maerz maart maret marca marzec března březen mart martie március μαρτίου марта март березня مارس marec marca mrt marti marcius marso mac березень",
    "april avril abril aprile kwietnia kwiecień dubna duben nisan aprilie április απριλίου апреля апрель квітня أبريل aprila квітень",
    "may mai mayo maggio maio mei maj maja května květen mayıs május μαΐου мая май травня مايو maig maja majus травень",
    "june juni juin junio giugno junho czerwca czerwiec června červen haziran iunie június ιουνίου июня июнь червня يونيو juny junius juna hunyo червень",
    "july juli juillet julio luglio julho lipca lipiec července červenec temmuz iulie július ιουλίου июля июль липня يوليو juliol julius jula julai hulyo липень",
    "august aout agosto augustus agustus augusti sierpnia sierpień srpna srpen ağustos augusztus αυγούστου августа август серпня أغسطس agost augusta ogos серпень",
    "september septembre septiembre setiembre settembre setembro września wrzesień září eylül septembrie szeptember σεπτεμβρίου сентября сентябрь вересня سبتمبر setembre septembra setyembre вересень",
    "october oktober octobre octubre ottobre outubro października październik října říjen ekim octombrie október οκτωβρίου октября октябрь жовтня أكتوبر oktobra oktubre жовтень",
    "november novembre noviembre novembro listopada listopad kasım noiembrie νοεμβρίου ноября ноябрь листопада نوفمبر novembra listopadu nobyembre листопад",
    "december dezember decembre diciembre dicembre dezembro desember grudnia grudzień prosince prosinec aralık decembrie δεκεμβρίου декабря декабрь грудня ديسمبر decembra disyembre disember desembre грудень",
)  # fmt: skip
_PLAIN = tuple(tuple(without_accents(name).lower() for name in names.split()) for names in _NAMES)
_FINNISH = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
_WHOLE = {without_accents(name) + end: at for at, name in enumerate(_FINNISH, 1) for end in ("kuu", "kuuta")}
"""Names whose beginnings are those of other months."""
_CHINESE = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
LETTERS = r"(?:[^\W\d_]{3,12}|[一二三四五六七八九十]月)"
"""Pattern of a name or its beginning."""


def month_number(name: str) -> int | None:
    """Return the number of a month by its name or beginning.

    Three letters are enough, and of Chinese names the numeral (``十二月``); None for any other text.

    Examples
    --------
    >>> [month_number(name) for name in ("Jan", "março", "Août", "sept", "dez", "juil", "ju", "monday", "十一月", "марта")]
    [1, 3, 8, 9, 12, 7, None, None, 11, 3]
    """
    plain = without_accents(name).lower()
    if plain in _CHINESE:
        return _CHINESE.index(plain) + 1
    if len(plain) < 3 or plain in _WHOLE:
        return _WHOLE.get(plain)
    return _by_beginning().get(plain)


@cache
def _by_beginning() -> Mapping[str, int]:
    """Return the months by their names and the beginnings that tell them.

    It is asked for every value of many columns, so that all names cannot be gone through each time.
    """
    whole: dict[str, set[int]] = {}
    begun: dict[str, set[int]] = {}
    for at, names in enumerate(_PLAIN, 1):
        for name in names:
            whole.setdefault(name, set()).add(at)
            for end in range(3, len(name)):
                begun.setdefault(name[:end], set()).add(at)
    # a whole name may be the beginning of another: červen of červenec
    return {text: min(months) for text, months in {**begun, **whole}.items() if len(months) == 1}
