"""Kept lists stay within their bound of memory, and are never shared with a caller."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from riskmodel.operations.list_cache import ListCache


def test_the_bound_holds_and_the_lists_used_longest_ago_leave() -> None:
    cache = ListCache(most_bytes=100)
    for number in range(50):
        cache.keep(str(number), {"number": number})
        assert cache.get("0") is not None
    there = [n for n in range(50) if cache.get(str(n)) is not None]
    assert there[0] == 0
    assert there[1:] == list(range(50 - len(there) + 1, 50))
    assert 80 < sum(len(f'{{"number": {n}}}') for n in there) <= 100
    cache.keep("large", {"text": "x" * 200})
    assert cache.get("large") is None
    assert cache.get("0") is None


def test_an_answer_is_the_callers_own() -> None:
    cache = ListCache()
    cache.keep("a", {"list": ["县"]})
    (found := cache.get("a") or {})["list"].clear()
    assert found == {"list": []}
    assert cache.get("a") == {"list": ["县"]}


def test_threads_at_once_lose_no_bytes() -> None:
    cache = ListCache(most_bytes=10_000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: cache.keep(str(n % 40), {"number": n, "text": "x" * (n % 90)}), range(2000)))
    for number in range(40):
        cache.keep(str(number), {})
    assert all(cache.get(str(number)) == {} for number in range(40))
