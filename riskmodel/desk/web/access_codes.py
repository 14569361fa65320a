"""Access codes: which centre may see and answer its lists over HTTP.

A code is random and is shown once. The file ``access.json`` beside the ledger keeps its sha256: a code has 80 random bits, which nobody guesses,
so nothing slower is needed.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, UsageError, unknown_name
from riskmodel.base.files import canonical_json, sha256, write_private
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project

RANDOM_BYTES = 10
"""Random bytes of a code: sixteen letters and digits."""
_GROUP = 4


@dataclass(frozen=True)
class Access:
    """Who may use the desk: a role of a centre.

    It is never a person. ``id`` names it in messages; ``digest`` is the sha256 of its code, and ``made`` the day on which it was made.
    """

    id: str
    centre: str
    role: str
    digest: str
    made: int


def all_access(project: Project) -> tuple[Access, ...]:
    """Return who may use the desk, the newest last.

    Raises
    ------
    IntegrityError
        If the file is damaged. Nobody is let in then.
    """
    path = project.access_file
    if not path.exists():
        return ()
    try:
        return tuple(Access(**one) for one in json.loads(path.read_bytes())["codes"])
    except (ValueError, TypeError, KeyError):
        raise IntegrityError(
            f"{path.name} beside the ledger is damaged, so nobody can use the desk. Restore it from a backup, or remove it and make new codes with 'riskmodel access'."
        ) from None


def give_access(project: Project, centre: str, role: str, centres: Iterable[str], random: bytes, day: int) -> str:
    """Record a new access and return its code, which is kept nowhere.

    Parameters
    ----------
    role
        One of the project's roles.
    centres
        The centres that have lists.
    random
        :data:`RANDOM_BYTES` random bytes.
    day
        Today.

    Raises
    ------
    UsageError
        If there is no such centre.
    RefusedError
        If the project has no such role.
    """
    known = sorted(set(centres))
    if centre not in known:
        raise unknown_name("centre", centre, known)
    role, code = project.role(role, "access"), _written(random)
    digest = digest_of(code)
    with exclusive(project.access_file):
        _write(project, (*all_access(project), Access(digest[:8], centre, role, digest, day)))
    return code


def remove_access(project: Project, id: str) -> Access:
    """Remove an access; whoever is signed in with it is signed out.

    Raises
    ------
    UsageError
        If there is none of this id.
    """
    with exclusive(project.access_file):
        there = all_access(project)
        gone = next((one for one in there if one.id == id), None)
        if gone is None:
            known = ", ".join(f"{one.id} ({one.centre}, {one.role}, {to_iso(one.made)})" for one in there) or "none"
            raise UsageError(f"There is no access {id!r}. Nothing was removed. Known: {known}.")
        _write(project, [one for one in there if one.id != id])
    return gone


def access_of(project: Project, code: str) -> Access | None:
    """Return whose code it is; None if it is nobody's.

    Spaces, hyphens and case do not matter.
    """
    found, wanted = None, digest_of(code)
    for one in all_access(project):
        if hmac.compare_digest(one.digest, wanted):
            found = one
    return found


def digest_of(code: str) -> str:
    """Return the sha256 of a code as people type it.

    Examples
    --------
    >>> digest_of("abcd-efgh") == digest_of(" ABCD efgh ")
    True
    """
    return sha256("".join(sign for sign in code.lower() if sign.isalnum()).encode())


def _written(random: bytes) -> str:
    """Return random bytes as letters and digits in groups."""
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _write(project: Project, codes: Iterable[Access]) -> None:
    """Write all accesses in one step."""
    write_private(project.access_file, canonical_json({"codes": [asdict(one) for one in codes]}) + b"\n")
