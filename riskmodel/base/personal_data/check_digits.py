"""Check digits of numbers of persons: weighted sums, Luhn, Verhoeff, ISO 7064."""

from __future__ import annotations

from collections.abc import Iterable

_TURN = "1576283094"
"""The permutation of digits of Verhoeff."""


def weighted(number: str, weights: Iterable[int]) -> int:
    """Return the sum of digits times weights.

    Examples
    --------
    >>> weighted("123", (3, 2, 1))
    10
    """
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))


def passes_luhn(number: str) -> bool:
    """Return whether the last digit is that of Luhn (ISO/IEC 7812).

    Examples
    --------
    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    every_second = map(int, number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(2 * digit - 9 * (digit > 4) for digit in every_second)) % 10 == 0


def passes_verhoeff(number: str) -> bool:
    """Return whether the last digit is that of Verhoeff.

    Examples
    --------
    >>> passes_verhoeff("2363"), passes_verhoeff("2364")
    (True, False)
    """
    check = 0
    for at, digit in enumerate(map(int, reversed(number))):
        for _ in range(at % 8):
            digit = int(_TURN[digit])
        check = _product(check, digit)
    return check == 0


def passes_97(text: str) -> bool:
    """Return whether letters and digits leave 1 by 97 (ISO 7064)."""
    return int("".join(str(int(c, 36)) for c in text)) % 97 == 1


def passes_11_10(number: str) -> bool:
    """Return whether the last digit is that of ISO 7064 MOD 11,10."""
    product = 10
    for digit in map(int, number[:-1]):
        total = (digit + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(number[-1])


def _product(one: int, other: int) -> int:
    """Return a product in the dihedral group of order ten."""
    if one < 5:
        return (one + other) % 5 + 5 * (other >= 5)
    return (one - other) % 5 + 5 * (other < 5)
