"""Numbers of persons of many countries, by form and check digit.

Sources: ISO 13616 (IBAN), UIDAI (Aadhaar), Orden INT/1202/2011 (DNI, NIE), Receita Federal (CPF), Skatteverket (personnummer), HMRC (National Insurance), Rijksdienst (BSN), PESEL, RENAPO
(CURP), DM 23/12/1976 (codice fiscale), INSEE (NIR), DVV (henkilötunnus), Registro Civil (RUN), NVI (T.C. kimlik), Rijksregister, Skatteetaten (fødselsnummer), SSA (SSN), 行政安全部 (resident
number of Korea), MOI (Taiwan), ICA (NRIC), DHA (South Africa), 総務省 (My Number), ПФР (СНИЛС), BZSt (Steuer-ID), Dukcapil (NIK), 3GPP TS 23.003 (IMEI).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

from riskmodel.base.personal_data.check_digits import passes_11_10, passes_97, passes_luhn, passes_verhoeff, weighted

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}  # fmt: skip
"""Characters of an IBAN, by country."""
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_ODD_VALUES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""Values of letters in odd places of a codice fiscale; digits have those of the first ten."""
_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
_SIGNS_BETWEEN = re.compile(r"[ .\-/]+")


class NumberForm(NamedTuple):
    """A national number: its name, lengths without signs, form and check."""

    name: str
    lengths: Collection[int]
    pattern: re.Pattern[str]
    fits: Callable[[str], bool]


def is_iban(text: str) -> bool:
    """Return whether letters and digits are an account number (IBAN).

    Its length must be that of its country, and its remainder by 97 must be 1.

    Examples
    --------
    >>> is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")
    (True, False)
    """
    return _IBAN_LENGTHS.get(text[:2]) == len(text) and passes_97(text[4:] + text[:4])


def _is_born(text: str, order: str = "ymd") -> bool:
    """Return whether six digits are the date of a birth.

    The order of day, month and year is stated, and the century is not known.
    """
    parts = {name: int(text[2 * at : 2 * at + 2]) for at, name in enumerate(order)}
    try:
        date(2000 + parts["y"] % 100, parts["m"], parts["d"])
    except ValueError:
        return False
    return True


def _is_cpf(number: str) -> bool:
    first, second = weighted(number, range(1, 10)) % 11 % 10, weighted(number, range(10)) % 11 % 10
    return number[9:] == f"{first}{second}" and len(set(number)) > 1


def _is_dni(text: str) -> bool:
    number = int(str("XYZ".find(text[0])) + text[1:-1]) if text[0] in "XYZ" else int(text[:-1])
    return _DNI_LETTERS[number % 23] == text[-1]


def _is_personnummer(number: str) -> bool:
    last = number[-10:]
    day = int(last[4:6])
    return _is_born(last[:4] + f"{day - 60 if day > 60 else day:02d}") and passes_luhn(last)


def _is_pesel(number: str) -> bool:
    month = int(number[2:4]) % 20
    return _is_born(f"{number[:2]}{month:02d}{number[4:6]}") and weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _is_codice(text: str) -> bool:
    values = [int(c, 36) - 10 if c.isalpha() else int(c) for c in text]
    total = sum(_ODD_VALUES[value] if at % 2 == 0 else value for at, value in enumerate(values[:15]))
    return chr(65 + total % 26) == text[15]


def _is_nir(text: str) -> bool:
    number = text[:13].replace("2A", "19").replace("2B", "18")
    return number.isdecimal() and (97 - int(number) % 97) == int(text[13:])


def _is_hetu(text: str) -> bool:
    number = text[:6] + text[-4:-1]
    return _is_born(text[:6], "dmy") and _HETU_CHARACTERS[int(number) % 31] == text[-1]


def _is_run(text: str) -> bool:
    total = sum((2 + at % 6) * int(digit) for at, digit in enumerate(reversed(text[:-1])))
    return "0K987654321"[total % 11] == text[-1]


def _is_kimlik(number: str) -> bool:
    odd, even = sum(map(int, number[0:9:2])), sum(map(int, number[1:8:2]))
    return (7 * odd - even) % 10 == int(number[9]) and sum(map(int, number[:10])) % 10 == int(number[10])


def _is_rijksregister(number: str) -> bool:
    key = int(number[9:])
    return _is_born(number[:6]) and key in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)


