"""The encoding of a text file, told from its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.starter.known_letters import ACCENTED, SCRIPTS, WEST, Letters, dated_encoding

ASCII = "every byte is ASCII"
"""The reason for an encoding that any other may stand for."""
_ZEROS = 0.1
"""A text is UTF-16 if at least this share of every other byte is 0."""
_LEAST_PAIRS, _LEAST_HANGUL = 40, 10
"""Fewest pairs of bytes above 127 from which a language is recognised, and fewest different pairs that must all be Korean syllables."""
_LINES = 2_000
"""Lines with other bytes than ASCII by which encodings are compared."""
_KOREAN = frozenset(
    "이다의가에는을고지사하기시한서구동일자리도수인정대부아로나장주전해보원상조제비안관경신문무과공성소중선방국발여마산어"
)
"""The most frequent characters of Korean."""
_PAIRED = 0.9
"""Share of pairs of high bytes from which a text is Chinese in GB 18030."""
_KANA = 0.1
"""Share of pairs of high bytes that are kana, from which a text is Japanese in EUC."""
_READABLE, _FREQUENT, _SURELY = 0.97, 0.45, 0.85
"""Least share of the letters of a language, of its frequent letters in a script of its own, and of those where a text may be Chinese."""
_LONG_RUNS = 0.1
"""Share of high bytes in runs of three or more up to which they are accented letters among plain ones."""
_AMONG_LATIN = 0.2
"""Least share of high bytes beside plain letters that are no letters of a script of its own."""
_BETTER = 0.005
"""By how much a later encoding must be better, where an earlier one is readable."""
_MARKS = "«»„“”‘’–—…№°§·"
"""Signs that are no letters in any language."""
_SLIPS = 0.1
"""Share of broken characters up to which a text is UTF-8 with slips."""

_WESTERN = "single accented letters, read as Windows-1252"
_UNKNOWN = "its letters are those of no language that is recognised; read as Windows-1252, so names may show wrong letters (save it as UTF-8)"
_TWICE = re.compile(r"Ã[\u00a0-¿]|Ã[ƒ‚]|â€[™œ“”¦]|[ÐÑ][\u00a0-¿‚-™]|Å[‚›¼]|Ä[…‡™]")
"""What letters become whose bytes in UTF-8 are read as Windows-1252."""
LEAST_SIGNS = 3
"""Signs that tell an encoding."""


def text_encoding(name: str, content: bytes, whole: bool) -> tuple[str, str]:
    """Return the encoding of bytes, and the reason.

    Parameters
    ----------
    name
        Name of the file, for messages.
    content
        Its beginning.
    whole
        Whether that is all of it.

    Raises
    ------
    UsageError
        If it is UTF-8 but for a few characters, or none that is known.
    """
    marked = _marked(content)
    if marked is not None:
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, whole)
        return "utf-8", ASCII if content.isascii() else "every character is valid UTF-8"
    except UnicodeDecodeError:
        _refuse_slips(name, content)
    lines = _other_lines(content)
    found = (
        (dated if (dated := dated_encoding(content)) is not None and _decodes(content, dated[0]) else None)
        or (_accented(content, lines) if _stand_alone(lines) else None)
        or _eastern(content)
        or _script(content, lines)
        or _chinese(content)
        or _accented(content, lines)
        or (("cp1252", _UNKNOWN) if _decodes(content, "cp1252") else None)
    )
    if found is None:
        raise UsageError(
            f"The encoding of {name!r} is none that is recognised: it is neither UTF-8 nor one of the usual encodings of a language. Save the table as UTF-8 (a spreadsheet "
            "program calls it CSV UTF-8), then run the same command again."
        )
    encoding, why = found
    return encoding, f"not UTF-8; {why}"


def other_letters(content: bytes, encoding: str) -> str:
    """Return a doubt about letters that another language may have meant."""
    lines = _other_lines(content)
    if encoding not in {one.encoding for one in ACCENTED} | {"cp1252"} or not _stand_alone(lines):
        return ""
    own = _decoded(lines, encoding) or ""
    for letters in ACCENTED:
        other = _decoded(lines, letters.encoding)
        if (
            letters.encoding != encoding
            and other is not None
            and len(other) == len(own)
            and _readable(lines, letters) >= _READABLE
        ):
            pairs = dict.fromkeys(pair for pair in zip(own, other, strict=True) if pair[0] != pair[1])
            if pairs:
                shown = ", ".join(f"{one!r} may be {another!r}" for one, another in list(pairs)[:3])
                return f"The letters of the text fit two languages: {shown}. It is read as {encoding}. If names show wrong letters, save the table as UTF-8, then run init again."
    return ""


def written_twice(text: str) -> str:
    """Return a doubt about letters that were encoded twice."""
    found = _TWICE.findall(text)
    if len(found) < LEAST_SIGNS:
        return ""
    return (
        f"The text holds signs such as {found[0]!r} where accented letters should be: it was read in a wrong encoding before it was saved. Names of cells and kinds show them. Export the "
        "table again as UTF-8, then run init again."
    )


def _marked(content: bytes) -> tuple[str, str] | None:
    """Return an encoding that marks or zeros tell."""
    for marks, name, shown in (
        ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "utf-32", "UTF-32"),
        ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16", "UTF-16"),
    ):
        if content.startswith(marks):
            return name, f"the file begins with the mark of {shown}"
    first, second = (content[at::2].count(0) / max(1, len(content) // 2) for at in (0, 1))
    for name, zeros, others in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros >= _ZEROS > 10 * others:
            return name, "every other byte is 0, as in UTF-16 without its mark"
    if content.isascii() and re.search(rb"\x1b\$[@B]", content):
        return "iso2022_jp", "its characters are Japanese in ISO 2022"
    return None


def _refuse_slips(name: str, content: bytes) -> None:
    """Refuse a text that is UTF-8 but for a few characters.

    Raises
    ------
    UsageError
        Naming the first line with one.
    """
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    good = sum(not sign.isascii() for sign in text) - broken if broken else 0
    if good and broken <= _SLIPS * good:
        line = text[: text.index("\ufffd")].count("\n") + 1
        raise UsageError(
            f"The table {name!r} is UTF-8 but for {counted(broken, 'character')}, the first in line {line:,}: perhaps parts of it come from another program. Export it again, or save it as "
            "UTF-8 with an editor that replaces them, then run the same command again."
        )


def _other_lines(content: bytes) -> bytes:
    """Return lines with other bytes than ASCII, from all parts."""
    lines = [line for line in re.split(rb"[\r\n]+", content) if not line.isascii()]
    return b"\n".join(lines[:: max(1, len(lines) // _LINES)])


def _eastern(content: bytes) -> tuple[str, str] | None:
    """Return an encoding of Japanese or Korean."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", content)
    leads = [pair[0] for pair in pairs]
    if len(pairs) < _LEAST_PAIRS:
        # a few names of columns: in Chinese hardly all begin so
        korean = len(set(pairs)) >= _LEAST_HANGUL and all(
            0xB0 <= lead <= 0xC8 and pair[1] >= 0xA1 for lead, pair in zip(leads, pairs, strict=True)
        )
        return ("cp949", "its characters are Korean in EUC-KR") if korean and _decodes(content, "cp949") else None
    if _share(lead < 0xA0 for lead in leads) > 0.5 and _is_japanese(content):
        return "cp932", "its characters are Japanese in Shift JIS"
    paired = _share(pair[1] >= 0xA1 for pair in pairs)
    if paired >= _PAIRED and _share(lead > 0xC8 for lead in leads) < 0.01 and _is_korean(content):
        return "cp949", "its characters are Korean in EUC-KR"
    if paired >= _PAIRED and _share(lead in (0xA4, 0xA5) for lead in leads) >= _KANA and _decodes(content, "euc_jp"):
        return "euc_jp", "its characters are Japanese in EUC"
    return None


