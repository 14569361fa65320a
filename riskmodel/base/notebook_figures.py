"""Figures made without pyplot, as a notebook shows them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def shows_itself(figure: Figure) -> Figure:
    """Let a figure that was made without pyplot show itself once.

    pyplot would draw it twice, and without it a notebook shows a figure only if it has this method.
    """
    setattr(figure, "_repr_png_", partial(_png, figure))  # noqa: B010
    return figure


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with any_script():
        figure.savefig(file, format="png", dpi=110)
    return file.getvalue()


@contextmanager
def any_script() -> Iterator[None]:
    """Ignore warnings about glyphs that matplotlib's font lacks.

    Chinese text on a page is set by the browser.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield
