"""Long logs of one run in the shapes that trainers write, seeded: a loss that falls, with evaluations now and then."""

from __future__ import annotations

import json
import math
import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ftui.training.readers.event_file import masked_crc

EVALUATED_EVERY = 1000


class Point(NamedTuple):
    """One logging step."""

    step: int
    of: int
    loss: float
    norm: float
    rate: float
    epoch: float
    evaluated: float | None


def points(count: int) -> Iterator[Point]:
    """The points of a healthy run of three epochs."""
    chance = random.Random(1)
    for step in range(1, count + 1):
        part = step / count
        fall = 0.8 + 2.2 * math.exp(-part / 0.15) - 0.1 * part
        loss = fall * math.exp(chance.gauss(0, 0.05))
        rate = 2e-4 * min(part / 0.05, 1.0) * 0.5 * (1 + math.cos(math.pi * part))
        evaluated = (fall + 0.05) * math.exp(chance.gauss(0, 0.003)) if step % EVALUATED_EVERY == 0 else None
        yield Point(step, count, loss, math.exp(chance.gauss(0, 0.2)), rate, 3 * part, evaluated)


def _bar(step: int, of: int, total_s: int = 0) -> str:
    done = step * 10 // of
    left = (of - step) // 10
    return (
        f"\r{100 * step // of:3d}%|{'█' * done}{' ' * (10 - done)}| {step}/{of} "
        f"[{total_s // 60:02d}:{total_s % 60:02d}<{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}, 10.03it/s]"
    )