def _is_korean(content: bytes) -> bool:
    """Return whether many characters are frequent ones of Korean."""
    text = _decoded(content, "cp949")
    return text is not None and _share(sign in _KOREAN for sign in text if not sign.isascii()) >= 0.25


def _is_japanese(content: bytes) -> bool:
    """Return whether characters are kana or Chinese ones in Shift JIS."""
    text = _decoded(content, "cp932")
    return text is not None and _share("\u3040" <= sign <= "\u9fff" for sign in text if not sign.isascii()) >= 0.6


def _script(content: bytes, lines: bytes) -> tuple[str, str] | None:
    """Return the encoding in which most letters are of a script.

    They stand together, unlike accented letters among others.
    """
    high = lines.translate(None, bytes(range(0x80)))
    mixed = len(re.findall(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])", lines))
    if mixed > _AMONG_LATIN * len(high):
        return None
    least = _SURELY if _may_be_chinese(lines) else _FREQUENT
    scores = [(*_scores(lines, one), -at, one) for at, one in enumerate(SCRIPTS)]
    for readable, frequent, _, best in sorted(scores, reverse=True, key=lambda score: (score[0] + score[1], score[2])):
        if readable >= _READABLE and frequent >= least and _decodes(content, best.encoding):
            return best.encoding, f"its {best.said}"
    return None


