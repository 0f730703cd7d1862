"""Benchmarks as hashes of word runs: read from files, kept as small index files, put together for a check."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.errors import FtuiError
from ftui.project.locations import packaged_dir, state_dir
from ftui.project.settings import Project
from ftui.rules.row_index.shingles import I64, U64
from ftui.rules.row_index.word_runs import SIZE, runs_of
from ftui.store.location import locate, prepare

FORMAT = 1
LEAST_RUNS = 5
"""Questions with fewer runs (of fewer than nine words) cannot be told from ordinary text."""
FOLDER = "contamination"
_ID_KEYS = ("task_id", "question_id", "id", "_id", "idx", "uid", "name")
_TEXT_KEYS = ("prompt", "question", "problem", "query", "input", "text")
_BATCH = 5_000


class Benchmark(NamedTuple):
    """One benchmark: a file of questions, as hashes."""

    name: str
    ids: tuple[str, ...]
    grams: U64
    """The different runs of each question."""
    offsets: I64
    words: NDArray[np.int32]
    """How many words each question has."""
    source: str = ""
    licence: str = ""
    path: str = ""
    """The data file, where its text can be shown."""
    rows: tuple[int, ...] = ()
    """The row of each question in that file."""
    left_out: int = 0
    """Questions too short to be told apart; known only where the file was just read."""


class Kept(NamedTuple):
    """An index file."""

    path: Path
    where: str
    """`ftui`, `project` or `user`."""


@dataclass
class Index:
    """All benchmarks of a check: every run once, with the questions that have it."""

    benchmarks: list[Benchmark]
    gram: U64 = field(init=False)
    """Sorted."""
    starts: I64 = field(init=False)
    """The questions of gram i are items[starts[i]:starts[i + 1]]."""
    items: NDArray[np.int32] = field(init=False)
    held: I64 = field(init=False)
    """The grams of question i, as numbers, are grams_of[held[i]:held[i + 1]]."""
    grams_of: NDArray[np.int32] = field(init=False)
    words: NDArray[np.int32] = field(init=False)
    _names: list[tuple[int, int]] = field(init=False)
    _table: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        grams, words, self._names = self._questions()
        sizes = np.array([len(each) for each in grams], np.int64)
        flat = np.concatenate([np.zeros(0, np.uint64), *grams])
        question = np.repeat(np.arange(len(grams), dtype=np.int32), sizes)
        self.gram, number = np.unique(flat, return_inverse=True)
        order = np.argsort(number, kind="stable")
        self.items = question[order]
        self.starts = np.append(0, np.cumsum(np.bincount(number, minlength=len(self.gram)))).astype(np.int64)
        self.grams_of = number.astype(np.int32)
        self.held = np.append(0, np.cumsum(sizes)).astype(np.int64)
        self.words = np.array(words, np.int32)
        # 64 bits of table a run: one word run in a hundred of the data goes on to the exact search.
        self._bits = np.uint64(min(max(int(len(self.gram) * 64).bit_length(), 16), 26))
        self._table = np.zeros(1 << int(self._bits), np.bool_)
        self._table[self._slot(self.gram)] = True

    def _questions(self) -> tuple[list[U64], list[int], list[tuple[int, int]]]:
        """Every question once: that of a file at hand goes before the same one of an index."""
        grams: list[U64] = []
        words: list[int] = []
        names: list[tuple[int, int]] = []
        known: set[bytes] = set()
        for number, benchmark in enumerate(self.benchmarks):
            for i in range(len(benchmark.ids)):
                held = benchmark.grams[benchmark.offsets[i] : benchmark.offsets[i + 1]]
                if held.tobytes() not in known:
                    known.add(held.tobytes())
                    grams.append(held)
                    words.append(int(benchmark.words[i]))
                    names.append((number, i))
        return grams, words, names

    def __len__(self) -> int:
        return len(self._names)

    def _slot(self, hashes: U64) -> NDArray[np.uint64]:
        return hashes >> (np.uint64(64) - self._bits)

    def find(self, hashes: U64) -> tuple[I64, I64]:
        """Which of these runs are in the index: their places, and the numbers of their grams."""
        maybe = np.flatnonzero(self._table[self._slot(hashes)])
        if not len(self.gram) or not len(maybe):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self.gram, hashes[maybe]), len(self.gram) - 1)
        there = self.gram[at] == hashes[maybe]
        return maybe[there], at[there]

    def name(self, item: int) -> tuple[Benchmark, str, int | None]:
        """The benchmark of a question, its id, and its row where the file is at hand."""
        number, i = self._names[item]
        benchmark = self.benchmarks[number]
        return benchmark, benchmark.ids[i], benchmark.rows[i] if benchmark.rows else None


# Reading benchmark files


def read_benchmark(path: Path, name: str = "", licence: str = "") -> Benchmark:
    """The questions of a data file in any format and layout. Raises FtuiError where it has none."""
    from ftui.rules.reading import Rows, runs

    dataset = Dataset.open([path], Project(path.absolute().parent))
    try:
        document = dataset.documents[0]
        document.build_index(lambda *_: None, lambda: False)
        fetch = Rows(dataset, runs(dataset)).fetch
        title = name or benchmark_name(path)
        ids: list[str] = []
        texts: list[str] = []
        rows: list[int] = []
        for row in document.order():
            seen = fetch(0, row)
            said = question(seen.parsed.value, seen.example)
            if said:
                ids.append(_id(seen.parsed.value) or f"{title}/{row}")
                texts.append(said)
                rows.append(row)
    finally:
        dataset.close()
    found = _hashed(title, ids, texts, licence, path, rows)
    if not found.ids:
        raise FtuiError(
            f"{path}: no question of nine words or more", "name a file with a prompt or question in each row"
        )
    return found._replace(left_out=len(texts) - len(found.ids))


def _hashed(
    name: str, ids: Sequence[str], texts: Sequence[str], licence: str, path: Path, rows: Sequence[int]
) -> Benchmark:
    kept: list[int] = []
    grams: list[U64] = []
    words: list[int] = []
    for start in range(0, len(texts), _BATCH):
        runs = runs_of(texts[start : start + _BATCH])
        for i in range(len(runs.offsets) - 1):
            held = runs.hashes[runs.offsets[i] : runs.offsets[i + 1]]
            if len(held) >= LEAST_RUNS:
                kept.append(start + i)
                grams.append(np.unique(held))
                words.append(len(held) + SIZE - 1)
    offsets = np.append(0, np.cumsum([len(each) for each in grams])).astype(np.int64)
    return Benchmark(
        name,
        tuple(ids[i] for i in kept),
        np.concatenate([np.zeros(0, np.uint64), *grams]),
        offsets,
        np.array(words, np.int32),
        path.name,
        licence,
        str(path),
        tuple(rows[i] for i in kept),
    )


def question(value: Any, example: Example | None) -> str:
    """What a benchmark's row asks: its prompt, else the usual columns, else its longest text."""
    if isinstance(value, dict):
        for key in _TEXT_KEYS:
            if isinstance(value.get(key), str) and value[key].strip():
                return str(value[key])
    if example is None:
        return ""
    return example.prompt or max((text.text for text in example.texts), key=len, default="")


