"""LLaMA-Factory's `trainer_log.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from ftui.training.metrics import canonical
from ftui.training.readers.reader import LineReader
from ftui.training.record import Record

_NO_METRIC = frozenset(
    ("current_steps", "total_steps", "epoch", "percentage", "elapsed_time", "remaining_time", "total_tokens")
)


class LlamaFactoryReader(LineReader):
    """One JSON object a line; steps, epochs and the remaining time stand in each."""

    format = "llama-factory"
    title = "LLaMA-Factory trainer_log.jsonl"

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        return 1.0 if head.lstrip()[:1] == b"{" and b'"current_steps"' in head else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        try:
            entry: Any = orjson.loads(line)
        except ValueError:
            return
        if not isinstance(entry, dict) or not isinstance(entry.get("current_steps"), int):
            return
        if isinstance(entry.get("total_steps"), int):
            self.facts.total_steps = entry["total_steps"]
        self.facts.finished = entry["current_steps"] == self.facts.total_steps
        values = {
            canonical(name): float(value)
            for name, value in entry.items()
            if name not in _NO_METRIC and isinstance(value, int | float) and not isinstance(value, bool)
        }
        epoch = entry.get("epoch")
        if values:
            yield Record(values, entry["current_steps"], epoch if isinstance(epoch, int | float) else None)
