"""What is read in one go is what reading with care gives: the usual lines of consoles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.readers import bar, mlx, mmengine, mmengine_usual, wandb_file
from ftui.training.readers.console import logged_at
from ftui.training.readers.hf_console import HfConsoleReader
from ftui.training.readers.hf_usual import UsualLine
from ftui.training.readers.mlx import MlxReader
from ftui.training.readers.mmengine import MmengineReader
from ftui.training.readers.wandb_file import WandbReader
from ftui.training.readers.wandb_framing import WandbFraming
from ftui.training.record import Record
from tests.examples import examples
from tests.training.readers.event_bytes import inner, varint
from tests.training.readers.reading import FIXTURES, fed, shown
from tests.training.readers.test_wandb_file import framed

VALUES = st.sampled_from(
    [
        "0.5",
        "'0.5'",
        "1",
        "nan",
        "'nan'",
        "-2e-05",
        "'inf'",
        "1e+300",
        "1_0",
        "'x'",
        "''",
        "[1, 2]",
        "'a, '",
        "5.",
    ]
)
NAMES = st.lists(
    st.sampled_from(["loss", "eval_loss", "grad_norm", "a.b", "lr", "train_runtime"]), max_size=3
)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Lines of one console: mostly of one form, with other values, names and ends in between."""
    names = [*draw(NAMES), "epoch"]
    said = []
    for _ in range(draw(st.integers(1, 6))):
        now = names if draw(st.integers(0, 3)) else [*draw(NAMES), "epoch"]
        told = ", ".join(f"'{name}': {draw(VALUES)}" for name in now)
        said.append(
            f"{draw(st.sampled_from(['', '', '', '[INFO] ']))}{{{told}}}{draw(st.sampled_from(['', ' ', '}']))}"
        )
    return said


@given(lines())
@examples(200)
def test_a_line_of_the_usual_form_is_read_as_any_other(said: list[str]) -> None:
    data = "\n".join([*said, ""]).encode()
    quick = fed(HfConsoleReader, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(UsualLine, "record_of", lambda *_: None)
        careful = fed(HfConsoleReader, data)
    assert list(map(repr, quick)) == list(map(repr, careful))  # NaN is not itself


def test_the_usual_form_is_used() -> None:
    reader = UsualLine()
    from ftui.training.readers.hf_printed import printed_in

    entry = printed_in("{'loss': '1.5', 'grad_norm': '2', 'epoch': '0.1'}")
    assert entry is not None
    reader.learn(entry, Record({"train/loss": 1.5}, None, 0.1))
    found = reader.record_of("{'loss': '1.25', 'grad_norm': 'nan', 'epoch': '0.2'}")
    assert found is not None
    assert (found.values["train/loss"], found.epoch) == (1.25, 0.2)
    assert reader.record_of("{'loss': 1.25, 'grad_norm': 'nan', 'epoch': '0.2'}") is None


@given(
    st.sampled_from(["", " ", "Map: ", "12", "\x1b[32m", "x"]),
    st.integers(0, 999),
    st.sampled_from(["%|█▌  | ", "%|| ", "% ", "%|a|b| "]),
    st.integers(0, 30),
    st.sampled_from(
        [" [00:00<00:02, 13.5it/s]", " [00:00<?, ?it/s]", " [00:00<1 day, 0:02, 1s/it]", " [1", "]"]
    ),
    st.sampled_from(["", "\x1b[A", " ", " loss=1.5"]),
)
@examples(300)
def test_a_usual_bar_is_read_as_any_other(
    title: str, percent: int, strokes: str, done: int, times: str, end: str
) -> None:
    line = f"{title}{percent}{strokes}{done}/30{times}{end}"
    quick = bar.bar_in(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bar, "USUAL", bar.re.compile(r"(?!)"))
        assert quick == bar.bar_in(line)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["lr", "loss", "decode.loss_ce", "a b", "1x", "eta", "bbox/mAP", ""]),
            st.sampled_from([": ", ":", ":  "]),
            st.sampled_from(["1.5", "nan", "1 day, 2:03", "0:01:02", "x", "", "1.0,"]),
            st.sampled_from(["  ", ", ", " ", "    "]),
        )
    )
)
@examples(300)
def test_pairs_of_mmengine_are_those_of_the_expression(pieces: list[tuple[str, str, str, str]]) -> None:
    rest = "".join("".join(piece) for piece in pieces)
    quick = mmengine._values(rest, evaluated=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mmengine, "_usual_pairs", lambda _: None)
        assert repr(quick) == repr(mmengine._values(rest, evaluated=False))


OF_MMENGINE = st.tuples(
    st.sampled_from(["Iter(train) [ 1/9]", "Iter(train) [2/9]", "Epoch(train) [2][3/9]", "Iter(val) [2/2]"]),
    st.lists(
        st.sampled_from(["loss: ", "lr: ", "decode.acc: ", "eta: ", "time: ", "1x: ", "loss:"]),
        min_size=1,
        max_size=3,
    ),
    st.lists(
        st.sampled_from(["0.5", "1e-05", "nan", "1 day, 2:03:04", "0:01:02", "1_0", "x"]),
        min_size=3,
        max_size=3,
    ),
    st.sampled_from(["", "  ", "\x1b[0m"]),
)


