"""Recall of the near-duplicate search against plain sets of words: every pair, no hashing, no code in common.

python -m tests.benchmarks.near_duplicate_recall
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ftui.dataset.layouts.pairs import pair_layout
from ftui.dataset.record import Parsed
from ftui.project.settings import Project
from ftui.rules.chunk import Chunk
from ftui.rules.row_index.fingerprints import FIELDS, fingerprints, template_shingles
from ftui.rules.row_index.index import RowIndex, row_index
from ftui.rules.rule import ChunkInfo, Context, FileInfo

Pair = tuple[str, str]
"""A prompt and an answer."""


class Recall(NamedTuple):
    """Rows with a near duplicate: by brute force, found, both; and how many pairs that the search verified are none."""

    field: str
    true: int
    found: int
    both: int

    @property
    def recall(self) -> float:
        """The share of the true rows that were found."""
        return self.both / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        """The share of the found rows that are true."""
        return self.both / self.found if self.found else 1.0


def plain_words(text: str) -> list[str]:
    """Lower-cased runs of letters and digits."""
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def plain_shingles(text: str) -> frozenset[Pair | tuple[str, ...]]:
    """All runs of three words."""
    found = plain_words(text)
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def brute_force(rows: Sequence[Pair], field: str) -> set[int]:
    """Rows whose field has a Jaccard of at least 0.8 with another row's, the template's shingles left out."""
    whole = [plain_shingles(f"{prompt}\n{answer}") for prompt, answer in rows]
    carriers = Counter(shingle for each in whole for shingle in each)
    template = {shingle for shingle, count in carriers.items() if count > max(50, len(rows) / 100)}
    texts = [{"prompt": p, "answer": a, "both": f"{p}\n{a}"}[field] for p, a in rows]
    sets = [plain_shingles(text) - template if len(plain_words(text)) >= 5 else frozenset() for text in texts]
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    near: set[int] = set()
    for row, own in enumerate(sets):
        shared = Counter(other for shingle in own for other in where[shingle])
        for other, count in shared.items():
            if count / (len(own) + len(sets[other]) - count) >= 0.8:
                near |= {row, other}
        for shingle in own:
            where[shingle].append(row)
    return near


def index_of(rows: Sequence[Pair], chunk_rows: int = 2_000) -> RowIndex:
    """The index that the families share, built as the engine builds it."""
    layout = pair_layout("prompt-completion")
    values = [{"prompt": prompt, "completion": answer} for prompt, answer in rows]
    chunks = [
        Chunk(0, "train", first, [Parsed(v) for v in part], [layout.example(v) for v in part])
        for first in range(0, len(values), chunk_rows)
        if (part := values[first : first + chunk_rows])
    ]
    files = (FileInfo("rows", layout.name, (("train", 0, len(rows)),), len(rows)),)
    context = Context(Project(Path()), files)
    context = Context(Project(Path()), files, surveys={"DUP": template_shingles(chunks, context)})
    partials = [(ChunkInfo(0, "train", c.first, len(c)), fingerprints(c, context)) for c in chunks]
    return row_index(partials, context)


def searched(index: RowIndex, field: str) -> set[int]:
    """Rows with a near duplicate in a field, as the index finds them."""
    number = FIELDS.index(field)
    nodes, pairs = index.nodes(number), index.near(number)
    near = np.zeros(len(nodes.first), np.bool_)
    near[pairs.a] = near[pairs.b] = True
    near |= nodes.size > 1
    return set(np.flatnonzero(near[nodes.group] & index.comparable[:, number]).tolist())


def recalls(rows: Sequence[Pair]) -> list[Recall]:
    """Recall and precision of each field."""
    index = index_of(rows)
    result = []
    for field in FIELDS:
        true, found = brute_force(rows, field), searched(index, field)
        result.append(Recall(field, len(true), len(found), len(true & found)))
    return result


def synthetic(count: int, seed: int = 1) -> list[Pair]:
    """Rows of made-up words around a few templates: 3 % copied, 12 % changed in one to six words, somewhere."""
    source = random.Random(seed)
    vocabulary = ["".join(source.choices("abcdefghijklmnop", k=source.randint(2, 9))) for _ in range(4_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]

    def sentence(low: int, high: int) -> str:
        return " ".join(source.choices(vocabulary, weights, k=source.randint(low, high)))

    def changed(text: str) -> str:
        found = text.split()
        for _ in range(source.randint(1, 6)):
            found[source.randrange(len(found))] = source.choice(vocabulary)
        return " ".join(found)

    frames = ["Please answer the question below as well as you can:", "", "", "You are a helper. Task:"]
    rows: list[Pair] = []
    while len(rows) < count:
        dice = source.random()
        if rows and dice < 0.03:
            rows.append(source.choice(rows))
        elif rows and dice < 0.15:
            prompt, answer = source.choice(rows)
            rows.append((changed(prompt), answer) if dice < 0.07 else (prompt, changed(answer)))
        else:
            rows.append((f"{source.choice(frames)} {sentence(4, 40)}", sentence(3, 120)))
    return rows


def gpteacher(folder: Path, count: int) -> list[Pair]:
    """Rows of GPTeacher's toolformer with its boilerplate."""
    with gzip.open(folder / "gpteacher" / "toolformer-dedupe-only.json.gz") as file:
        rows = json.load(file)
    return [("\n".join(t for t in (r["instruction"], r["input"]) if t), r["response"]) for r in rows[:count]]


def main(count: int = 5_000) -> None:
    """Print both tables."""
    shared = Path(__file__).resolve().parents[3] / "shared" / "data"
    for name, rows in (("GPTeacher toolformer", gpteacher(shared, count)), ("synthetic", synthetic(count))):
        print(f"{name}, {len(rows):,} rows")
        for each in recalls(rows):
            print(
                f"  {each.field:7} rows with a near duplicate {each.true:5}, found {each.found:5}, "
                f"recall {each.recall:.4f}, precision {each.precision:.4f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
