"""Results, errors and progress of commands on the two output streams."""

from __future__ import annotations

import codecs
import io
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from riskmodel.base.progress_bars import Tell, progress_bar
from riskmodel.base.shown_texts import shown_json, shown_lines
from riskmodel.cli.context import current

if TYPE_CHECKING:
    from riskmodel.base.texts import Language

_PLAIN_SIGNS = {
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "→": "->",
    "≥": ">=",
    "≤": "<=",
    "▂": ".",
    "▄": ":",
    "▅": "=",
    "▆": "+",
    "█": "#",
}
"""What stands for a sign that the encoding of a stream lacks."""
_LINES, _UPRIGHT = range(0x2500, 0x2580), frozenset("│┃║╎╏┆┇┊┋╽╿")
"""Signs of frames, and those of upright lines."""
_LEVEL = frozenset("─━═╌╍┄┅┈┉╴╶╸╺╼╾")
_PLAINLY = "riskmodel.plainly"
"""Name under which codecs know how to write such signs."""
_SIGNS: Mapping[Language, str] = {"zh": "中：“”。", "en": ""}
"""Signs that an encoding must have for a language."""


def emit(result: Any, where: str | None, text: str, colours: bool = False) -> None:
    """Print ``text``, or write ``result`` as JSON where ``--json`` asks for it.

    With ``-`` the JSON replaces the text on standard output; with a file both are written. ``colours`` says that the text sets colours.
    """
    if where is None:
        write_out(text + "\n", colours)
        return
    if where == "-":
        _write(shown_json(_json(result, not _is_utf8(sys.stdout))))
        return
    content = _json(result, False)
    from riskmodel.base.files import write_bytes

    write_bytes(Path(where), content.encode("utf-8", "surrogatepass"))
    write_out(text + "\n", colours)


def emit_failure(message: str, kind: str, code: int, as_json: bool) -> None:
    """Write a failure as JSON to standard output.

    It stands where the result would be.
    """
    if as_json:
        content = json.dumps({"error": kind, "message": message, "exit_code": code}, ensure_ascii=not _is_utf8(sys.stdout))
        _write(shown_json(content) + "\n")


def write_out(text: str, colours: bool = False) -> None:
    """Write ``text`` to standard output, hidden signs escaped."""
    _write(shown_lines(text, colours))


def write_error(text: str) -> None:
    """Write a line to standard error, hidden signs escaped."""
    typer.echo(shown_lines(text), err=True)


def prepare_streams() -> None:
    """Let the output streams write plainly what their encoding lacks.

    Those that the caller closed lead nowhere; else the next file that is opened would get their number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8", closefd=False))
    codecs.register_error(_PLAINLY, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return plain signs for those that an encoding lacks, or escapes."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain_sign, error.object[error.start : error.end])), error.end


def _plain_sign(sign: str) -> str:
    """Return what stands for a sign; of a frame an ASCII one."""
    if ord(sign) in _LINES:
        return "|" if sign in _UPRIGHT else "-" if sign in _LEVEL else "+"
    return _PLAIN_SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode("ascii")


def spoken(language: Language) -> Language:
    """Return the language for the terminal, English where Chinese is illegible.

    A stream whose encoding lacks the signs of a language shows escapes, which nobody reads.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        # click writes UTF-8 to a stream in ASCII
        if codecs.lookup(encoding).name != "ascii":
            _SIGNS[language].encode(encoding)
    except (UnicodeError, LookupError):
        return "en"
    return language


def _is_utf8(stream: Any) -> bool:
    """Return whether a stream takes every sign."""
    try:
        return codecs.lookup(stream.encoding).name == "utf-8"
    except (AttributeError, TypeError, LookupError):
        return False


def _json(result: Any, ascii_only: bool) -> str:
    return json.dumps(without_nan(result), ensure_ascii=ascii_only, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _write(text: str) -> None:
    """Write to standard output as it is.

    If the reader (a pager, ``head``) has gone, the command still ends with its own exit code.
    """
    try:
        typer.echo(text, nl=False)
    except BrokenPipeError:
        # the rest of the stream would fail again at the end of the process
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def without_nan(value: Any) -> Any:
    """Return ``value`` with None in place of NaN.

    JSON has no NaN.

    Examples
    --------
    >>> without_nan({"wmae": float("nan"), "rmse": [0.5]})
    {'wmae': None, 'rmse': [0.5]}
    """
    if isinstance(value, dict):
        return {key: without_nan(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def progress(title: str) -> AbstractContextManager[Tell]:
    """Show a progress bar, unless ``--quiet`` forbids it."""
    return progress_bar(title, current.quiet)


def console_width() -> int:
    """Return the columns of the terminal, or 110 without one."""
    return max(80, shutil.get_terminal_size((110, 24)).columns)
