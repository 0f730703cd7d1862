"""Looks at a folder and proposes an ftui.toml, with the reason for every guess."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from ftui.dataset.dataset import guess_split, is_data
from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.dataset.layouts.columns import SYNONYMS
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.project.split_names import split_rank, usual_split
from ftui.project.write import render_project

SAMPLE = 2000
"""Rows read of each file."""
INDEXED_BYTES = 64 << 20
"""JSON files up to here are read to the end, to name the splits they hold."""
NAMED = 12
"""Files left out that are named."""
DEEPEST = 4
MOST_FILES = 2000
"""Files looked at: a proposal for a folder of ten thousand shards can be made from some."""
SHARDS = 3
"""So many files of one split in one folder are written as a pattern."""
SKIPPED_FOLDERS = (
    "node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist", "wandb", "mlruns", "runs", "logs",
    "lightning_logs", "checkpoint*", "ckpt*", "*.egg-info",
)  # fmt: skip
SKIPPED_FILES = (
    "package*.json", "tsconfig*.json", "composer.json", "*config.json", "config.json", "tokenizer*.json", "vocab.json",
    "special_tokens_map.json", "added_tokens.json", "trainer_state.json", "trainer_log.jsonl", "all_results.json",
    "train_results.json", "eval_results.json", "dataset_info*.json", "*.index.json", "run_meta.json", "metrics.csv",
    "*schema.json", "*requirements*",
)  # fmt: skip
MODEL_FILES = (
    ("tokenizer.json", "tokenizer"),
    ("tokenizer_config.json", "tokenizer_config"),
    ("generation_config.json", "generation_config"),
    ("chat_template.jinja", "chat_template"),
)
"""File names and the keys of [model]; what lies beside a tokenizer is read with it."""
LOG_FILES = (
    "trainer_state.json",
    "trainer_log.jsonl",
    "*.tfevents.*",
    "metrics.csv",
    "run-*.wandb",
    "train*.log",
)
LOG_FOLDERS = ("runs", "logs", "lightning_logs", "wandb", "checkpoint*")
NO_MODEL = re.compile(r"lora|adapter|mmproj|projector|imatrix", re.I)
"""In the names of GGUF files that are no language model by themselves."""
UNUSUAL = (
    "its name says no usual split, so it is one of its own: correct that where it belongs to train or test"
)


class Reason(NamedTuple):
    """One guess: what was guessed, the guess, and why."""

    what: str
    guess: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An ftui.toml as tables, and why it is so."""

    project_toml: dict[str, dict[str, Any]]
    reasons: list[Reason]
    left_out: list[Reason] = field(default_factory=list)
    """Data files that are no split, each with the reason."""

    def text(self) -> str:
        """The file's text, with each reason as a comment over its table."""
        notes: dict[str, list[str]] = {}
        if self.left_out:
            notes["splits"] = [f"Left out: {name}: {why}." for _, name, why in self.left_out[:NAMED]]
            if (more := len(self.left_out) - NAMED) > 0:
                notes["splits"].append(f"Left out: {more:,} more files.")
        for what, guess, why in self.reasons:
            table = TABLE_OF.get(what)
            if table in self.project_toml:
                notes.setdefault(str(table), []).append(f"Guessed: {what} {guess}: {why}.".replace("\n", " "))
        return render_project(self.project_toml, {table: "\n".join(lines) for table, lines in notes.items()})


TABLE_OF = {
    "split": "splits",
    "layout": "data",
    "columns": "data",
    "end marker": "stop",
    "stop sequences": "stop",
    "modelfile": "model",
    "gguf": "model",
    "tokenizer": "model",
    "tokenizer config": "model",
    "generation config": "model",
    "chat template": "model",
    "logs": "training",
}


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


def propose(folder: Path) -> Proposal:
    """What an ftui.toml for this folder would say. Raises FtuiError where there is no data in it."""
    if not folder.is_dir():
        raise FtuiError(f"{folder} is not a folder", "name the project's folder")
    folder = folder.absolute()
    paths = list(_files(folder))
    found, left_out = _data_files(paths, folder)
    if not found:
        raise FtuiError(f"no training data found in {folder}", _looked_for(left_out))
    toml: dict[str, dict[str, Any]] = {"project": {"name": folder.name or "project"}}
    reasons: list[Reason] = []
    _propose_splits(found, folder, toml, reasons)
    _propose_layout(found, toml, reasons)
    _propose_marker(found, toml, reasons)
    base = _propose_modelfile(paths, folder, toml, reasons)
    _propose_model_files(paths, folder, base, toml, reasons)
    _propose_logs(folder, toml, reasons)
    return Proposal(toml, reasons, left_out)


