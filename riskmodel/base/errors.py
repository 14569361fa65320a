"""Every error of the package: what happened, which one, what was expected and what to do.

Errors are made by named constructors, so that one fault is worded once. Each class carries the exit code that the
command line returns for it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_DATA = re.compile(r"[-+]?[\d.,]+|\d{4}[-/.年]\d{1,2}.*|.*\d{5}.*|.*@.*|.{41,}", re.DOTALL)
"""A value of data where the name of a column should be."""


class RiskmodelError(Exception):
    """Base of all expected failures: its message is meant for the reader, without a traceback."""

    exit_code = 1


class UsageError(RiskmodelError):
    """The command, configuration or argument is wrong; nothing was started."""

    exit_code = 2


class RefusedError(RiskmodelError):
    """A safety rule forbids it (persons, lawful civic activity, police-made targets)."""

    exit_code = 3


class StaleError(RiskmodelError):
    """A feed is too old to score with; nothing was sent."""

    exit_code = 4


class IntegrityError(RiskmodelError):
    """Something stored is not what was stored: nothing of it is used."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The sentence that lists what is there and the nearest match, to end a message with."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
    hint = f" Hint: did you mean {close[0]!r}?" if close else ""
    return f"Available: {shown or 'none'}.{hint}"


def unknown_name(what: str, name: str, known: Iterable[str]) -> UsageError:
    """No ``what`` of that name."""
    return UsageError(f"There is no {what} named {name!r}. {did_you_mean(name, known)}")


def missing_file(what: str, path: object, remedy: str) -> UsageError:
    """A file that a configuration names is not there."""
    return UsageError(f"The {what} {str(path)!r} does not exist. {remedy}")


def empty_table(path: object) -> UsageError:
    """A source table without a single row."""
    return UsageError(f"The table {str(path)!r} has no rows. Expected at least one; check the export, or remove the source.")


def missing_columns(path: object, missing: Iterable[str], there: Iterable[str]) -> UsageError:
    """Mapped columns that the table does not have."""
    wanted = sorted(missing)
    names = [name for name in there if name.strip()]
    # a table without a head has a row of data there, which is not repeated
    listed = (
        "Its first row does not read like names of columns, so that it is not repeated."
        if any(_DATA.fullmatch(name) for name in names)
        else did_you_mean(wanted[0], names)
    )
    return UsageError(
        f"The table {str(path)!r} lacks the mapped column(s) {', '.join(map(repr, wanted))}. "
        f"{listed} Correct the mapping in riskmodel.toml or the export."
    )


def bad_argument(parameter: str, owner: str, expected: str, got: object) -> UsageError:
    """One sentence form for a bad argument, as scikit-learn words it."""
    return UsageError(f"The {parameter!r} parameter of {owner} must be {expected}. Got {got!r} instead.")


def faults(what: str, found: Iterable[str]) -> UsageError:
    """All faults of one file at once, a line each."""
    lines = list(found)
    count = f"{len(lines)} fault" + ("s" if len(lines) != 1 else "")
    return UsageError(f"{what} has {count}:\n" + "\n".join(f"  - {line}" for line in lines))


def refused(what: str, why: str, remedy: str) -> RefusedError:
    """A safety rule speaks; the message never repeats forbidden content."""
    return RefusedError(f"{what} is refused: {why}. {remedy}")


def too_little_history(wanted: str, there: str) -> UsageError:
    """An experiment asks for more history than there is."""
    return UsageError(
        f"The experiment needs {wanted}, but the history holds {there}. Ingest earlier records, or move the experiment's dates."
    )
