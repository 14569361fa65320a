"""Errors of the package, each worded once by a named constructor.

Every error says what happened, which one it is about, what was expected and what to do. Its class carries the exit code of the command
line:

* RiskmodelError (1): expected failures, shown without a traceback

  * UsageError (2): a command, file or argument is wrong; nothing was started
    (EmptyTableError: a source table has no rows)
  * RefusedError (3): a safety rule forbids it
  * StaleError (4): a source is too old to score with; nothing was sent
  * IntegrityError (1): stored data differ from what was stored; none are used
  * StillLockedError (1): another run holds what this one needs (base/locks.py)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from riskmodel.base.dangling_links import dangling_link, led_by
from riskmodel.base.given_values import given_value
from riskmodel.base.nearest_names import nearest_names
from riskmodel.base.plurals import counted

_DATA = re.compile(r"[-+]?[\d.,]+|\d{4}[-/.年]\d{1,2}.*|.*\d{5}.*|.*@.*|.{41,}", re.DOTALL)
"""A value of data where the name of a column should be."""


FEWEST_LISTED, MOST_TEXT = 12, 450
"""Names that a message lists at least, and characters up to which it lists all."""


class RiskmodelError(Exception):
    """Base of all expected failures, with a message for the reader.

    Examples
    --------
    >>> issubclass(rm.UsageError, rm.RiskmodelError)
    True
    """

    exit_code = 1


class UsageError(RiskmodelError):
    """A command, file or argument is wrong; nothing was started.

    Examples
    --------
    >>> rm.to_day("yesterday")
    Traceback (most recent call last):
    riskmodel.base.errors.UsageError: The 'when' parameter of to_day must be a date such as 2024-01-02. Got 'yesterday' instead.
    """

    exit_code = 2


class EmptyTableError(UsageError):
    """A source table has no rows."""


class RefusedError(RiskmodelError):
    """A safety rule forbids it: persons, civic activity, discretionary targets, drafts.

    Examples
    --------
    >>> rm.quick(frame, kind="Victim Name")
    Traceback (most recent call last):
    riskmodel.base.errors.RefusedError: The column 'Victim Name' of 'the frame' cannot be used: never read: its name speaks of persons, accounts or free text. Name another column.
    """

    exit_code = 3


class StaleError(RiskmodelError):
    """A source is too old to score with; nothing was sent.

    Examples
    --------
    >>> bundle.score(history, "2023-12-01")
    Traceback (most recent call last):
    riskmodel.base.errors.StaleError: Cannot score 'main' as of 2023-12-01: the source 'frame' is complete only through 2023-10-28. Ingest its latest export, then run again.
    """

    exit_code = 4


class IntegrityError(RiskmodelError):
    """Stored data differ from what was stored; none are used."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a message: known names and the nearest match.

    All names are listed where they fit into a few lines, as all vocabularies of riskmodel do; else the first 12.

    Examples
    --------
    >>> did_you_mean("tehft", ["noise", "theft"])
    "Available: noise, theft. Hint: did you mean 'theft'?"
    """
    names = sorted(known)
    close = nearest_names(word, names)
    shown = ", ".join(names)
    if len(names) > FEWEST_LISTED and len(shown) > MOST_TEXT:
        shown = f"{', '.join(names[:FEWEST_LISTED])}, … ({len(names):,} in all)"
    hint = f" Hint: did you mean {close[0]!r}?" if close else ""
    return f"Available: {shown or 'none'}.{hint}"


def unknown_name(what: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that does not exist.

    Examples
    --------
    >>> print(unknown_name("kind", "tehft", ["noise", "theft"]))
    There is no kind named 'tehft'. Available: noise, theft. Hint: did you mean 'theft'?
    """
    return UsageError(f"There is no {what} named {name!r}. {did_you_mean(name, known)}")


def missing_file(what: str, path: object, remedy: str) -> UsageError:
    """Return the error for a file that does not exist."""
    if Path(str(path)).is_dir():
        return UsageError(
            f"There is a folder where the {what} {str(path)!r} should be. Move it away, then provide the file. {remedy}"
        )
    if (link := dangling_link(Path(str(path)))) is not None:
        return UsageError(f"The {what} {str(path)!r} does not exist: {led_by(link)}. {remedy}")
    return UsageError(f"The {what} {str(path)!r} does not exist. {remedy}")


def repeated_row(name: str, sheet: str, number: int, last: int) -> UsageError:
    """Return the error for a sheet whose row numbers do not rise."""
    return UsageError(
        f"The sheet {sheet!r} of {name!r} has a row with the number {number:,} after the row {last:,}: programs that read it drop one of them. "
        "Open it, save it again as .xlsx and compare the number of rows, or export it as CSV."
    )


def empty_table(path: object) -> EmptyTableError:
    """Return the error for a source table without rows."""
    return EmptyTableError(f"The table {str(path)!r} has no rows. Expected at least one; check the export.")


def missing_columns(path: object, missing: Iterable[str], there: Iterable[str], hidden: bool = False) -> UsageError:
    """Return the error for mapped columns that a table lacks.

    Where the first row looks like data, or it is to be ``hidden``, it is not repeated.
    """
    wanted = sorted(missing)
    names = [name for name in there if name.strip()]
    listed = (
        "Its first row does not look like column names, so it is not repeated here."
        if hidden or any(_DATA.fullmatch(name) for name in names)
        else did_you_mean(wanted[0], names)
    )
    return UsageError(
        f"The table {str(path)!r} lacks the mapped column(s) {', '.join(map(repr, wanted))}. "
        f"{listed} Correct the mapping in riskmodel.toml or the export."
    )


def bad_argument(parameter: str, owner: str, expected: str, got: object) -> UsageError:
    """Return the error for a bad argument, worded as in scikit-learn.

    Examples
    --------
    >>> print(bad_argument("step", "day_range", "a whole number of days, at least 1", 0))
    The 'step' parameter of day_range must be a whole number of days, at least 1. Got 0 instead.
    """
    return UsageError(f"The {parameter!r} parameter of {owner} must be {expected}. Got {given_value(got)} instead.")


def bad_type(parameter: str, owner: str, expected: str, got: object) -> UsageError:
    """Return the error for an argument of a wrong type.

    Examples
    --------
    >>> print(bad_type("horizon", "Target", "int", "theft"))
    The 'horizon' parameter of Target must be of type int. Got a value of type str instead.
    """
    of_type = "" if expected.startswith(("a ", "several ")) else "of type "
    return UsageError(
        f"The {parameter!r} parameter of {owner} must be {of_type}{expected}. Got a value of type {type(got).__name__} instead."
    )


def faults(what: str, found: Iterable[str]) -> UsageError:
    """Return one error for all faults of a file, one line each.

    Examples
    --------
    >>> print(faults("riskmodel.toml", ["name: it is missing; add it."]))
    riskmodel.toml has 1 fault:
      - name: it is missing; add it.
    """
    lines = list(found)
    return UsageError(f"{what} has {counted(len(lines), 'fault')}:\n" + "\n".join(f"  - {line}" for line in lines))


def refused(what: str, why: str, remedy: str) -> RefusedError:
    """Return the error of a safety rule.

    The message must not repeat forbidden content.
    """
    return RefusedError(f"{what} is refused: {why}. {remedy}")


def too_little_history(wanted: str, there: str, remedy: str) -> UsageError:
    """Return the error for an experiment that needs more history."""
    return UsageError(f"The experiment needs {wanted}, but the history holds {there}. {remedy}")
