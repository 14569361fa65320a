"""A parcel of three files of an approved list."""

from __future__ import annotations

from riskmodel.base.days import to_day
from riskmodel.operations.delivery import Parcel, receipt_id

AS_OF = to_day("2025-12-31")
FILES = {"list.csv": b"a,b\n", "list.json": '{"centre": "东"}\n'.encode(), "list.html": b"<p>"}


def parcel(files: dict[str, bytes] = FILES, as_of: int = AS_OF) -> Parcel:
    return Parcel(receipt_id("l1", "any", "there", files), "l1", as_of, "东区 centre", files, "outbox/home")
