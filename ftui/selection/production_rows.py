"""`ftui drift --sample`: production rows, those unlike anything in training first, as candidates for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import Added, never, no_progress
from ftui.dataset.new_file import write_new
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules.balance.drift import SEED
from ftui.rules.balance.family import Drift
from ftui.rules.balance.production import Asked, asked
from ftui.selection.write import check_free, write_rows
from ftui.statistics import topics
from ftui.statistics.words import words

ALIKE = 0.8
"""Shared words of two prompts from which one of them is enough."""
KNOWN = 0.9999
"""Cosine of a production row with a training row that is the same."""


class Taken(NamedTuple):
    """What was written."""

    path: Path
    rows: int
    strangers: int
    """How many of them nothing in training resembles."""
    converted: bool
    """Whether the rows were put into the layout of training, with answers left to be written."""


def choose(found: Drift, count: int, seed: int) -> list[int]:
    """Numbers of production rows: the strangers, the farthest first, then the others by topic; no two alike."""
    strangers = found.strangers.which.tolist() if found.strangers is not None else []
    rest = _by_stratum(found, set(strangers), seed)
    chosen: list[int] = []
    said: list[frozenset[str]] = []
    seen: set[str] = set()
    for number in [*strangers, *rest]:
        if len(chosen) == count:
            break
        prompt = found.production.rows[number].prompt
        line = " ".join(prompt.lower().split())
        held = frozenset(words(prompt))
        if line in seen or any(_alike(held, other) for other in said):
            continue
        if found.nearest is not None and found.nearest[number] > KNOWN:
            continue
        chosen.append(number)
        said.append(held)
        seen.add(line)
    return chosen


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    union = len(one | other)
    return len(one) > 2 and union > 0 and len(one & other) >= ALIKE * union


def _by_stratum(found: Drift, without: set[int], seed: int) -> list[int]:
    """The other rows in random order, dealt so that any first part of them has every stratum in its share."""
    rows = found.production.rows
    left = [number for number in range(len(rows)) if number not in without]
    strata: dict[str, list[int]] = defaultdict(list)
    for number, name in zip(left, _strata([rows[number] for number in left]), strict=True):
        strata[name].append(number)
    rng = np.random.default_rng(seed)
    dealt: list[tuple[float, str, int]] = []
    for name, numbers in sorted(strata.items()):
        order = rng.permutation(len(numbers))
        dealt += [((place + 0.5) / len(numbers), name, numbers[at]) for place, at in enumerate(order)]
    return [number for _, _, number in sorted(dealt)]


def _strata(rows: Sequence[Asked]) -> list[str]:
    """Label or topic of each row, else the cluster of its prompt."""
    for column in ("label", "topic"):
        names = [getattr(row, column) for row in rows]
        if sum(name is not None for name in names) * 2 > len(names):
            return [name or "" for name in names]
    prompts = [row.prompt for row in rows]
    if len(prompts) < 40:
        return [""] * len(prompts)
    clusters = topics.fit(prompts, topics.topic_count(len(prompts)), SEED)
    return [str(topic) for topic in clusters.assign(prompts).tolist()]


def take(
    found: Drift, chosen: Sequence[int], training: Dataset, project: Project, path: Path, *, force: bool
) -> Taken:
    """Write these rows as training has them: byte for byte where production has its layout and format.

    Else each becomes a row of training's layout with the prompt, and an empty answer to be written. Raises FtuiError.
    """
    if not chosen:
        raise FtuiError("no production row is left to take", "all of them are in training already")
    check_free([path], force=force)
    rows = [found.production.rows[number] for number in chosen]
    known = set(found.strangers.which.tolist()) if found.strangers is not None else set()
    strangers = sum(number in known for number in chosen)
    path.unlink(missing_ok=True)
    plain = replace(project, layout=None, columns={})
    paths = list(dict.fromkeys(row.path for row in rows))
    source = Dataset.open(paths, plain)
    try:
        for document in source.documents:
            document.build_index(no_progress, never)
        places = {document.path: number for number, document in enumerate(source.documents)}
        wanted = sorted((places[row.path.absolute()], row.row) for row in rows)
        first = training.documents[0]
        same = [(each.format, each.compression, each.layout.name) for each in source.documents]
        if set(same) == {(first.format, None, first.layout.name)} and (
            len(same) == 1 or first.format != "csv"
        ):
            saved = write_rows(source, range(len(same)), wanted, path)
            return Taken(path, saved.rows, strangers, False)
        prompts = [_prompt(source.documents[file], row) for file, row in wanted]
    finally:
        source.close()
    _write_converted(first, prompts, path)
    return Taken(path, len(prompts), strangers, True)


def _prompt(document: Document, row: int) -> str:
    value = document.parsed(row).value
    return asked(document.example(row), value)


def _write_converted(training: Document, prompts: Sequence[str], path: Path) -> None:
    make = _maker(training)
    if training.compression is not None or training.format == "parquet":
        raise FtuiError(
            f"{path}: rows in the layout of {training.display_path} are written as plain text files only",
            "name production rows of the same layout and format",
        )

    def pieces() -> Iterator[Added]:
        for prompt in prompts:
            yield Added(training.records.encode(make(prompt)))

    def write(out: BinaryIO) -> None:
        training.records.write(out, pieces(), no_progress, never)

    write_new(path, len(prompts), write, never)


def _maker(training: Document) -> Any:
    """A function from a prompt to a row's value, after the first row that can be read."""
    for row in range(min(training.base_rows, 200)):
        value, example = training.parsed(row).value, training.example(row)
        if isinstance(value, dict) and example is not None and example.texts:
            turns = next((key for key, held in value.items() if _is_turns(held)), None)
            return _turn_maker(value[turns], turns, example) if turns else _flat_maker(value, example)
    raise FtuiError(
        f"{training.display_path}: no row shows how a prompt is to be written", "name another training file"
    )


def _is_turns(held: Any) -> bool:
    return isinstance(held, list) and bool(held) and isinstance(held[0], dict)


def _turn_maker(turns: list[dict[str, Any]], key: str, example: Example) -> Any:
    """The user's turn alone, with the names that this layout has for role and text."""
    field = next((text.field for text in example.texts if text.role == "user"), f"{key}[0].content")
    at = int(field.split("[")[1].split("]")[0]) if "[" in field else 0
    name = field.rsplit(".", 1)[-1].split("[")[0]
    turn = turns[min(at, len(turns) - 1)]
    kept = {each: held for each, held in turn.items() if each in ("role", "from")}

    def made(prompt: str) -> dict[str, Any]:
        return {key: [{**kept, name: prompt}]}

    return made


def _flat_maker(value: dict[str, Any], example: Example) -> Any:
    fields = [text.field for text in example.texts]
    asks = next((text.field for text in example.texts if text.role == "user"), fields[0])
    known = {
        each: "" for each in value if each in fields or (isinstance(value[each], str) and value[each] == "")
    }
    if example.label is not None:
        known |= {each: "" for each, held in value.items() if held == example.label}

    def made(prompt: str) -> dict[str, Any]:
        return {**known, asks: prompt}

    return made
