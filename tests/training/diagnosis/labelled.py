"""The real logs that people labelled, and what a careful engineer would say of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ftui.training.readers.reader import Reader, WholeReader
from ftui.training.readers.registry import reader_for
from ftui.training.record import Record
from ftui.training.run import Run

LOGS = Path(__file__).resolve().parents[4] / "shared" / "data" / "logs"
NOT_LABELLED = "trainproof_gallery"

EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "hf_state__Franmartin09": ({"overfitting"}, set()),
    "hf_state__NijatZeynalov": ({"healthy"}, set()),
    "hf_state__paulohenriquecrs": ({"healthy"}, set()),
    "hf_state__aaghaazkhan": ({"healthy", "summed-loss"}, set()),
    "hf_state__arkB": ({"no-validation"}, {"too-many-epochs"}),
    "hf_state__Ysn-Ir": ({"no-validation"}, set()),
    "hf_state__syGOAT": ({"no-validation", "memorising"}, set()),
    "hf_state__sherryxzhao": ({"no-validation"}, set()),
    # Labelled no_eval, as no entry is called eval_loss. But the log holds six named evaluation sets, and the loss of
    # each rises to more than twice its best: that is what is true of this run. no-validation says, as a remark only,
    # that there is no single validation loss.
    "hf_state__aigoncharov": ({"overfitting", "no-validation"}, set()),
    # Labelled overfitting_mild, borderline: +1.7 % over four evaluations, a jump at the border of epoch 2.
    "lf_jsonl__xueh88401-web": ({"overfitting"}, set()),
    "lf_jsonl__hsc748NLP": ({"no-validation", "plateau"}, set()),
    "tb__AguLeon__runs__run0": ({"underfitting"}, set()),
    "tb__AguLeon__runs__run4": ({"healthy"}, set()),
    "pl_csv__Melissasssss": ({"no-validation"}, set()),
    "nanogpt_console__jackokeefe11__wandb__run-20240214_191836": ({"overfitting"}, set()),
    "nanogpt_console__jackokeefe11__wandb__run-20240214_195452": ({"overfitting"}, set()),
    "nanogpt_console__jackokeefe11__wandb__run-20240215_012725": ({"healthy"}, set()),
    "nanogpt_console__jackokeefe11__wandb__run-20240214_191025": ({"healthy"}, set()),
    "wandb_summary__jackokeefe11": ({"overfitting"}, set()),
    "trainproof_gallery/healthy": ({"no-validation"}, set()),
    "trainproof_gallery/overfit": ({"overfitting"}, set()),
    "trainproof_gallery/lr_zero": ({"lr-zero", "no-validation"}, set()),
    "trainproof_gallery/bad_labels": ({"underfitting", "no-validation"}, set()),
    # A learning rate far too high: that it diverged, and why, are two true statements.
    "trainproof_gallery/lr_hot": ({"diverging", "no-validation"}, {"lr-too-high", "gradient-explosion"}),
    "trainproof_gallery/fp16_nan": (
        {"diverging", "no-validation", "non-finite"},
        {"lr-too-high", "gradient-explosion"},
    ),
}
"""By the beginning of the file's name: verdicts that must be given, and warnings that may stand beside them."""


def path_of(name: str) -> Path:
    """The one log whose name begins like this."""
    if name.startswith(NOT_LABELLED):
        return LOGS / name / "trainer_state.json"
    return next(LOGS.glob(f"{name}*"))


def records_of(path: Path) -> tuple[Reader, list[Record]]:
    """What the reader of a log gives for the whole file."""
    kind = reader_for(path)
    assert kind is not None, path
    reader = kind(path)
    if isinstance(reader, WholeReader):
        return reader, reader.load()
    return reader, [*reader.feed(path.read_bytes()), *reader.finish()]


def read(path: Path) -> Run:
    """The run as the log tells it to its end."""
    reader, records = records_of(path)
    run = Run(path, reader.format)
    for record in records:
        run.add(record)
    run.facts.take(reader.facts)
    return run


def growing(path: Path) -> Iterator[Run]:
    """The same run after every record: as somebody who watches it would see it."""
    reader, records = records_of(path)
    run = Run(path, reader.format)
    run.facts.total_steps = reader.facts.total_steps
    run.facts.total_epochs = reader.facts.total_epochs
    run.facts.config = reader.facts.config
    for record in records:
        run.add(record)
        yield run
