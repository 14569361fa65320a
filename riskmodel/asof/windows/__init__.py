"""Kernels: sums and extremes over the records visible at each as-of date.

A record that occurred at ``o``, became known at ``k`` and was believed until ``s`` counts in a window of ``w`` days that
ends ``lag`` days before the as-of date at exactly the dates ``t`` with ``max(o + lag, k) < t <= min(o + lag + w, s)``: one
interval of ``t``. A windowed sum at all dates is therefore a difference array and one running sum, in integers, at the
cost of records plus output.

Kernels work on a block of cells and release the interpreter lock, so that blocks can run in threads. They take the named
tuples of :mod:`~riskmodel.asof.windows.arguments`.

Names are imported when they are first used, so what only reads a model does not load the compiler. ``__init__.pyi`` says where each is.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
