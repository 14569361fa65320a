"""A worker process: it reads numbers of blocks, a line each, and answers when a block's file is written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from riskmodel.asof.engines.bench import open_workbench
from riskmodel.base.errors import RiskmodelError


def main(folder: Path) -> None:
    """Work at the bench in ``folder`` until the input ends."""
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