def _id(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    held = next((value[key] for key in _ID_KEYS if isinstance(value.get(key), str)), "")
    return str(held)[:80]


def benchmark_name(path: Path) -> str:
    """What a file's name calls its benchmark."""
    return re.sub(r"(\.(jsonl?|ndjson|csv|tsv|parquet|gz|zst|txt))+$", "", path.name) or path.name


# Index files


def save(benchmark: Benchmark, path: Path) -> None:
    """Write the hashes of a benchmark, without its text, whole or not at all."""
    about = {
        "format": FORMAT,
        "name": benchmark.name,
        "source": benchmark.source,
        "licence": benchmark.licence,
        "ids": benchmark.ids,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), np.uint8),
                grams=benchmark.grams,
                sizes=np.diff(benchmark.offsets).astype(np.uint32),
                words=benchmark.words,
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> Benchmark:
    """Read an index file. Raises FtuiError where it is none."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            about = json.loads(held["about"].tobytes())
            grams, sizes, words = held["grams"], held["sizes"], held["words"]
        if about["format"] != FORMAT:
            raise FtuiError(f"{path}: an index of format {about['format']}", "make it anew with this ftui")
        offsets = np.append(0, np.cumsum(sizes, dtype=np.int64)).astype(np.int64)
        if not len(about["ids"]) == len(sizes) == len(words) or offsets[-1] != len(grams):
            raise ValueError("its parts do not fit together")
        if any(each.ndim != 1 or each.dtype.kind not in "iu" for each in (grams, sizes, words)):
            raise ValueError("its parts are no rows of whole numbers")
        return Benchmark(
            str(about["name"]),
            tuple(map(str, about["ids"])),
            grams.astype(np.uint64),
            offsets,
            words.astype(np.int32),
            str(about["source"]),
            str(about["licence"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error) as error:
        raise FtuiError(
            f"{path}: no contamination index: {error}", "remove it, and index the file again"
        ) from error


def kept(root: Path) -> list[Kept]:
    """The index files that a project sees: its own, the user's, and those that come with ftui."""
    places = (
        (locate(root).folder / FOLDER, "project"),
        (state_dir() / FOLDER, "user"),
        (packaged_dir(FOLDER), "ftui"),
    )
    return [
        Kept(path, where)
        for folder, where in places
        if folder.is_dir()
        for path in sorted(folder.glob("*.npz"))
    ]


def place_for(name: str, root: Path, user: bool) -> Path:
    """Where the index of a benchmark is kept."""
    file = re.sub(r"[^\w.-]+", "-", name).strip("-.") or sha256(name.encode()).hexdigest()[:12]
    folder = state_dir() if user else prepare(root).folder
    return folder / FOLDER / f"{file}.npz"


def everything(root: Path, files: Iterable[Path]) -> Index:
    """All that a check compares with. Raises FtuiError for a file that cannot be read."""
    return Index([*(read_benchmark(path) for path in files), *(load(each.path) for each in kept(root))])
