"""Every reader, and which of them a file is for."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ftui.training.readers.reader import Reader

HEAD = 65_536
"""Bytes of a file's beginning, and as many of its end, by which its format is recognised."""
_NAMED = 0.5
"""How sure a column makes that a person has named."""


def readers() -> tuple[type[Reader], ...]:
    """All readers; where two are equally sure of a file the earlier one takes it."""
    from ftui.training.readers.composer import ComposerReader
    from ftui.training.readers.generic_csv import CsvReader
    from ftui.training.readers.generic_jsonl import JsonlReader
    from ftui.training.readers.hf_console import HfConsoleReader
    from ftui.training.readers.hf_state import HfStateReader
    from ftui.training.readers.keras_console import KerasConsoleReader
    from ftui.training.readers.keras_csv import KerasCsvReader
    from ftui.training.readers.lightning_csv import LightningCsvReader
    from ftui.training.readers.llama_cpp import LlamaCppReader
    from ftui.training.readers.llama_factory import LlamaFactoryReader
    from ftui.training.readers.llm_c import LlmCReader
    from ftui.training.readers.mlflow import MlflowReader
    from ftui.training.readers.mlflow_database import MlflowDatabaseReader
    from ftui.training.readers.mlx import MlxReader
    from ftui.training.readers.mmengine import MmengineReader
    from ftui.training.readers.nanogpt import NanoGptReader
    from ftui.training.readers.printed import PrintedReader
    from ftui.training.readers.tensorboard import TensorboardReader
    from ftui.training.readers.torchtune import TorchtuneReader
    from ftui.training.readers.trackio import TrackioReader
    from ftui.training.readers.wandb_file import WandbReader
    from ftui.training.readers.wandb_summary import WandbSummaryReader

    return (
        ComposerReader,
        HfConsoleReader,
        HfStateReader,
        KerasConsoleReader,
        KerasCsvReader,
        LightningCsvReader,
        LlamaCppReader,
        LlamaFactoryReader,
        LlmCReader,
        MlflowReader,
        MlflowDatabaseReader,
        MlxReader,
        MmengineReader,
        NanoGptReader,
        TensorboardReader,
        TorchtuneReader,
        TrackioReader,
        WandbReader,
        WandbSummaryReader,
        CsvReader,
        JsonlReader,
        PrintedReader,
    )


def reader_for(path: Path) -> type[Reader] | None:
    """The reader that is surest of this file or folder; None where none is. Raises OSError."""
    return reader_of(b"" if path.is_dir() else read_head(path), path)


def reader_of(head: bytes, path: Path) -> type[Reader] | None:
    """The reader that is surest of what begins like this; None where none is."""
    return surest(head, path)[0]


def surest(head: bytes, path: Path, losses: Collection[str] = ()) -> tuple[type[Reader] | None, float]:
    """The reader that is surest of what begins like this, and how sure it is.

    `losses` are the names that a person gave to the columns of a loss: a table that has one is a log.
    """
    best, most = None, 0.0
    for reader in readers():
        sure = reader.recognise(head, path)
        if sure > most:
            best, most = reader, sure
    if losses and most < _NAMED:
        from ftui.training.readers.generic_csv import CsvReader, look
        from ftui.training.readers.generic_jsonl import JsonlReader, names_in

        if not names_in(head).isdisjoint(losses):
            return JsonlReader, _NAMED
        if not set(look(head)[0]).isdisjoint(losses):
            return CsvReader, _NAMED
    return best, most


def reader_named(format: str) -> type[Reader] | None:  # noqa: A002
    """The reader of a format by its name."""
    return next((reader for reader in readers() if reader.format == format), None)


def read_head(path: Path) -> bytes:
    """The first 64 KiB of a file, and its last 64 KiB where it is longer. Raises OSError.

    Nothing of what is no regular file: opening a named pipe waits for its writer, reading one takes from its reader.
    """
    if not path.is_file():
        path.stat()
        return b""
    with path.open("rb") as file:
        head = file.read(HEAD)
        size = file.seek(0, 2)
        if size <= HEAD:
            return head
        file.seek(max(HEAD, size - HEAD))
        return head + file.read(HEAD)
