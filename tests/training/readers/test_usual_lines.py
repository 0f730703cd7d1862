"""What is read in one go is what reading with care gives: the usual lines of consoles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.readers import bar, mmengine
from ftui.training.readers.console import logged_at
from ftui.training.readers.hf_console import HfConsoleReader
from ftui.training.readers.hf_usual import UsualLine
from ftui.training.record import Record
from tests.examples import examples
from tests.training.readers.reading import fed

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
        patch.setattr(bar, "_USUAL", bar.re.compile(r"(?!)"))
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
