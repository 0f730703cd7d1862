"""Logs of one JSON object a line, of any writer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import orjson

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS, canonical
from ftui.training.readers.columns import EPOCH, MOST_COLUMNS, STEP, TIME, guess
from ftui.training.readers.config import take_config
from ftui.training.readers.reader import LineReader
from ftui.training.readers.table import Table
from ftui.training.readers.values import number
from ftui.training.record import Record

_OPENING = ("{", b"{")
_LOOKED_AT = 50
_LONGEST_TEXT = 300
"""Characters; a log holds words and paths, a data set holds texts."""
_ROWS = (
    "messages",
    "conversations",
    "prompt",
    "completion",
    "instruction",
    "input",
    "output",
    "text",
    "content",
)
_TEXTS = frozenset((*_ROWS, "chosen", "rejected", "question", "answer", "response"))
_PHASES = frozenset(("split", "phase", "mode", "stage", "set", "subset", "type", "event", "kind"))
_EVALUATED = frozenset(
    ("val", "valid", "validation", "validate", "eval", "evaluation", "evaluate", "dev", "test")
)
_ARGUMENTS = frozenset(("config", "args", "hyperparameters", "hparams"))
_NESTED = frozenset((dict, list, type(None)))
_WRAPPERS = frozenset(("metrics", "log", "logs", "data", "values", "scalars", "stats", "payload", "record"))


class JsonlReader(LineReader):
    """Objects whose keys are guessed by their names, or told by `[training.columns]`; nested one level deep."""

    format = "jsonl"
    title = "JSON lines"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._table: Table | None = None

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
            return 0.0
        entries = [
            entry for line in head[:65_536].split(b"\n")[:_LOOKED_AT] if (entry := parse(line)) is not None
        ]
        if not entries:
            return 0.0
        logged = [flat(entry) for entry in entries if not _is_text(entry)]
        if len(logged) * 2 <= len(entries):
            return 0.0
        parts = {found[0] for entry in logged for name in entry if (found := guess(name)) is not None}
        if parts & {TRAIN_LOSS, EVAL_LOSS}:
            return 0.5 if parts & {STEP, EPOCH, TIME} else 0.3
        return 0.1 if parts & {STEP, EPOCH} else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        entry = parse(line)
        if entry is None or _is_text(entry):
            return
        if not _ARGUMENTS.isdisjoint(entry):
            for name in _ARGUMENTS & entry.keys():
                arguments = entry[name]
                if isinstance(arguments, dict):
                    take_config(self.facts, arguments)
        values = flat(entry)
        names = tuple(values)
        if self._table is None:
            self._table = Table(self.columns, self.facts)
        record = self._table.record(self._table.layout(names), tuple(values.values()), number)
        if record is not None:
            yield record


def names_in(head: bytes) -> set[str]:
    """The keys of the first objects of a file; none where it begins otherwise."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return set()
    entries = map(parse, head[:65_536].split(b"\n")[:_LOOKED_AT])
    return {name for entry in entries if entry is not None and not _is_text(entry) for name in flat(entry)}


def parse(line: str | bytes) -> dict[str, object] | None:
    """The object of a line, with bare NaN and Infinity as Python writes them; None where it holds none."""
    if line.lstrip()[:1] not in _OPENING:
        return None
    try:
        entry = orjson.loads(line)
    except ValueError:
        # orjson follows the standard, which has no NaN.
        if len(line) > 100_000 or not any(word in str(line) for word in ("NaN", "Infinity")):
            return None
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            return None
    return entry if isinstance(entry, dict) else None


def flat(entry: dict[str, object]) -> dict[str, object]:
    """The numbers and words of an object by name; those of an object inside it are `outer/inner`.

    A row that says of itself that it is an evaluation (`"split": "val"`) has its values named so.
    """
    if (
        _PHASES.isdisjoint(entry)
        and _NESTED.isdisjoint(map(type, entry.values()))
        and len(entry) <= MOST_COLUMNS
    ):
        return entry
    found: dict[str, object] = {}
    for name, value in entry.items():
        if isinstance(value, dict):
            prefix = "" if name.lower() in _WRAPPERS else f"{name}/"
            for inner, one in list(value.items())[:MOST_COLUMNS]:
                if not isinstance(one, dict | list):
                    found.setdefault(prefix + str(inner), one)
        elif not isinstance(value, list) and value is not None:
            found[name] = value
        if len(found) >= MOST_COLUMNS:
            break
    if _PHASES.isdisjoint(entry):
        return found
    phases = (value for name, value in entry.items() if name in _PHASES)
    evaluated = next(
        (phase.lower() for phase in phases if isinstance(phase, str) and phase.lower() in _EVALUATED), ""
    )
    if not evaluated:
        return found
    return {
        of_evaluation(name, "test" if evaluated == "test" else "eval"): value for name, value in found.items()
    }


def of_evaluation(name: str, prefix: str) -> str:
    meant = guess(name)
    if meant is not None and meant[0] != TRAIN_LOSS:
        return name
    return name if canonical(name).startswith("eval/") else f"{prefix}/{name.rsplit('/', 1)[-1]}"


def _is_text(entry: dict[str, object]) -> bool:
    """Whether this is a row of a data set: texts under the keys of one, or a long text anywhere."""
    if str in set(map(type, entry.values())) and any(
        isinstance(value, str) and len(value) > _LONGEST_TEXT for value in entry.values()
    ):
        return True
    return not _TEXTS.isdisjoint(entry) and any(isinstance(entry.get(name), str | list) for name in _TEXTS)
