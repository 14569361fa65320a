"""A bounded number of futures under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def ahead(start: Callable[[int], Any], count: int, most: int) -> Iterator[tuple[int, Any]]:
    """Yield the numbers below ``count`` with their results, as they finish.

    Parameters
    ----------
    start
        Returns the future of a number.
    count
        How many numbers there are.
    most
        Most futures under way at a time.
    """
    from concurrent.futures import FIRST_COMPLETED, wait

    under_way: dict[Any, int] = {}
    following = iter(range(count))
    while True:
        for number in following:
            under_way[start(number)] = number
            if len(under_way) >= most:
                break
        if not under_way:
            return
        for done in wait(under_way, return_when=FIRST_COMPLETED).done:
            yield under_way.pop(done), done.result()
