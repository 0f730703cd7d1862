"""TensorBoard's event files, of TensorFlow, PyTorch, tensorboardX, the Hugging Face Trainer, Lightning and Keras.

The messages are those of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
"""

from __future__ import annotations

import struct
from pathlib import Path

from ftui.training.metrics import TRAIN_LOSS, canonical
from ftui.training.readers.columns import EPOCH, PLACES, Columns
from ftui.training.readers.config import take_config, take_model_config
from ftui.training.readers.event_file import EventFile, is_event_file
from ftui.training.readers.protobuf import double, fields, signed
from ftui.training.readers.reader import Reader
from ftui.training.readers.summary import Summary, summary_values
from ftui.training.readers.values import epoch_of
from ftui.training.record import Record

_OF_THE_WHOLE = {
    "train/train_loss": TRAIN_LOSS,
    "train/train_runtime": "train_runtime",
    "train/train_samples_per_second": "train_samples_per_second",
    "train/train_steps_per_second": "train_steps_per_second",
    "train/total_flos": "total_flos",
}
"""What the Hugging Face Trainer writes once, after the last step: no points of a curve."""
_EVALUATED = frozenset(("validation", "val", "valid", "eval", "evaluation", "dev"))
_TRAINED = frozenset(("train", "training"))
_MOST_SHAPES = 4096
_DOUBLE, _FLOAT = struct.Struct("<d"), struct.Struct("<f")
_NONE: dict[int, dict[bytes, str]] = {}


