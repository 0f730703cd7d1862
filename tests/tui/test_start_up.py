"""What the app may not import before the first rows are on the screen."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "numpy",
    "polars",
    "tree_sitter",
    "rapidfuzz",
    "rensa",
    "sqlite3",
    "ftui.rules.rule",
    "textual.widgets._text_area",
)
SCRIPT = f"""
import sys
import ftui.tui.app
import ftui.dataset.dataset, ftui.dataset.formats.jsonl
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
