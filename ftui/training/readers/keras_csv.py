"""The table of Keras's CSVLogger."""

from __future__ import annotations

from pathlib import Path

from ftui.training.readers.generic_csv import CsvReader, look


class KerasCsvReader(CsvReader):
    """A row an epoch, `epoch` first and then the metrics by name; the epoch, counted from 0, stands for the step."""

    format = "keras-csv"
    title = "Keras CSVLogger"
    epoch_is_step = True

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        header, share = look(head)
        if header[:1] != ["epoch"] or "step" in header or "loss" not in header or share < 0.9:
            return 0.0
        # CSVLogger sorts the names (Keras 2 and 3); a table of somebody else's making rarely does.
        names = header[1:]
        validated = all(f"val_{name}" in names for name in names if not name.startswith(("val_", "l")))
        return 0.8 if names == sorted(names) or (validated and "val_loss" in names) else 0.0