def hf_console(count: int, bars: int = 1) -> Iterator[str]:
    """Transformers 5: a dict a step, so many drawings of the bar before it."""
    yield _bar(0, count)
    for p in points(count):
        for drawn in range(bars - 1, -1, -1):
            yield _bar(max(0, p.step - drawn), count, p.step // 10)
        yield (
            f"\r{' ' * 60}\r{{'loss': '{p.loss:.4g}', 'grad_norm': '{p.norm:.4g}', 'learning_rate': '{p.rate:.4g}',"
            f" 'epoch': '{p.epoch:.4g}'}}\n"
        )
        yield _bar(p.step, count, p.step // 10)
        if p.evaluated is not None:
            yield f"\n{_bar(1, 2)}\x1b[A\n\r{' ' * 40}\r\x1b[A"
            yield (
                f"{{'eval_loss': '{p.evaluated:.4g}', 'eval_runtime': '0.52', 'eval_samples_per_second': '380',"
                f" 'eval_steps_per_second': '48', 'epoch': '{p.epoch:.4g}'}}\n"
            )


def llama_factory(count: int) -> Iterator[str]:
    """LLaMA-Factory's `trainer_log.jsonl`."""
    for p in points(count):
        entry: dict[str, object] = {"current_steps": p.step, "total_steps": p.of, "loss": round(p.loss, 4)}
        entry |= {"lr": p.rate, "epoch": round(p.epoch, 4), "percentage": round(100 * p.step / p.of, 2)}
        yield json.dumps(entry | {"elapsed_time": "0:00:10", "remaining_time": "0:01:30"}) + "\n"
        if p.evaluated is not None:
            yield json.dumps({"current_steps": p.step, "total_steps": p.of, "eval_loss": p.evaluated}) + "\n"


def jsonl(count: int) -> Iterator[str]:
    """A log of a script of one's own."""
    for p in points(count):
        entry = {"step": p.step, "train": {"loss": p.loss, "grad_norm": p.norm}, "lr": p.rate}
        yield json.dumps(entry if p.evaluated is None else entry | {"val_loss": p.evaluated}) + "\n"


def table(count: int) -> Iterator[str]:
    """A CSV with the evaluations in a column of their own."""
    yield "step,train_loss,val_loss,lr,grad_norm\n"
    for p in points(count):
        evaluated = "" if p.evaluated is None else f"{p.evaluated:.6f}"
        yield f"{p.step},{p.loss:.6f},{evaluated},{p.rate:.3e},{p.norm:.4f}\n"


def keras_table(count: int) -> Iterator[str]:
    """Keras' CSVLogger: an evaluation in every line."""
    yield "epoch,loss,val_loss\n"
    for p in points(count):
        yield f"{p.step - 1},{p.loss:.15f},{p.loss + 0.05:.15f}\n"


def torchtune(count: int) -> Iterator[str]:
    """torchtune's DiskLogger."""
    for p in points(count):
        yield f"Step {p.step} | loss:{p.loss} lr:{p.rate} tokens_per_second_per_gpu:456.7 grad_norm:{p.norm} \n"


def nanogpt(count: int) -> Iterator[str]:
    """nanoGPT's console."""
    for p in points(count):
        yield f"iter {p.step}: loss {p.loss:.4f}, time 100.00ms, mfu 3.00%\n"
        if p.evaluated is not None:
            yield f"step {p.step}: train loss {p.loss:.4f}, val loss {p.evaluated:.4f}\n"


def llm_c(count: int) -> Iterator[str]:
    """llm.c's `main.log`."""
    for p in points(count):
        yield f"s:{p.step} trl:{p.loss:.4f} lr:{p.rate:.6f} norm:{p.norm:.2f}\n"
        if p.evaluated is not None:
            yield f"s:{p.step} tel:{p.evaluated:.4f}\n"


def mmengine(count: int) -> Iterator[str]:
    """mmengine's log of an IterBasedTrainLoop."""
    for p in points(count):
        yield (
            f"2026/11/22 20:{p.step // 60 % 60:02d}:{p.step % 60:02d} - mmengine - INFO - Iter(train) "
            f"[{p.step:6d}/{p.of}]  lr: {p.rate:.4e}  eta: 1:02:{p.step % 60:02d}  time: 0.0022  data_time: 0.0014"
            f"  loss: {p.loss:.4f}  loss_cls: {p.loss:.4f}  grad_norm: {p.norm:.4f}\n"
        )
        if p.evaluated is not None:
            yield (
                f"2026/11/22 20:44:23 - mmengine - INFO - Iter(val) [5/5]    loss: {p.evaluated:.4f}"
                "  data_time: 0.0003  time: 0.0009\n"
            )


def mlx(count: int) -> Iterator[str]:
    """mlx-lm's console."""
    for p in points(count):
        if p.evaluated is not None:
            yield f"Iter {p.step}: Val loss {p.evaluated:.3f}, Val took 8.123s\n"
        yield (
            f"Iter {p.step}: Train loss {p.loss:.3f}, Learning Rate {p.rate:.3e}, It/sec 1.234, Tokens/sec 456.700,"
            f" Trained Tokens {p.step * 812}, Peak mem 14.200 GB\n"
        )


def composer(count: int) -> Iterator[str]:
    """Composer's FileLogger: a line a value."""
    for p in points(count // 4):
        batch = f"[metric][batch={p.step}]:"
        yield f"{batch} time/batch: {p.step} \n{batch} l2_norm/grad/global: {p.norm:.4f} \n"
        yield f"{batch} loss/train/total: {p.loss:.4f} \n{batch} lr-AdamW/group0: {p.rate:.4e} \n"


def llama_cpp(count: int) -> Iterator[str]:
    """llama.cpp's finetune: drawn over and over within a line."""
    yield "ggml_opt_fit: epoch 0001/0001:\n"
    for p in points(count):
        yield (
            f"train: [███     ] data={p.step:07d}/{p.of:07d} loss={p.loss:.5f}±0.01487 acc=43.75±12.81% "
            "t=00:00:00 ETA=00:00:00 \r"
        )
    yield "\n"


def hf_state(count: int) -> Iterator[str]:
    """A `trainer_state.json` with all of its history."""
    history = []
    for p in points(count):
        entry = {
            "epoch": p.epoch,
            "grad_norm": p.norm,
            "learning_rate": p.rate,
            "loss": p.loss,
            "step": p.step,
        }
        history.append(entry)
        if p.evaluated is not None:
            history.append({"epoch": p.epoch, "eval_loss": p.evaluated, "step": p.step})
    yield json.dumps({"global_step": count, "log_history": history, "max_steps": count}, indent=2)


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def events(count: int, *, tensor: bool = False) -> Iterator[bytes]:
    """An event file with one scalar an event; as tensors, which is how TensorFlow 2 writes them."""
    sums: dict[int, bytes] = {}
    for p in points(count // 2):
        values = [("train/loss", p.loss), ("train/learning_rate", p.rate)]
        for tag, value in values + ([("eval/loss", p.evaluated)] if p.evaluated is not None else []):
            if tensor:
                shape = b"\x08\x01" + _field(2, b"") + _field(4, struct.pack("<f", value))
                kind = _field(9, _field(1, _field(1, b"scalars")))
                one = _field(1, tag.encode()) + kind + _field(8, shape)
            else:
                one = _field(1, tag.encode()) + b"\x15" + struct.pack("<f", value)
            payload = b"\x09" + struct.pack("<d", 1.7e9 + p.step) + b"\x10" + _varint(p.step)
            payload += _field(5, _field(1, one))
            size = len(payload)
            if size not in sums:
                sums[size] = struct.pack("<Q", size) + struct.pack("<I", masked_crc(struct.pack("<Q", size)))
            yield sums[size] + payload + struct.pack("<I", masked_crc(payload))


LOGS: dict[str, tuple[str, Callable[[int], Iterator[str] | Iterator[bytes]]]] = {
    "llama-factory": ("trainer_log.jsonl", llama_factory),
    "jsonl": ("log.jsonl", jsonl),
    "csv": ("log.csv", table),
    "keras-csv": ("keras.csv", keras_table),
    "hf-console": ("train.log", hf_console),
    "hf-console, two bars a line": ("train2.log", lambda count: hf_console(count, 2)),
    "hf-state": ("trainer_state.json", hf_state),
    "torchtune": ("log_1.txt", torchtune),
    "nanogpt": ("nano.log", nanogpt),
    "llm.c": ("main.log", llm_c),
    "mmengine": ("mm.log", mmengine),
    "mlx": ("mlx.log", mlx),
    "composer": ("composer.txt", composer),
    "llama.cpp": ("finetune.log", llama_cpp),
    "tensorboard": ("events.out.tfevents.1.host", events),
    "tensorboard, tensors": ("events.out.tfevents.2.host", lambda count: events(count, tensor=True)),
}
"""By the shape's name: the file's usual name, and its content for so many lines (or values)."""


def write(shape: str, folder: Path, lines: int) -> Path:
    """Write one log; gives its path."""
    name, content = LOGS[shape]
    path = folder / name
    with path.open("wb") as file:
        for piece in content(lines):
            file.write(piece.encode() if isinstance(piece, str) else piece)
    return path
