"""`wandb-summary.json`: the last value of every metric of a Weights & Biases run, and nothing before."""

from __future__ import annotations

from pathlib import Path

from ftui.training.readers.config import LARGEST_CONFIG, plain_yaml, take_config
from ftui.training.readers.generic_jsonl import flat, parse
from ftui.training.readers.points import logged_row
from ftui.training.readers.reader import WholeReader
from ftui.training.readers.table import Table
from ftui.training.readers.values import step_of
from ftui.training.record import Record


class WandbSummaryReader(WholeReader):
    """Last values; `config.yaml` beside it tells the arguments."""

    format = "wandb-summary"
    title = "wandb-summary.json"

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        if not head.lstrip().startswith(b"{"):
            return 0.0
        if path.name.endswith("wandb-summary.json"):
            return 1.0
        return 0.9 if b'"_wandb"' in head and b'"_step"' in head and b"\n{" not in head.rstrip() else 0.0

    def load(self) -> list[Record]:
        take_config(self.facts, plain_yaml(self.path.with_name("config.yaml")))
        try:
            with self.path.open("rb") as file:
                entry = parse(file.read(4 * LARGEST_CONFIG))
        except (OSError, ValueError):
            return []
        if entry is None:
            return []
        entry.pop("_wandb", None)
        record = logged_row(Table(), flat(entry), step_of(entry.get("_step")), entry.get("_timestamp"))
        if record is None:
            return []
        self.facts.values = dict(record.values)
        return [record]
