"""TensorBoard's event files: real ones of four writers, both forms of scalars, damage of every kind."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.event_file import LARGEST_RECORD, EventFile, masked_crc
from ftui.training.readers.registry import reader_for
from ftui.training.readers.tensorboard import TensorboardReader
from ftui.training.record import Record
from ftui.training.run import Run
from tests.examples import examples
from tests.training.readers.event_bytes import framed, inner, scalar_event, tensor_event
from tests.training.readers.reading import points

FIXTURES = Path(__file__).parent / "fixtures"
TORCH = FIXTURES / "torch_tensorboard" / "events.out.tfevents.1795379257.host.5130.0"
LIGHTNING = FIXTURES / "lightning" / "events.out.tfevents.1795379264.host.5258.0"
TENSORBOARDX = FIXTURES / "tensorboardx.out.tfevents.1795379259.host"


def read(data: bytes, path: Path = Path("events.out.tfevents.1.host"), piece: int = 0) -> list[Record]:
    reader = TensorboardReader(path)
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)] if piece else [data]
    return [record for one in pieces for record in reader.feed(one)] + reader.finish()


def test_the_sum_is_crc_32c() -> None:
    # The check value of CRC-32C, masked: ((0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8) mod 2**32.
    crc = 0xE3069283
    assert masked_crc(b"123456789") == (((crc >> 15 | crc << 17) & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF


def test_pytorch_writes_plain_values_and_tensors() -> None:
    assert reader_for(TORCH) is TensorboardReader
    records = read(TORCH.read_bytes(), TORCH)
    train, evaluation = points(records, "train/loss"), points(records, "eval/loss")
    assert [step for step, _ in train] == list(range(0, 60, 2))
    assert [step for step, _ in evaluation] == list(range(0, 60, 10))
    assert train[20][1] == pytest.approx(2.0 * math.exp(-1) + 0.5, rel=1e-6)
    assert evaluation[1][1] == pytest.approx(2.1 * math.exp(-10 / 35) + 0.62, rel=1e-6)
    assert points(records, "dbl") == [(4, 0.1)]
    ((step, value),) = points(records, "nan")
    assert step == 3
    assert math.isnan(value)
    assert all(record.time is not None and record.time > 1.7e9 for record in records)


def test_hyperparameters_of_pytorch_are_arguments() -> None:
    path = TORCH.with_name("events.out.tfevents.1795379257.host.5130.1")
    reader = TensorboardReader(path)
    reader.feed(path.read_bytes())
    assert reader.facts.config == {"lr": 1e-3, "bs": 8.0, "name": "x", "flag": True}


def test_folders_of_add_scalars_tell_what_a_tag_means() -> None:
    for folder, metric, value in (("loss_train", "train/loss", 1.5), ("loss_eval", "eval/loss", 1.6)):
        (path,) = (TORCH.parent / folder).iterdir()
        assert points(read(path.read_bytes(), path), metric)[0] == (60, pytest.approx(value))


def test_folders_of_keras_tell_what_a_tag_means() -> None:
    data = scalar_event("epoch_loss", 0.5, 3) + scalar_event("evaluation_loss_vs_iterations", 0.7, 900)
    assert [one.values for one in read(data, Path("logs/train/events.out.tfevents.1.v2"))] == [
        {"train/loss": 0.5}
    ]
    assert [one.values for one in read(data, Path("logs/validation/events.out.tfevents.1.v2"))] == [
        {"eval/loss": 0.5}
    ]


def test_lightning_names_its_values_twice() -> None:
    records = read(LIGHTNING.read_bytes(), LIGHTNING)
    assert [step for step, _ in points(records, "train/loss")] == list(range(3, 64, 4))
    assert len(points(records, "train_loss_epoch")) == len(points(records, "eval/loss")) == 4
    assert len(points(records, "learning_rate")) == 16


def test_tensorboardx() -> None:
    records = read(TENSORBOARDX.read_bytes(), TENSORBOARDX)
    assert len(points(records, "train/loss")) == len(points(records, "eval/loss")) == 10


@pytest.mark.parametrize(
    ("name", "at_100", "best"),
    [
        ("tb__AguLeon__runs__run0__events.out.tfevents.1744227257.b-3-167.5388.0", 1.3914778, 4),
        ("tb__AguLeon__runs__run4__events.out.tfevents.1744230855.b-3-167.5388.4", 0.7435561, 4),
    ],
)
def test_the_hugging_face_trainer(shared_data: Path, name: str, at_100: float, best: int) -> None:
    path = shared_data / "logs" / name
    reader = TensorboardReader(path)
    run = Run(path)
    for record in reader.feed(path.read_bytes()) + reader.finish():
        run.add(record)
    assert run.count("train/loss") == run.count("eval/loss") == 12
    assert run.series["eval/loss"].at(100) == pytest.approx(at_100)
    assert all(epoch == epoch for epoch in run.series["eval/loss"].epoch)
    assert reader.facts.total_steps == 1200
    assert reader.facts.finished
    assert reader.facts.config["num_labels"] == best
    assert reader.facts.config["max_grad_norm"] == 1.0
    assert not run.restarts


def test_a_run_of_transformers_5_resumed_into_a_second_file() -> None:
    """The first training ended at step 10, the second went on from the checkpoint of step 4 to step 16."""
    run = Run(FIXTURES)
    for path in sorted((FIXTURES / "hf5_tensorboard").iterdir()):
        reader = TensorboardReader(path)
        for record in reader.feed(path.read_bytes()) + reader.finish():
            run.add(record)
    assert list(run.series["train/loss"].step) == list(range(2, 17, 2))
    assert list(run.series["eval/loss"].step) == [4, 8, 10, 12, 16]
    assert list(run.series["train/loss"].epoch) == [step / 4 for step in range(2, 17, 2)]
    assert run.repeated > 0
    assert (reader.facts.total_steps, reader.facts.finished) == (16, True)
    assert reader.facts.config["eval_steps"] == 4


@examples(40)
@given(st.lists(st.integers(1, 400), max_size=30))
def test_any_pieces_give_the_same_records(cuts: list[int]) -> None:
    data = LIGHTNING.read_bytes()
    whole, reader, at = read(data), TensorboardReader(LIGHTNING), 0
    found: list[Record] = []
    for size in cuts:
        found += reader.feed(data[at : at + size])
        at += size
    found += reader.feed(data[at:])
    assert repr(found + reader.finish()) == repr(whole)


def test_a_record_that_is_not_whole_yet_waits() -> None:
    first, second = scalar_event("loss", 1.0, 1), scalar_event("loss", 0.5, 2)
    reader = TensorboardReader(Path("events"))
    assert reader.feed(first + second[:-1]) == []
    assert [one.step for one in reader.feed(second[-1:])] == [1, 2]
    assert reader.finish() == []


def test_values_are_not_held_back_where_no_epochs_come() -> None:
    reader = TensorboardReader(Path("events"))
    for step in range(3):
        reader.feed(scalar_event("loss", 1.0, step))
    assert [one.step for one in reader.feed(scalar_event("loss", 1.0, 3))] == [3]


def test_an_epoch_closes_the_values_of_its_step() -> None:
    group = scalar_event("train/loss", 1.0, 7) + scalar_event("train/grad_norm", 2.0, 7)
    (record,) = TensorboardReader(Path("events")).feed(group + scalar_event("train/epoch", 0.5, 7))
    assert (record.step, record.epoch, record.values) == (7, 0.5, {"train/loss": 1.0, "grad_norm": 2.0})


@pytest.mark.parametrize("many", [1, 200])
def test_every_damaged_byte_costs_at_most_its_record(many: int) -> None:
    """A flipped bit anywhere: the records around it stay, and no value is read that was not written."""
    events = [scalar_event("loss", 1 + step / 8, step) for step in range(6)]
    before = b"".join(scalar_event("other", 1.0, step) for step in range(many))
    written = {(step, 1 + step / 8) for step in range(6)}
    data, start = before + b"".join(events), len(before) + len(events[0])
    for at in range(start, start + 2 * len(events[1])):
        broken = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        found = set(points(read(broken), "train/loss"))
        assert found <= written
        assert len(found) >= 5 - (at in (start + len(events[1]) - 1, start + len(events[1])))
        assert found == set(points(read(broken, piece=13), "train/loss"))


@examples(60)
@given(st.binary(max_size=300), st.integers(0, 400), st.integers(1, 64))
def test_garbage_between_records_is_passed_over(garbage: bytes, cut: int, piece: int) -> None:
    data = b"".join(scalar_event("loss", 2.0, step) for step in range(8))
    mixed = data[:cut] + garbage + data[cut:] + scalar_event("loss", 2.0, 9)
    whole = read(mixed)
    assert {value for _, value in points(whole, "train/loss")} <= {2.0}
    assert repr(read(mixed, piece=piece)) == repr(whole)


@examples(60)
@given(st.lists(st.binary(max_size=80), max_size=20))
def test_payloads_that_are_no_events_say_nothing(payloads: list[bytes]) -> None:
    read(b"".join(map(framed, payloads)) + b"".join(framed(b"\x09" + b"\0" * 8 + one) for one in payloads))


def test_lengths_that_cannot_be_are_not_allocated() -> None:
    huge = struct.pack("<Q", 2**62)
    reader = EventFile()
    assert reader.feed(huge + struct.pack("<I", masked_crc(huge)) + b"x" * 100) == []
    assert len(reader._rest) < 100
    large = framed(b"\0" * (LARGEST_RECORD + 1))
    assert EventFile().feed(large + scalar_event("loss", 1.0, 1))[0].endswith(struct.pack("<f", 1.0))


@pytest.mark.parametrize(
    ("tensor", "value"),
    [
        (b"\x08\x01" + inner(4, struct.pack("<f", 0.25)), 0.25),
        (b"\x08\x02" + inner(4, struct.pack("<d", 0.1)), 0.1),
        (b"\x08\x13" + inner(4, struct.pack("<e", 0.5)), 0.5),
        (b"\x08\x01\x12\x00" + inner(5, struct.pack("<f", 0.75)), 0.75),
        (b"\x08\x01\x2d" + struct.pack("<f", 0.75), 0.75),
        (b"\x08\x02" + inner(6, struct.pack("<d", 0.3)), 0.3),
        (b"\x08\x09\x50\x07", 7.0),
        (b"\x08\x09" + inner(10, b"\x07"), 7.0),
        (b"\x08\x13" + inner(13, b"\x80\x70"), 0.5),
        (b"\x08\x0e" + inner(13, b"\x80\x7f"), 1.0),
    ],
)
def test_scalars_as_tensors(tensor: bytes, value: float) -> None:
    assert points(read(tensor_event("loss", tensor, 5)), "train/loss") == [(5, value)]


def test_a_histogram_is_no_scalar() -> None:
    shape = inner(2, inner(2, b"\x08\x02"))
    assert read(tensor_event("loss", b"\x08\x01" + shape + inner(4, b"\0" * 8), 5)) == []


FORMS = {
    "content": lambda value: b"\x08\x01" + inner(2, b"") + inner(4, value),
    "packed": lambda value: b"\x08\x01" + inner(2, b"") + inner(5, value),
    "single": lambda value: b"\x08\x01\x2d" + value,
}
NUMBERS = st.floats(width=32, allow_nan=False) | st.sampled_from([0.0, 1.0, 2.0**-126])


@given(
    st.lists(st.tuples(st.sampled_from(["loss", "lr", "a/lr", "x"]), st.sampled_from(list(FORMS)), NUMBERS))
)
@examples(60)
def test_events_that_look_alike_are_read_as_the_first_of_them(told: list[tuple[str, str, float]]) -> None:
    """The place of the value is learned from one event and used for the next: each has its own tag and value."""
    events = [
        tensor_event(tag, FORMS[form](struct.pack("<f", value)), step)
        for step, (tag, form, value) in enumerate(told, 1)
    ]
    alone = [one.values for event in events for one in read(event)]
    assert [one.values for one in read(b"".join(events))] == alone
    assert [value for values in alone for value in values.values()] == [value for _, _, value in told]


def test_a_step_that_is_told_after_the_value_is_the_step() -> None:
    events = b""
    for step in range(1, 6):
        value = inner(1, b"loss") + b"\x15" + struct.pack("<f", step + 0.5)
        events += framed(
            b"\x09" + struct.pack("<d", 1.7e9) + inner(5, inner(1, value)) + b"\x10" + bytes([7])
        )
    assert points(read(events), TRAIN_LOSS) == [(7, step + 0.5) for step in range(1, 6)]