def _is_fodselsnummer(number: str) -> bool:
    first = weighted(number, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return _is_born(number[:6], "dmy") and first == 0 and weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _is_korean(number: str) -> bool:
    total = weighted(number, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
    return _is_born(number[:6]) and (11 - total % 11) % 10 == int(number[12])


def _is_taiwanese(text: str) -> bool:
    letter = _TAIWAN.index(text[0]) + 10
    return (letter // 10 + 9 * (letter % 10) + weighted(text[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _is_nric(text: str) -> bool:
    total = weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(text[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "KLJNPQRTUWX"}.get(text[0], "XWUTRQPNMLK")
    return text[8] == (letters[10 - total % 11] if text[0] == "M" else letters[total % 11])


def _is_my_number(number: str) -> bool:
    rest = weighted(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(number[11]) == (0 if rest < 2 else 11 - rest)


def _is_snils(number: str) -> bool:
    return weighted(number, range(9, 0, -1)) % 101 % 100 == int(number[9:])


def _is_nik(number: str) -> bool:
    day = int(number[6:8])
    return _is_born(f"{day - 40 if day > 40 else day:02d}{number[8:12]}", "dmy") and number[12:] != "0000"


NATIONAL_NUMBERS = tuple(
    NumberForm(name, lengths, re.compile(pattern), fits)
    for name, lengths, pattern, fits in (
        ("account numbers (IBAN)", range(15, 32), r"[A-Z]{2}\d\d[A-Z0-9]{11,27}", is_iban),
        ("Aadhaar numbers", (12,), r"[2-9]\d{11}", passes_verhoeff),
        ("numbers of DNI or NIE", (9,), rf"[\dXYZ]\d{{7}}[{_DNI_LETTERS}]", _is_dni),
        ("CPF numbers", (11,), r"\d{11}", _is_cpf),
        ("personnummer", range(10, 14), r"(?:19|20)?\d{6}\+?\d{4}", lambda text: _is_personnummer(text.replace("+", ""))),
        ("National Insurance numbers", (9,), r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", lambda _: True),
        ("numbers of citizens (BSN)", (9,), r"\d{9}", lambda text: weighted(text, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0),
        ("PESEL numbers", (11,), r"\d{11}", _is_pesel),
        ("CURP numbers", (18,), r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d", lambda text: _is_born(text[4:10])),
        ("fiscal codes", (16,), r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]", _is_codice),
        ("social security numbers (NIR)", (15,), r"[1-478]\d{4}(?:\d\d|2[AB])\d{8}", _is_nir),
        ("personal identity codes of Finland", (10, 11), r"\d{6}[+A]?\d{3}[0-9A-Y]", _is_hetu),
        ("RUN numbers", (8, 9), r"\d{7,8}[\dK]", _is_run),
        ("T.C. identity numbers", (11,), r"[1-9]\d{10}", _is_kimlik),
        ("numbers of the Rijksregister", (11,), r"\d{11}", _is_rijksregister),
        ("birth numbers of Norway", (11,), r"\d{11}", _is_fodselsnummer),
        ("resident numbers of Korea", (13,), r"\d{13}", _is_korean),
        ("identity numbers of Taiwan", (10,), r"[A-Z][1289]\d{8}", _is_taiwanese),
        ("NRIC or FIN numbers", (9,), r"[STFGM]\d{7}[A-Z]", _is_nric),
        ("identity numbers of South Africa", (13,), r"\d{10}[01]\d\d", lambda text: _is_born(text[:6]) and passes_luhn(text)),
        ("My Numbers", (12,), r"\d{12}", _is_my_number),
        ("SNILS numbers", (11,), r"\d{11}", _is_snils),
        ("tax numbers of persons", (11,), r"[1-9]\d{10}", passes_11_10),
        ("NIK numbers", (16,), r"[1-9]\d{15}", _is_nik),
        ("numbers of devices (IMEI)", (15,), r"\d{15}", passes_luhn),
    )
)  # fmt: skip
"""Forms of numbers without the signs between their parts."""
_OF_LENGTH = {n: tuple(one for one in NATIONAL_NUMBERS if n in one.lengths) for one in NATIONAL_NUMBERS for n in one.lengths}
"""The forms that a text of a length can have: few of all, and a column has hundreds of texts."""


def national_numbers(text: str) -> frozenset[str]:
    """Return the names of the national numbers that a text may be.

    Examples
    --------
    >>> sorted(national_numbers("529.982.247-25")), sorted(national_numbers("12345678Z"))
    (['CPF numbers'], ['numbers of DNI or NIE'])
    """
    plain = _SIGNS_BETWEEN.sub("", text.upper())
    forms = _OF_LENGTH.get(len(plain), ())
    return frozenset(form.name for form in forms if form.pattern.fullmatch(plain) and form.fits(plain))
