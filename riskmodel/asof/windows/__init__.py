"""Kernels: sums and extremes over the records visible at each as-of date.

A record that occurred at ``o``, became known at ``k`` and was believed until ``s`` counts in a window of ``w`` days that
ends ``lag`` days before the as-of date at exactly the dates ``t`` with ``max(o + lag, k) < t <= min(o + lag + w, s)``: one
interval of ``t``. A windowed sum at all dates is therefore a difference array and one running sum, in integers, at the
cost of records plus output. Nothing else in the package is compiled.

Kernels work on a block of cells and release the interpreter lock, so that blocks can run in threads. They take the named
tuples of :mod:`~riskmodel.asof.windows.arguments`.
"""

from riskmodel.asof.windows.arguments import AsOf as AsOf
from riskmodel.asof.windows.arguments import Cells as Cells
from riskmodel.asof.windows.arguments import Destination as Destination
from riskmodel.asof.windows.arguments import Factors as Factors
from riskmodel.asof.windows.arguments import Halvings as Halvings
from riskmodel.asof.windows.arguments import Records as Records
from riskmodel.asof.windows.arguments import Searches as Searches
from riskmodel.asof.windows.arguments import Span as Span
from riskmodel.asof.windows.arguments import Spans as Spans
from riskmodel.asof.windows.day_index import ENDLESS as ENDLESS
from riskmodel.asof.windows.day_index import day_table as day_table
from riskmodel.asof.windows.decayed import LEAST as LEAST
from riskmodel.asof.windows.decayed import decayed_sums as decayed_sums
from riskmodel.asof.windows.decayed import halvings as halvings
from riskmodel.asof.windows.extremes import first_days as first_days
from riskmodel.asof.windows.extremes import last_days as last_days
from riskmodel.asof.windows.groups import add_to_groups as add_to_groups
from riskmodel.asof.windows.groups import of_groups as of_groups
from riskmodel.asof.windows.groups import weighted_means as weighted_means
from riskmodel.asof.windows.memory import LARGE as LARGE
from riskmodel.asof.windows.memory import empty as empty
from riskmodel.asof.windows.memory import forget as forget
from riskmodel.asof.windows.prefix_sums import running_sums as running_sums
from riskmodel.asof.windows.searches import searched as searched
from riskmodel.asof.windows.sums import weighted_sums as weighted_sums
from riskmodel.asof.windows.sums import window_sums as window_sums
from riskmodel.asof.windows.sums import windows_at_once as windows_at_once
