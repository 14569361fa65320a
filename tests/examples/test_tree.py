"""Examples hold no data: no open table, nor one derived from it, is in the tree."""

from __future__ import annotations

from tests.worlds.open_examples import EXAMPLES

MADE = {"data", "outbox", "reports", "mlruns", "__pycache__"}


def test_examples_hold_no_data() -> None:
    files = [path for path in EXAMPLES.rglob("*") if path.is_file() and not MADE & set(path.relative_to(EXAMPLES).parts)]
    assert {"riskmodel.toml", "README.md"} <= {path.name for path in files}
    assert {path.suffix for path in files} <= {".toml", ".py", ".md"}
