"""The synthetic files that the benchmarks read, made once by the seeded generator of the build machine."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared"
GENERATOR = SHARED / "tools" / "make_synthetic.py"
FOLDER = Path(os.environ.get("FTUI_BENCH_DATA", Path(tempfile.gettempdir()) / "ftui-bench"))


def synthetic(rows: int, layout: str = "alpaca") -> Path:
    """A JSONL file of `rows` seeded rows (3 % exact, 4 % near duplicates; 702 bytes a row)."""
    path = FOLDER / f"{layout}-{rows}.jsonl"
    if not path.exists():
        if not GENERATOR.exists():
            sys.exit(f"the generator of the synthetic files is not on this machine ({GENERATOR.name})")
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        subprocess.run([sys.executable, str(GENERATOR), str(rows), layout, str(part)], check=True)
        part.rename(path)
    return path


def in_fresh_folder(path: Path, name: str) -> Path:
    """The same file, linked into an empty folder of its own: no journal of an earlier run lies beside it."""
    folder = Path(tempfile.mkdtemp(prefix=f"ftui-bench-{name}-", dir=FOLDER))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = folder / path.name
    os.link(path, link)
    return link