@given(st.lists(OF_MMENGINE, max_size=6), st.booleans())
@examples(200)
def test_lines_of_one_form_are_read_as_any_other_of_mmengine(
    told: list[tuple[str, list[str], list[str], str]], alike: bool
) -> None:
    said = ""
    for head, names, values, end in told:
        names = told[0][1] if alike else names
        pairs = "  ".join(map("".join, zip(names, values, strict=False)))
        said += f"2026/11/22 20:44:23 - mmengine - INFO - {head}  {pairs}{end}\n"
    quick = fed(MmengineReader, said.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mmengine_usual.UsualLine, "read", lambda *_: None)
        assert shown(quick) == shown(fed(MmengineReader, said.encode()))


@given(
    st.lists(st.sampled_from(["1.5", "nan", ".5", "-1e-05", "1.", "x", "", "1,0"]), min_size=4, max_size=4),
    st.sampled_from(["", ", Trained Tokens 812, Peak mem 14.200 GB", ", Peak mem 1 GB", " ", ", x"]),
)
@examples(200)
def test_the_usual_line_of_mlx_is_read_as_any_other(values: list[str], end: str) -> None:
    loss, rate, steps, tokens = values
    line = f"Iter 7: Train loss {loss}, Learning Rate {rate}, It/sec {steps}, Tokens/sec {tokens}{end}\n".encode()
    quick = fed(MlxReader, line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mlx, "_USUAL", mlx.re.compile(r"(?!)"))
        assert shown(quick) == shown(fed(MlxReader, line))


OF_WANDB = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["loss", "_step", "a", "é\x01", "", "n" * 130]), max_size=2),
        st.sampled_from(["1.5", "7", "NaN", '"x"', "[1]", "null", "", "1,2", "2" * 130]),
        st.sampled_from([16, 7, 6, 1]),
    ),
    max_size=4,
)


@given(
    st.lists(
        st.tuples(OF_WANDB, st.sampled_from([b"", b"\x12\x02\x08\x05", b"\x12\x00", b"\x18"])), max_size=5
    ),
    st.sampled_from([1, 2]),
    st.sampled_from([b"\x08\x01", b"\x08\xff\x01", b""]),
    st.sampled_from([2, 3]),
    st.integers(0, 3),
)
@examples(300)
def test_rows_of_the_usual_form_are_read_as_any_other_of_wandb(
    rows: list[tuple[list[tuple[list[str], str, int]], bytes]], tag: int, count: bytes, kind: int, cut: int
) -> None:
    records = []
    for items, end in rows:
        told = [
            b"".join(inner(tag, name.encode()) for name in names)
            + (varint(of << 3 | 2) + varint(len(value)) + value.encode())
            for names, value, of in items
        ]
        message = b"".join(inner(1, item) for item in told) + end
        whole = count + inner(kind, message)
        records.append(whole[: len(whole) - cut])
    data = framed(records)
    quick = fed(WandbReader, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wandb_file, "row_of", lambda _: None)
        patch.setattr(WandbFraming, "_usual", lambda _self, _data, at, _records: at)
        assert shown(quick) == shown(fed(WandbReader, data))


def test_the_usual_forms_are_used() -> None:
    form = mmengine_usual.UsualLine()
    form.learn("Iter", "Iter(train) ", False, [("loss", "0.5", "train/loss"), ("eta", "0:01", None)])
    line = "2026/11/22 20:44:23 - mmengine - INFO - Iter(train) [  2/9]  loss: 0.25  eta: 1 day, 0:00:01"
    found = form.read(line)
    assert found is not None
    assert (found.done, found.of, found.values) == ("2", "9", {"train/loss": 0.25})
    data = (FIXTURES / "wandb_offline" / "run-8weg27i1.wandb").read_bytes()
    rows = [row for one in WandbFraming().feed(data) if (row := wandb_file.row_of(one))]
    read = wandb_file.UsualRow(wandb_file._json)
    assert len(rows) > 5
    assert None not in [read.values(row) for row in rows[1:]]  # the first one has an empty step


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), st.sampled_from(["", "Z", "+05:30", "-0800"])
)
def test_times_are_those_of_the_clock(when: datetime, zone: str) -> None:
    text = when.strftime(f"{when.year:04d}-%m-%d %H:%M:%S.%f") + zone
    expected = datetime.fromisoformat(text) if zone else when
    found = logged_at(text)
    assert found == pytest.approx(expected.timestamp(), abs=1e-5)
    if zone == "Z":
        assert found == pytest.approx(when.replace(tzinfo=UTC).timestamp(), abs=1e-5)


@pytest.mark.parametrize(
    "text", ["2026-13-01 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:00:60", "no time"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert logged_at(text) is None
