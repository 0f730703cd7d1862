"""The columns that pick suspects never leave out a row that the exact half of a rule would report."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import planted
from tests.rules.checked_files import check

FAMILIES = ("LEN", "AMB", "REF", "COD", "ART", "PII", "LNG", "INJ", "TPL")


def rows() -> list[dict[str, str]]:
    """The prompt and the answer of every planted row, faults and near misses of all rules."""
    found = []
    for code in planted.codes():
        for plant in planted.plants(code):
            row = plant.rows[0]
            if isinstance(row.get("prompt"), str) and isinstance(row.get("answer"), str):
                found.append(
                    {
                        "system": str(row.get("system", "")),
                        "instruction": row["prompt"],
                        "output": row["answer"],
                    }
                )
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_what_one_row_shows_is_what_the_chunk_found(family: str, tmp_path: Path) -> None:
    done = check(tmp_path, {"train": rows()}, family)
    assert done.counts or family == "TPL"
