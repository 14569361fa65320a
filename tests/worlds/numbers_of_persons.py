"""Made-up numbers of persons of many countries, with right check digits, and codes of places that resemble them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from riskmodel.base.personal_data.national_numbers import national_numbers

DIGITS = "0123456789"


def digits(draw: random.Random, count: int, of: str = DIGITS) -> str:
    """Drawn digits."""
    return "".join(draw.choice(of) for _ in range(count))


def american(draw: random.Random) -> tuple[str, str, str]:
    """Area, exchange and line of a number of North America."""
    exchange = "211"
    while exchange.endswith("11"):
        exchange = digits(draw, 1, "23456789") + digits(draw, 2)
    return draw.choice(("312", "773", "872", "503", "971", "415")), exchange, digits(draw, 4)


def birth(draw: random.Random) -> str:
    """Six digits of a date of birth."""
    return f"{draw.randrange(30, 99):02d}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"


TELEPHONES: dict[str, Callable[[random.Random], str]] = {
    "USA": lambda draw: "({}) {}-{}".format(*american(draw)),
    "USA with dashes": lambda draw: "{}-{}-{}".format(*american(draw)),
    "USA in digits": lambda draw: "{}{}{}".format(*american(draw)),
    "USA as floats": lambda draw: "{}{}{}.0".format(*american(draw)),
    "Mexico": lambda draw: f"55 {digits(draw, 4)} {digits(draw, 4)}",
    "Mexico abroad": lambda draw: f"+52 55 {digits(draw, 4)} {digits(draw, 4)}",
    "United Kingdom": lambda draw: f"07{digits(draw, 1, '4578')}{digits(draw, 2)} {digits(draw, 6)}",
    "United Kingdom in digits": lambda draw: f"07{digits(draw, 1, '4578')}{digits(draw, 8)}",
    "Sweden": lambda draw: f"07{digits(draw, 1, '0236')}-{digits(draw, 3)} {digits(draw, 2)} {digits(draw, 2)}",
    "Germany": lambda draw: f"017{digits(draw, 1, '0123456789')}/{digits(draw, 7)}",
    "Germany, land": lambda draw: f"030 {digits(draw, 1, '23456789')}{digits(draw, 6)}",
    "India": lambda draw: f"{digits(draw, 1, '6789')}{digits(draw, 9)}",
    "India in groups": lambda draw: f"{digits(draw, 1, '6789')}{digits(draw, 4)} {digits(draw, 5)}",
    "Japan": lambda draw: f"0{digits(draw, 1, '789')}0-{digits(draw, 4)}-{digits(draw, 4)}",
    "France": lambda draw: "06 " + " ".join(digits(draw, 2) for _ in range(4)),
    "Korea": lambda draw: f"010-{digits(draw, 4)}-{digits(draw, 4)}",
    "Brazil": lambda draw: f"(11) 9{digits(draw, 4)}-{digits(draw, 4)}",
    "Russia": lambda draw: f"8 (912) {digits(draw, 3)}-{digits(draw, 2)}-{digits(draw, 2)}",
}  # fmt: skip
"""Telephone numbers as people write them."""


BARE_TELEPHONES: dict[str, Callable[[random.Random], str]] = {
    "Mexico": lambda draw: f"{draw.choice(('55', '33', '81', '222', '998'))}{digits(draw, 8)}"[:10],
    "Spain": lambda draw: f"{draw.choice('67')}{digits(draw, 8)}",
    "Poland": lambda draw: f"{draw.choice(('50', '60', '69', '78', '88'))}{digits(draw, 7)}",
    "Colombia": lambda draw: f"3{digits(draw, 9)}",
    "Chile": lambda draw: f"9{digits(draw, 8)}",
    "Norway": lambda draw: f"{draw.choice('49')}{digits(draw, 7)}",
    "Singapore": lambda draw: f"{draw.choice('89')}{digits(draw, 7)}",
    "Spain abroad": lambda draw: f"34{draw.choice('67')}{digits(draw, 8)}",
    "Mexico as floats": lambda draw: f"55{digits(draw, 8)}.0",
}
"""Telephone numbers without a sign that says so."""


def checked(name: str, form: Callable[[random.Random], str]) -> Callable[[random.Random], str]:
    """Draw until the check digits fit."""

    def one(draw: random.Random) -> str:
        while True:
            text = form(draw)
            if name in national_numbers(text):
                return text

    return one


PERSONS: dict[str, Callable[[random.Random], str]] = {
    name: checked(name, form)
    for name, form in {
        "account numbers (IBAN)": lambda draw: f"DE{digits(draw, 20)}",
        "Aadhaar numbers": lambda draw: digits(draw, 1, "23456789") + digits(draw, 11),
        "numbers of DNI or NIE": lambda draw: digits(draw, 8) + draw.choice("TRWAGMYFPDXBNJZSQVHLCKE"),
        "CPF numbers": lambda draw: digits(draw, 11),
        "personnummer": lambda draw: f"{birth(draw)}-{digits(draw, 4)}",
        "National Insurance numbers": lambda draw: "".join(draw.choice("ABCEHJKLM") for _ in "12") + digits(draw, 6) + draw.choice("ABCD"),
        "numbers of citizens (BSN)": lambda draw: digits(draw, 9),
        "PESEL numbers": lambda draw: birth(draw) + digits(draw, 5),
        "personal identity codes of Finland": lambda draw: f"{birth(draw)[::-1]}-{digits(draw, 3)}{draw.choice('0123456789ABCDEFHJKLMNPRSTUVWXY')}",
        "resident numbers of Korea": lambda draw: f"{birth(draw)}-{digits(draw, 1, '12')}{digits(draw, 6)}",
        "identity numbers of Taiwan": lambda draw: draw.choice("ABCDEFGH") + digits(draw, 1, "12") + digits(draw, 8),
        "NRIC or FIN numbers": lambda draw: draw.choice("STFG") + digits(draw, 7) + draw.choice("ABCDEFGHIJKLMNPQRTUWXZ"),
        "My Numbers": lambda draw: digits(draw, 12),
        "numbers of devices (IMEI)": lambda draw: digits(draw, 15),
    }.items()
}  # fmt: skip
"""Numbers of persons with a check digit or a form of their own."""


def _counted(begin: str, width: int) -> Callable[[int], Iterator[str]]:
    return lambda count: (f"{begin}{number:0{width}d}" for number in range(1, count + 1))


PLACES: dict[str, Callable[[int], Iterator[str]]] = {
    "cells of ten digits": _counted("530101", 4),
    "villages of China": lambda count: (f"3302{number // 900:02d}{number // 30 % 30 + 1:03d}{number % 30 + 200:03d}" for number in range(count)),
    "tracts of the USA": lambda count: (f"17031{(number * 7) % 8400 + 101:04d}{(0, 0, 0, 1, 2)[number % 5]:02d}" for number in range(count)),
    "tracts of California": lambda count: (f"06037{(number * 7) % 8400 + 1011:04d}{(0, 0, 0, 1, 2)[number % 5]:02d}" for number in range(count)),
    "sections of Spain": lambda count: (f"080{number // 400:02d}{number // 40 % 10 + 1:02d}{number % 40 + 1:03d}" for number in range(count)),
    "districts of Korea": lambda count: (f"{11 + number // 300}{110 + 30 * (number // 20 % 15):03d}{101 + number % 20:03d}00" for number in range(count)),
    "meshes of Japan": lambda count: (f"5339{number // 1000 % 8}{number // 100 % 8}{number // 10 % 10}{number % 10}{number % 4 + 1}{number % 4 + 1}" for number in range(count)),
    "cases by year": lambda count: (f"{2019 + number * 6 // count}{number * 37 % 90000 + 100000:06d}" for number in range(count)),
    "a counter": lambda count: (str(2357810000 + 3 * number) for number in range(count)),
    "a counter with a zero": lambda count: (f"{731000000 + 3 * number:010d}" for number in range(count)),
    "parcels": lambda count: (f"{114 + number // 300:03d}-{number // 20 % 15 * 10:03d}-{number % 20 + 1:04d}" for number in range(count)),
    "days": lambda count: (f"20{10 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}" for number in range(count)),
    "coordinates": lambda count: (f"{41.6 + number * 0.00037:.9f}" for number in range(count)),
    "feet": lambda count: (str(7_640_000 + 17 * number) for number in range(count)),
}  # fmt: skip
"""Codes of places, cases, days and points, as many as wanted."""


def drawn(form: Callable[[random.Random], str], count: int, seed: int = 1) -> list[str]:
    """Different numbers of a form."""
    draw, found = random.Random(seed), set[str]()
    while len(found) < count:
        found.add(form(draw))
    return sorted(found)
