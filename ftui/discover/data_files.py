"""The files of a folder that hold rows to train on, and why the others are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftui.dataset.dataset import is_data
from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.discover.folder import skipped
from ftui.discover.proposal import Reason
from ftui.project.errors import FtuiError
from ftui.project.settings import Project

SAMPLE = 2000
"""Rows read of each file."""
INDEXED_BYTES = 64 << 20
"""JSON files up to here are read to the end, to name the splits they hold."""
SKIPPED_FILES = (
    "package*.json", "tsconfig*.json", "composer.json", "*config.json", "config.json", "tokenizer*.json", "vocab.json",
    "special_tokens_map.json", "added_tokens.json", "trainer_state.json", "trainer_log.jsonl", "all_results.json",
    "train_results.json", "eval_results.json", "dataset_info*.json", "*.index.json", "run_meta.json", "metrics.csv",
    "*schema.json", "*requirements*",
)  # fmt: skip


@dataclass(slots=True)
class DataFile:
    """A file that holds rows to train on or to evaluate with."""

    path: Path
    layout: str
    rows: int
    """Rows read."""
    fitting: int
    """Rows read that have no structural problem."""
    sections: tuple[str, ...]
    answers: list[str] = field(default_factory=list, repr=False)
    columns: Counter[str] = field(default_factory=Counter, repr=False)


def _may_be_data(path: Path) -> bool:
    return is_data(path) and not skipped(path.name, SKIPPED_FILES)


def data_files(paths: Iterable[Path], folder: Path) -> tuple[list[DataFile], list[Reason]]:
    """The files with rows to train on, and why the others of a data format are left out."""
    found: list[DataFile] = []
    left_out: list[Reason] = []
    for path in paths:
        if not is_data(path):
            continue
        data = _read(path) if _may_be_data(path) else "by its name no data to train on"
        if isinstance(data, DataFile):
            found.append(data)
        else:
            left_out.append(Reason("left out", path.relative_to(folder).as_posix(), data))
    return found, left_out


def looked_for(left_out: Sequence[Reason]) -> str:
    """What to tell a person where nothing to train on was found."""
    if left_out:
        return "; ".join(f"{name}: {why}" for _, name, why in left_out[:3])
    return "rows are looked for in .jsonl, .json, .csv, .tsv and .parquet files, also .gz and .zst"


def _read(path: Path) -> DataFile | str:
    """What the first rows of a file say; why there is nothing to train on in it."""
    try:
        document = Document.open(path, Project(path.parent))
    except FtuiError as error:
        return error.message.removeprefix(f"{path}: ")
    try:
        document.load_first(SAMPLE)
        if document.format == "json" and path.stat().st_size <= INDEXED_BYTES:
            document.build_index(no_progress, never)  # to know all sections
        rows = range(min(document.base_rows, SAMPLE))
        parsed = [document.parsed(row).value for row in rows]
        examples = [document.layout.example(value) for value in parsed if value is not None]
        if not examples:
            return "no row could be read" if parsed else "it is empty"
        if 2 * sum(_speaks(example) for example in examples) < len(parsed):
            return "most rows have no prompt with an answer or a label, and no text to learn"
        sections = tuple(section.name for section in document.sections if section.name)
        data = DataFile(
            path, document.layout.name, len(parsed), sum(not e.problems for e in examples), sections
        )
        data.answers = [answer for example in examples if (answer := _last_answer(example))]
        if data.layout == "columns":
            data.columns.update(key for value in parsed if isinstance(value, dict) for key in value)
        return data
    finally:
        document.close()


def _speaks(example: Example) -> bool:
    """Whether a row has what rows are for: a prompt with an answer or a label, or a text to learn."""
    return bool(example.answer or (example.prompt and (example.label or example.layout != "columns")))


def _last_answer(example: Example) -> str:
    if example.layout == "classification":
        return ""
    return next((text.text for text in reversed(example.texts) if text.role in ("assistant", "chosen")), "")
