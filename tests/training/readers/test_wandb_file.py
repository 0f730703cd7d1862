"""wandb's own file of a run: a real one, records over block borders, damage."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.readers.registry import reader_for
from ftui.training.readers.wandb_file import WandbReader
from ftui.training.readers.wandb_framing import WandbFraming
from ftui.training.record import Record
from tests.examples import examples
from tests.training.readers.event_bytes import inner, varint

FILE = Path(__file__).parent / "fixtures" / "wandb_offline" / "run-8weg27i1.wandb"
HEADER = b":W&B\xe1\xbe\x00"


def framed(records: list[bytes]) -> bytes:
    """Records in blocks of 32 KiB, as LevelDB's log writer lays them out."""
    out = HEADER
    for record in records:
        first = True
        while first or record:
            room = 32_768 - len(out) % 32_768
            if room < 7:
                out += b"\0" * room
                continue
            piece, record = record[: room - 7], record[room - 7 :]
            kind = (1 if not record else 2) if first else (4 if not record else 3)
            out += struct.pack("<IHB", zlib.crc32(bytes([kind]) + piece), len(piece), kind) + piece
            first = False
    return out


def history(step: int, loss: str, padding: int = 0) -> bytes:
    items = [("loss", loss), ("_step", str(step)), ("note", '"' + "x" * padding + '"')]
    entries = b"".join(
        inner(1, inner(2, name.encode()) + varint(16 << 3 | 2) + varint(len(value)) + value.encode())
        for name, value in items
    )
    return inner(2, entries)


def read(data: bytes, piece: int) -> list[Record]:
    reader = WandbReader(FILE)
    return [one for at in range(0, len(data), piece) for one in reader.feed(data[at : at + piece])]


def test_a_run_that_was_never_uploaded() -> None:
    assert reader_for(FILE) is WandbReader
    reader = WandbReader(FILE)
    records = reader.feed(FILE.read_bytes())
    train = [(one.step, one.values["train/loss"]) for one in records if "train/loss" in one.values]
    assert [step for step, _ in train] == list(range(0, 50, 5))
    assert train[1][1] == 2.264993805169191
    assert [one.step for one in records if "eval/loss" in one.values] == [0, 10, 20, 30, 40]
    assert [one.epoch for one in records][:3] == [0.0, 0.2, 0.4]
    assert math.isnan(records[-1].values["grad_norm"])
    assert all(one.time is not None and one.time > 1.7e9 for one in records)
    assert reader.facts.config["max_steps"] == 50
    assert reader.facts.config["bf16"] is True
    assert reader.facts.total_steps == 50
    assert reader.facts.finished


@pytest.mark.parametrize("padding", [0, 90, 1999])
def test_records_over_the_borders_of_blocks(padding: int) -> None:
    sizes = [padding * (step % 3) // 2 for step in range(400)]
    data = framed([history(step, str(step / 8), size) for step, size in enumerate(sizes)])
    expected = [(step, step / 8) for step in range(400)]
    for piece in (len(data), 1000):
        assert [(one.step, one.values["train/loss"]) for one in read(data, piece)] == expected
    assert WandbFraming().feed(framed([b"x" * 100_000, b"y"])) == [b"x" * 100_000, b"y"]


@examples(60)
@given(st.integers(0, 3000), st.binary(max_size=60), st.integers(0, 60), st.integers(1, 500))
def test_damage_costs_records_and_invents_none(at: int, garbage: bytes, cut: int, piece: int) -> None:
    data = FILE.read_bytes()
    broken = data[:at] + garbage + data[at + cut :]
    written = {repr(one.values) for one in read(data, len(data))}
    found = read(broken, len(broken))
    assert {repr(one.values) for one in found} <= written
    assert repr(read(broken, piece)) == repr(found)


@examples(40)
@given(st.lists(st.binary(max_size=60), max_size=10))
def test_messages_that_are_none_say_nothing(messages: list[bytes]) -> None:
    for number in (2, 5, 17, 18):
        assert read(framed([inner(number, one) for one in messages]), 100) is not None
