"""LLaMA-Factory's `trainer_log.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ftui.training.metrics import TOKENS_PER_SECOND, canonical
from ftui.training.readers.console import seconds
from ftui.training.readers.generic_jsonl import parse
from ftui.training.readers.reader import LineReader
from ftui.training.readers.values import epoch_of, number, step_of
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
        if head.lstrip()[:1] != b"{":
            return 0.0
        return max((_sure_of(line) for line in head.split(b"\n")[:20]), default=0.0)

    def read_line(self, line: str) -> Iterator[Record]:
        entry = parse(line)
        if entry is None:
            return
        step, facts = step_of(entry.get("current_steps")), self.facts
        if step is None:
            return
        facts.total_steps = step_of(entry.get("total_steps")) or facts.total_steps
        facts.finished = step == facts.total_steps
        left = entry.get("remaining_time")
        facts.remaining_s = seconds(left) if isinstance(left, str) and not facts.finished else None
        values = {}
        for name, told in entry.items():
            value = None if name in _NO_METRIC else number(told)
            if value is not None:
                values[TOKENS_PER_SECOND if name == "throughput" else canonical(name)] = value
        if values:
            yield Record(values, step, epoch_of(entry.get("epoch")))


def _sure_of(line: bytes) -> float:
    if not line.startswith(b'{"current_steps": ') or b'"total_steps": ' not in line:
        return 0.0
    return 1.0 if b'"percentage": ' in line else 0.7