def _may_be_chinese(lines: bytes) -> bool:
    """Return whether signs are pairs, nearly all usual Chinese ones."""
    runs = re.findall(rb"[\x80-\xff]+", lines)
    leads = [lead for run in runs for lead in run[::2]]
    return all(len(run) % 2 == 0 for run in runs) and _share(0xA1 <= lead <= 0xD7 for lead in leads) >= _PAIRED


def _stand_alone(lines: bytes) -> bool:
    """Return whether high bytes stand alone, as accented letters do."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", lines)]
    return sum(run for run in runs if run > 2) <= _LONG_RUNS * sum(runs)


def _scores(lines: bytes, letters: Letters) -> tuple[float, float]:
    """Return the shares of letters and of frequent ones."""
    text = _decoded(lines, letters.encoding)
    if text is None:
        return 0.0, 0.0
    signs = len(re.findall(rf"[^\x00-\x7f{_MARKS}]", text))
    readable, frequent = (_count(text, one) / max(signs, 1) for one in (letters.lower, letters.frequent))
    return readable, frequent


def _count(text: str, lower: str) -> int:
    """Return how many signs are letters; a capital follows no small letter."""
    upper = "".join(sorted(set(lower.upper()) - set(lower)))
    capitals = len(re.findall(rf"(?<![а-яѐ-џґά-ώ])[{upper}]", text)) if upper else 0
    return len(re.findall(f"[{lower}]", text)) + capitals


def _chinese(content: bytes) -> tuple[str, str] | None:
    """Return an encoding of Chinese."""
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", content)
    paired = _share(pair[1] >= 0xA1 for pair in pairs)
    for name, least, shown in (("gb18030", _PAIRED, "GB 18030"), ("big5", 0.4, "Big5")):
        if paired >= least and _decodes(content, name):
            return name, f"its characters are Chinese in {shown}"
    return None


def _accented(content: bytes, lines: bytes) -> tuple[str, str] | None:
    """Return the encoding of accented letters among plain ones."""
    best, found = _READABLE, None
    for letters in (*(Letters("cp1252", one, _WESTERN) for one in WEST), *ACCENTED):
        score = _readable(lines, letters)
        if score >= best + (0.0 if found is None else _BETTER) and _decodes(content, letters.encoding):
            best, found = score, (letters.encoding, letters.said)
    return found


def _readable(lines: bytes, letters: Letters) -> float:
    """Return the share of the letters of a language beside plain letters.

    A capital behind a small letter is none.
    """
    text = _decoded(lines, letters.encoding)
    found = [] if text is None else list(_beside_letters(text))
    if len(found) < LEAST_SIGNS:
        return 0.0
    return _share(sign.lower()[:1] in letters.lower and (sign.islower() or not before.islower()) for before, sign in found)


def _beside_letters(text: str) -> Iterator[tuple[str, str]]:
    """Yield accented letters beside plain ones, with the sign before each."""
    for one in re.finditer(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])", text):
        yield text[one.start() - 1 : one.start()], one[0]


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0


def _decodes(content: bytes, encoding: str) -> bool:
    return _decoded(content, encoding) is not None


def _decoded(content: bytes, encoding: str) -> str | None:
    """Return a text without a character that is cut off, or None."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return None
