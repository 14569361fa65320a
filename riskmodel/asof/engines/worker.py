"""A worker process: reads block numbers and writes a file per block."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from riskmodel.asof.engines.workbench import open_workbench
from riskmodel.base.errors import RiskmodelError


def main(folder: Path) -> None:
    """Compute blocks of the work in ``folder`` until the input ends.

    Each line of input is answered by a line of JSON once the block's file is written, with an ``error`` if there was one.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing but answers goes to the other side
    blocks = None
    for line in sys.stdin:
        answer = {"block": int(line)}
        try:
            blocks = blocks or open_workbench(folder)
            blocks.values(int(line)).tofile(folder / f"block-{int(line)}")
        except RiskmodelError as error:
            answer |= {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer), file=answers, flush=True)
