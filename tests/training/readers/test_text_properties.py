"""What holds for every reader of text, whatever a file holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.readers.composer import ComposerReader
from ftui.training.readers.hf_console import HfConsoleReader
from ftui.training.readers.keras_console import KerasConsoleReader
from ftui.training.readers.llama_cpp import LlamaCppReader
from ftui.training.readers.llama_factory import LlamaFactoryReader
from ftui.training.readers.llm_c import LlmCReader
from ftui.training.readers.mlx import MlxReader
from ftui.training.readers.mmengine import MmengineReader
from ftui.training.readers.nanogpt import NanoGptReader
from ftui.training.readers.reader import LONGEST_LINE, Reader
from ftui.training.readers.torchtune import TorchtuneReader
from tests.examples import examples
from tests.training.readers.reading import FIXTURES, fed, shown

READERS: tuple[type[Reader], ...] = (
    ComposerReader,
    HfConsoleReader,
    KerasConsoleReader,
    LlamaCppReader,
    LlamaFactoryReader,
    LlmCReader,
    MlxReader,
    MmengineReader,
    NanoGptReader,
    TorchtuneReader,
)
_LLAMA_FACTORY = b"".join(
    b'{"current_steps": %d, "total_steps": 90, "loss": 2.%d, "lr": 1e-05, "epoch": 0.%d, "percentage": 1.5, '
    b'"elapsed_time": "0:00:10", "remaining_time": "0:01:30"}\n' % (n, n * 37, n)
    for n in range(1, 10)
)
LOGS = [_LLAMA_FACTORY] + [
    path.read_bytes()[:6000] for path in sorted(FIXTURES.iterdir()) if path.suffix in (".log", ".txt")
]
_NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
some_log = st.sampled_from(LOGS)
some_reader = st.sampled_from(READERS)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Logs cut, joined, and with bytes of something else in them."""
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        log = draw(some_log)
        first, last = sorted((draw(st.integers(0, len(log))), draw(st.integers(0, len(log)))))
        pieces.append(log[first:last])
        pieces.append(
            draw(
                st.sampled_from(
                    [b"", b"\n", b"\r", b"\x1b[A", b"\x1b[1m", b"\0\xff\xe2", b"{'", b"1", b"nan"]
                )
            )
        )
    return b"".join(pieces)


@examples(100)
@given(st.sampled_from(READERS), damaged(), st.lists(st.integers(1, 600), min_size=1, max_size=12))
def test_any_split_gives_the_same_records(reader: type[Reader], data: bytes, sizes: list[int]) -> None:
    pieces, at, turn = [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        pieces.append(data[at : at + size])
        at, turn = at + size, turn + 1
    whole = reader(Path("log"))
    found = whole.feed(data) + whole.finish()
    assert shown(fed(reader, *pieces)) == shown(found)


@examples(100)
@given(some_reader, damaged())
def test_a_value_stands_in_the_file(reader: type[Reader], data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    told = {float(number.replace(",", "").rstrip(".") or "0") for number in _NUMBER.findall(text)}
    for record in fed(reader, data):
        for name, value in record.values.items():
            if value == value and abs(value) != float("inf"):
                assert value in told, (name, value)


@examples(150)
@given(st.sampled_from(LOGS), st.integers(0, 6000), st.booleans())
def test_a_cut_log_gives_fewer_points_and_no_others(log: bytes, cut: int, at_a_line: bool) -> None:
    reader = max(READERS, key=lambda one: one.recognise(log, Path("log")))
    whole = {value for record in fed(reader, log + b"\n") for value in map(repr, record.values.values())}
    short = log[:cut].rpartition(b"\n")[0] + b"\n" if at_a_line else log[:cut]
    assert {value for record in fed(reader, short) for value in map(repr, record.values.values())} <= whole


@examples(60)
@given(some_reader, st.binary(max_size=3000) | st.text(max_size=2000).map(str.encode))
def test_garbage_never_raises(reader: type[Reader], data: bytes) -> None:
    assert 0.0 <= reader.recognise(data, Path("log")) <= 1.0
    fed(reader, data)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("log", range(len(LOGS)))
def test_a_log_of_another_writer_gives_no_wrong_loss(reader: type[Reader], log: int) -> None:
    found = fed(reader, LOGS[log])
    sure = reader.recognise(LOGS[log], Path("log"))
    assert not found or sure > 0.5


@pytest.mark.parametrize("size", [LONGEST_LINE // 3, 4096 * 17])
def test_a_line_too_long_is_dropped_whole_however_it_came(size: int) -> None:
    line = b"iter 3: loss 1.5, time 1.00ms, mfu 1.00%"
    data = b"iter 1: loss 2.5, time 1.00ms, mfu 1.00%\n" + b" " * LONGEST_LINE + line + b"\n" + line + b"\n"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [record.step for record in fed(NanoGptReader, *pieces)] == [1, 3]
    assert shown(fed(NanoGptReader, *pieces)) == shown(fed(NanoGptReader, data))


SLOW = [
    ("{'a': 1", ", 'a': 1"),
    ("{'loss': 1, 'epoch': 1, 'a': [", "["),
    ("[", "[INFO] "),
    ("Step 1 | ", "a:b:c "),
    ("Step 1 | a:", "b:"),
    ("s:1 trl:1", " lr:1"),
    ("s:1 trl:", "1"),
    ("Epoch(train) [1][1/2]  lr", "a"),
    ("Epoch(train) [1][1/2]  ", "a: 1  "),
    ("Epoch(train) [1][1/2]  a: 1", " "),
    ("1/2 ", "━"),
    ("1/2 ━━━ - loss: 1", " - a: 1"),
    ("", " "),
    ("", "100%|"),
    ("100%|", "█"),
    ("100%| 1/2 [", "1"),
    ("", "\x1b["),
    ("Iter 1: Train loss 1", ", Tokens/sec 1"),
    ("iter 1: loss ", "1"),
    ("train: [", "] data=1"),
    ("[metric][batch=1]: ", "a"),
    ("  Num examples = ", "1"),
    ("Num ", "Num "),
    ('{"current_steps": ', "["),
]


@pytest.mark.parametrize("reader", READERS)
def test_lines_made_to_be_slow_are_not(reader: type[Reader]) -> None:
    """Backtracking over lines such as these would take hours."""
    for begin, middle in SLOW:
        fed(reader, (begin + middle * (200_000 // len(middle)) + "!\n").encode())