# Looking


def _files(folder: Path) -> Iterator[Path]:
    """The files of a project, nearest first; hidden, installed and generated folders left out."""
    count = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(f for f in folders if not _skipped(f, SKIPPED_FOLDERS) and depth < DEEPEST)
        folders[:] = [f for f in folders if not (Path(place) / f / "pyvenv.cfg").exists()]
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(place) / name
                count += 1
        if count >= MOST_FILES:
            return


def _skipped(name: str, patterns: Iterable[str]) -> bool:
    return name.startswith(".") or any(fnmatch(name.lower(), pattern) for pattern in patterns)


def _may_be_data(path: Path) -> bool:
    return is_data(path) and not _skipped(path.name, SKIPPED_FILES)


def _data_files(paths: Iterable[Path], folder: Path) -> tuple[list[DataFile], list[Reason]]:
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


def _looked_for(left_out: Sequence[Reason]) -> str:
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


# Guessing


def _propose_splits(
    found: list[DataFile], folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> None:
    splits: dict[str, list[DataFile]] = {}
    whys: dict[str, str] = {}
    for data in found:
        name, why = _split_of(data, folder, alone=len(found) == 1)
        splits.setdefault(name, []).append(data)
        whys.setdefault(name, why)
    _name_training(splits, whys)
    toml["splits"] = {}
    for name in sorted(splits, key=lambda each: (split_rank(each), each)):
        files = splits[name]
        named = _named([data.path for data in files], folder)
        toml["splits"][name] = named[0] if len(named) == 1 else named
        rows = sum(data.rows for data in files)
        more = " or more" if any(data.rows >= SAMPLE for data in files) else ""
        reasons.append(Reason("split", name, f"{', '.join(named)} ({rows}{more} rows): {whys[name]}"))


def _name_training(splits: dict[str, list[DataFile]], whys: dict[str, str]) -> None:
    """Beside held-out files the largest one without a usual name is what they are held out from."""
    odd = [name for name, why in whys.items() if why == UNUSUAL]
    if odd and "train" not in splits and {"validation", "test"} & splits.keys():
        name = max(odd, key=lambda each: sum(data.path.stat().st_size for data in splits[each]))
        splits["train"] = splits.pop(name)
        whys["train"] = "no file is named for training, and of the others this is the largest"


def _split_of(data: DataFile, folder: Path, *, alone: bool) -> tuple[str, str]:
    """The split of a file and why: by its name, by its folder's name, by its sections, or as the only one."""
    stem = guess_split(data.path)
    usual = usual_split(stem)
    if usual:
        return usual, "by the file name"
    for part in reversed(data.path.relative_to(folder).parts[:-1]):
        if usual_split(part):
            return str(usual_split(part)), "by the folder name"
    if len(data.sections) > 1:
        return stem, f"the file holds {len(data.sections)} splits itself: {', '.join(data.sections)}"
    if alone:
        return "train", "the only data file"
    return stem, UNUSUAL


def _named(paths: list[Path], folder: Path) -> list[str]:
    """The files relative to the folder; shards as one pattern where it stands for exactly these files."""
    names = [path.relative_to(folder).as_posix() for path in paths]
    parent = paths[0].parent
    if len(paths) < SHARDS or any(path.parent != parent for path in paths):
        return names
    stem = os.path.commonprefix([path.name for path in paths])  # noqa: RUF071 - of names, by character
    pattern = f"{stem}*{''.join(paths[0].suffixes)}"
    if stem and sorted(parent.glob(pattern)) == sorted(paths):
        return [(parent.relative_to(folder) / pattern).as_posix()]
    return names


def _propose_layout(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    layouts = Counter(data.layout for data in found)
    if len(layouts) > 1:
        said = ", ".join(f"{name} in {count}" for name, count in layouts.most_common())
        reasons.append(Reason("layout", "each file its own", f"files differ ({said})"))
        return
    name = found[0].layout
    rows, fitting = sum(data.rows for data in found), sum(data.fitting for data in found)
    toml["data"] = {"layout": name}
    reasons.append(Reason("layout", name, f"{fitting} of the {rows} rows looked at have it"))
    if name == "columns":
        _propose_columns(found, toml, reasons)


def _propose_columns(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The mapping of columns, where their names tell one prompt and one answer."""
    names = {"user": "prompt", "assistant": "answer", "system": "system", "label": "label"}
    columns: dict[str, str] = {}
    seen: Counter[str] = sum((data.columns for data in found), Counter())
    for column, _ in seen.most_common():
        role = names.get(SYNONYMS.get(column.strip().lower(), ""))
        if role is not None:
            columns.setdefault(role, column)
    if "prompt" in columns and ("answer" in columns or "label" in columns):
        toml["data"]["columns"] = columns
        said = ", ".join(f"{role} = {column}" for role, column in columns.items())
        reasons.append(
            Reason("columns", said, "by the names of the columns; correct them where they are wrong")
        )


def _propose_marker(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    from ftui.rules.stop_signal.end_marker import discover_marker

    train = [data for data in found if usual_split(guess_split(data.path)) == "train"] or found
    answers = [answer for data in train for answer in data.answers]
    if not answers:
        return
    ending = discover_marker(answers)
    if ending.marker:
        share = sum(answer.rstrip().endswith(ending.marker) for answer in answers) / len(answers)
        toml["stop"] = {"end_marker": ending.marker}
        why = f"{share:.0%} of {len(answers)} answers end with it"
        reasons.append(Reason("end marker", repr(ending.marker), why))
    elif ending.marker == "":
        reasons.append(Reason("end marker", "none", f"none found in {len(answers)} answers"))
    else:
        said = ", ".join(f"{share.share:.0%} {share.marker or 'nothing'!r}" for share in ending.shares[:4])
        reasons.append(Reason("end marker", "left open", f"answers differ ({said}); name it under [stop]"))


def _propose_modelfile(
    paths: list[Path], folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> str:
    """The Modelfile with its stop sequences; returns what its FROM names."""
    from ftui.model.modelfile import read_modelfile

    found = [
        path
        for path in paths
        if path.name.lower().startswith("modelfile") or path.suffix.lower() == ".modelfile"
    ]
    if not found:
        return ""
    named = found[0].relative_to(folder).as_posix()
    toml["model"] = {"modelfile": named}
    why = "found by its name" if len(found) == 1 else f"the first of {len(found)} by name"
    reasons.append(Reason("modelfile", named, why))
    try:
        modelfile = read_modelfile(found[0])
    except FtuiError as error:
        reasons[-1] = Reason("modelfile", named, f"{why}; {error.message}")
        return ""
    if modelfile.stops:
        toml.setdefault("stop", {})["sequences"] = list(modelfile.stops)
        said = ", ".join(map(repr, modelfile.stops))
        reasons.append(Reason("stop sequences", said, f"PARAMETER stop in {named}"))
    return str(found[0].parent / modelfile.base) if modelfile.base else ""


def _propose_model_files(
    paths: list[Path], folder: Path, base: str, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> None:
    """The model's own files: the GGUF that FROM names or the first, the tokenizer, what does not lie beside it."""

    def propose(key: str, named: str, why: str) -> None:
        toml.setdefault("model", {})[key] = named
        reasons.append(Reason(key.replace("_", " "), named, why))

    ggufs = [path for path in paths if path.suffix.lower() == ".gguf" and not NO_MODEL.search(path.name)]
    if ggufs:
        meant = [path for path in ggufs if base and os.path.normpath(base) == str(path)]
        several = "the first by name" if len(ggufs) > 1 else "found by its name"
        path = (meant or ggufs)[0]
        propose("gguf", path.relative_to(folder).as_posix(), "FROM of the Modelfile" if meant else several)
    place: Path | None = None
    for name, key in MODEL_FILES:
        path = next((each for each in paths if each.name == name), folder)
        if path == folder or path.parent == place:
            continue  # none there, or read with the tokenizer beside it
        where = path.parent.relative_to(folder).as_posix()
        whole = key == "tokenizer" and where != "."
        propose(key, where if whole else path.relative_to(folder).as_posix(), "found by its name")
        if key.startswith("tokenizer"):
            place = place or path.parent


def _propose_logs(folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The folder of training logs: the nearest one that holds all that were found."""
    logs: list[Path] = []
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(
            f
            for f in folders
            if depth < DEEPEST
            and (not _skipped(f, SKIPPED_FOLDERS) or any(fnmatch(f.lower(), p) for p in LOG_FOLDERS))
        )
        logs += [Path(place) / name for name in sorted(names) if any(fnmatch(name, p) for p in LOG_FILES)]
        if len(logs) >= MOST_FILES:
            break
    if not logs:
        return
    where = logs[0] if len(logs) == 1 else Path(os.path.commonpath([log.parent for log in logs]))
    named = where.relative_to(folder).as_posix()
    toml["training"] = {"logs": named}
    shown = ", ".join(sorted({log.name for log in logs})[:3])
    reasons.append(
        Reason("logs", named, f"{len(logs)} log files there ({shown})" if len(logs) > 1 else "a training log")
    )