class TensorboardReader(Reader):
    """One event file. Values of one step that stand together are one record; its epoch comes last, as a tag."""

    format = "tensorboard"
    title = "TensorBoard event file"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = EventFile()
        self._columns = Columns()
        self._metrics: dict[str, str] = {}
        self._scalars: dict[int, dict[int, dict[bytes, str]]] = {}
        """Events of one scalar: by what follows the step without the value, its tag; by its length and the place."""
        self._shapes = 0
        self._open: Record | None = None
        self._epochs_follow = True
        """Whether the values of a step are held back until its epoch comes; no writer of epochs, no waiting."""

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        return 1.0 if is_event_file(head) else 0.0

    def feed(self, data: bytes) -> list[Record]:
        found: list[Record] = []
        for payload in self._file.feed(data):
            self._event(payload, found)
        return found

    def finish(self) -> list[Record]:
        found, self._open = self._open, None
        return [] if found is None else [found]

    def _event(self, payload: bytes, found: list[Record]) -> None:
        """The usual event is a time, a step and one scalar, always laid out alike: five times as fast as its fields."""
        if len(payload) > 16 and payload[0] == 0x09:
            step, at = 0, 9
            if payload[9] == 0x10:
                at, shift = 10, 0
                while at < len(payload) and shift < 63:
                    byte = payload[at]
                    at += 1
                    step |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
            rest = payload[at:]
            for place, tags in self._scalars.get(len(rest), _NONE).items():
                tag = tags.get(rest[:place] + rest[place + 4 :])
                if tag is not None and step < 2**53:
                    (wall_time,), (value,) = _DOUBLE.unpack_from(payload, 1), _FLOAT.unpack_from(rest, place)
                    self._scalar(tag, value, step, wall_time, found)
                    return
            self._any_event(payload, found, rest, step)
            return
        self._any_event(payload, found)

    def _any_event(
        self, payload: bytes, found: list[Record], rest: bytes = b"", step_before_it: int = 0
    ) -> None:
        wall_time, step, summaries = None, 0, []
        for number, value in fields(payload):
            if number == 1:
                wall_time = double(value)
            elif number == 2:
                step = signed(value) or 0
            elif number == 5 and isinstance(value, bytes):
                summaries.append(value)
        values = [one for summary in summaries for one in summary_values(summary)]
        told = (wall_time, step) == (double(payload[1:9]), step_before_it)  # and not again after the value
        if rest and told and len(values) == 1 and self._shapes < _MOST_SHAPES:
            self._learn(values[0], rest)
        for one in values:
            self._take(one, step, wall_time, found)

    def _learn(self, one: Summary, rest: bytes) -> None:
        """Where the value of such an event stands: its four bytes, where they stand nowhere else."""
        place = rest.find(one.packed)
        if one.packed and rest.find(one.packed, place + 1) < 0:
            tags = self._scalars.setdefault(len(rest), {}).setdefault(place, {})
            tags[rest[:place] + rest[place + 4 :]] = one.tag
            self._shapes += 1

    def _take(self, one: Summary, step: int, wall_time: float | None, found: list[Record]) -> None:
        if one.value is not None and 0 <= step < 2**53:
            self._scalar(one.tag, one.value, step, wall_time, found)
        elif one.text is not None and one.tag == "args/text_summary":
            take_config(self.facts, one.text)
        elif one.text is not None and one.tag == "model_config/text_summary":
            take_model_config(self.facts, one.text)
        elif one.settings:
            take_config(self.facts, one.settings)

    def _scalar(self, tag: str, value: float, step: int, time: float | None, found: list[Record]) -> None:
        metric = self._metrics.get(tag) or self._metric(tag)
        if metric == "":
            return
        if tag in _OF_THE_WHOLE:
            self.facts.values[metric] = value
            self.facts.finished = True
            return
        pending = self._open
        if pending is not None and (pending.step != step or metric in pending.values):
            # Two groups of values without an epoch: this writer has none, and nothing is held back any more.
            self._epochs_follow = False
            found.append(pending)
            pending = self._open = None
        if metric == EPOCH:
            self._epochs_follow = True
            if pending is not None:
                pending.epoch = epoch_of(value)
                found.append(pending)
                self._open = None
            return
        if pending is not None:
            pending.values[metric] = value
            return
        record = Record({metric: value}, step, None, time)
        if self._epochs_follow:
            self._open = record
        else:
            found.append(record)

    def _metric(self, tag: str) -> str:
        """The name under which a tag is kept; empty for one that is left out."""
        metric = _OF_THE_WHOLE.get(tag)
        if metric is None and not (tag.startswith("evaluation_") and tag.endswith("_vs_iterations")):
            name = tag_in_folder(tag, self.path.parent.name)
            self._columns.add([name])
            metric = self._columns.parts.get(name, "")
            if metric in PLACES and metric != EPOCH:
                metric = canonical(tag)
        if len(self._metrics) < _MOST_SHAPES:
            self._metrics[tag] = metric or ""
        return metric or ""


def tag_in_folder(tag: str, folder: str) -> str:
    """The tag as if all stood in one file.

    Keras writes the same tags into the folders `train` and `validation`; `add_scalars("loss", {"eval": …})` of PyTorch
    writes the tag `loss` into a folder `loss_eval`.
    """
    bare = tag.removeprefix("epoch_") if tag != "epoch_" else tag
    if folder.lower() in _EVALUATED:
        return tag if tag.split("/")[0].lower() in _EVALUATED else f"eval/{bare}"
    if folder.lower() in _TRAINED:
        return bare
    stem = tag.replace("/", "_").replace(" ", "_") + "_"
    if folder.startswith(stem) and len(folder) > len(stem):
        return f"{folder[len(stem) :]}/{tag}"
    return tag


def is_part_of_run(folder: Path) -> bool:
    """Whether a folder of event files is one of several of one run, by its name."""
    name = folder.name.lower()
    return name in _EVALUATED or name in _TRAINED or name.rsplit("_", 1)[-1] in _EVALUATED | _TRAINED


def begun(path: Path) -> tuple[int, str]:
    """When an event file was begun, by its name: `events.out.tfevents.1744227257.host.pid.n`."""
    second = path.name.split(".tfevents.")[-1].split(".")[0]
    return (int(second) if second.isdecimal() and len(second) < 20 else 0), path.name
