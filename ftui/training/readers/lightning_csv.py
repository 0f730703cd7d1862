"""`metrics.csv` of Lightning's CSVLogger."""

from __future__ import annotations

from pathlib import Path

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.columns import EPOCH, STEP, guess
from ftui.training.readers.generic_csv import CsvReader, look


class LightningCsvReader(CsvReader):
    """Columns `epoch` and `step`, and a row a logging call, most of whose cells are empty.

    The file is written anew when a column is added, and then holds the rows from before once more.
    """

    format = "lightning-csv"
    title = "Lightning metrics.csv"

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        header, share = look(head)
        if not {"epoch", "step"} <= set(header) or share < 1:
            return 0.0
        if path.name.endswith("metrics.csv"):
            return 0.9
        forked = any(name.endswith(("_step", "_epoch")) and _is_loss(name) for name in header)
        return 0.7 if forked or b",," in head else 0.0


def _is_loss(name: str) -> bool:
    found = guess(name.removesuffix("_step").removesuffix("_epoch"))
    return found is not None and found[0] not in (EPOCH, STEP) and found[0].endswith(TRAIN_LOSS.split("/")[1])
