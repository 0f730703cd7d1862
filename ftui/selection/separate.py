"""`ftui split --by language` and `--by domain`: the rows of each in a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import meta_columns, reading
from ftui.rules.balance.production import named
from ftui.selection.row_columns import coded
from ftui.selection.splitting import Part, Splitting
from ftui.selection.write import check_free, targets, write_rows


def separate(
    dataset: Dataset, by: Literal["language", "domain"], project: Project, folder: Path
) -> Splitting:
    """Write the rows of each language or domain into a file of its own, all of them; raises FtuiError."""
    from ftui.rules.row_languages import row_language

    for document in dataset.documents:
        document.build_index(lambda _done, _total: None, lambda: False)
    sample = reading.sample(dataset, reading.runs(dataset))
    columns = meta_columns.find(sample, project)
    column = columns.language if by == "language" else columns.domain or columns.topic
    if by == "domain" and column is None:
        raise FtuiError(
            "no column says of which domain a row is", "set domain under [data.meta] in ftui.toml"
        )

    def told(value: Any, example: Example | None) -> str | None:
        if column is not None:
            return named(meta_columns.value(value, column))
        return row_language(example.prompt, example.answer) if example else None

    rows = {number: np.array(document.order(), np.int64) for number, document in enumerate(dataset.documents)}
    (found,) = coded(dataset, rows, told)
    names = _file_names([*found.names, "unknown"])
    files = {at: targets(dataset, folder, name) for at, name in enumerate(names)}
    present = [at for at in range(len(found.names)) if (found.codes == at).any()]
    lost = (found.codes < 0).any()
    places = [*present, *([len(found.names)] if lost else [])]
    check_free(path for at in places for path in files[at].values())
    folder.mkdir(parents=True, exist_ok=True)
    every = [(file, row) for file, chosen in sorted(rows.items()) for row in chosen.tolist()]
    codes = np.where(found.codes < 0, len(found.names), found.codes)
    parts = []
    for at in places:
        own = [every[i] for i in np.flatnonzero(codes == at).tolist()]
        part = Part(names[at], len(own), Counter())
        for of, path in files[at].items():
            mine = [each for each in own if each[0] in of]
            if mine:
                write_rows(dataset, of, mine, path)
                part.paths.append(str(path))
        parts.append(part)
    parts.sort(key=lambda part: -part.rows)
    how = (
        f"column {column}"
        if column
        else "found from the texts; a row that is short, mixed or code is unknown"
    )
    return Splitting(by, 0, len(every), 0, parts, 0, 0, 0, 0, notes=[f"{by}: {how}; no row is left out"])


def _file_names(names: Sequence[str]) -> list[str]:
    """A name of letters, digits, `-` and `_` for each, no two the same."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = (
            "".join(c if c.isalnum() or c in "-_" else "-" for c in name.lower()).strip("-")[:60] or "other"
        )
        free, number = plain, 2
        while free in taken:
            free, number = f"{plain}-{number}", number + 1
        taken.add(free)
        found.append(free)
    return found
