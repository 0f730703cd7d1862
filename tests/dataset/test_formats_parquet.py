"""Parquet: every cell that was not edited keeps its exact value, the file its schema and metadata."""

from __future__ import annotations

import datetime as dt
import decimal
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ftui.dataset.formats.base import Added, Kept, Replaced
from ftui.dataset.formats.parquet_footer import read_footer
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from tests.dataset.format_files import opened, saved

RICH = pl.DataFrame(
    {
        "text": ["a", "b", None],
        "messages": [[{"role": "user", "content": "x"}, {"role": "assistant", "content": "é"}], [], None],
        "when": [dt.datetime(2020, 1, 1, 3, tzinfo=dt.UTC)] * 3,
        "nano": pl.Series([1, 2, None], dtype=pl.Int64).cast(pl.Datetime("ns")),
        "blob": [b"\xff\x00", None, b"x"],
        "price": [decimal.Decimal("1.10"), None, decimal.Decimal("-2.00")],
        "kind": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
        "label": pl.Series(["x", "y", "x"], dtype=pl.Enum(["x", "y"])),
        "pair": pl.Series([[1, 2], [3, 4], None], dtype=pl.Array(pl.Int16, 2)),
        "score": pl.Series([1.5, None, float("nan")], dtype=pl.Float32),
        "big": pl.Series([2**64 - 1, 1, None], dtype=pl.UInt64),
        "day": [dt.date(2020, 1, 1)] * 3,
        "span": [dt.timedelta(days=1, microseconds=1)] * 3,
        "at": [dt.time(1, 2, 3)] * 3,
        "flag": [True, None, False],
    }
)


def packed(frame: pl.DataFrame, **options) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, **options)
    return out.getvalue()


def read(data: bytes) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(data))


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "uncompressed", "brotli", "lz4"])
def test_a_save_without_edits_keeps_values_schema_metadata_and_compression(codec):
    data = packed(
        RICH, compression=codec, row_group_size=2, metadata={"huggingface": '{"info": 1}', "note": "x"}
    )
    with opened(data, "a.parquet") as records:
        assert (len(records), records.complete, records.line(0)) == (3, True, None)
        after = saved(records, [Kept(0, 3)])
    assert_frame_equal(read(after), RICH)
    assert read(after).schema == RICH.schema
    metadata = pl.read_parquet_metadata(io.BytesIO(after))
    assert {key: metadata[key] for key in ("huggingface", "note")} == {
        "huggingface": '{"info": 1}',
        "note": "x",
    }
    with opened(after, "a.parquet") as records:
        footer = read_footer(records.source)
    assert (footer.codec, footer.group_rows, footer.rows) == (codec, 2, 3)


def test_an_edit_changes_its_cell_and_no_other():
    with opened(packed(RICH), "a.parquet") as records:
        edits = [FieldEdit("messages[1].content", 0, 1, "è!"), FieldEdit("text", 0, 1, "A")]
        edited = records.edit(records.raw(0), edits)
        after = read(saved(records, [Replaced(0, edited), Kept(1, 3)]))
    assert after["text"].to_list() == ["A", "b", None]
    assert after["messages"][0].to_list()[1] == {"role": "assistant", "content": "è!"}
    assert_frame_equal(after.drop("text", "messages"), RICH.drop("text", "messages"))
    assert_frame_equal(after[1:], RICH[1:])


def test_rows_are_removed_added_and_copied():
    with opened(packed(RICH), "a.parquet") as records:
        new = records.encode({"text": "new", "label": "y", "day": "2024-02-29", "price": "3.5"})
        after = read(saved(records, [Added(new), Kept(0, 1), Added(records.raw(1)), Kept(2, 3)]))
    assert after.schema == RICH.schema
    assert after["text"].to_list() == ["new", "a", "b", None]
    assert after["day"][0] == dt.date(2024, 2, 29)
    assert after["price"][0] == decimal.Decimal("3.50")
    # a copied row is made from its JSON, which knows microseconds at most
    assert_frame_equal(after[1:3].drop("nano"), RICH[:2].drop("nano"))
    assert after["nano"][1] == RICH["nano"][0]


@given(
    st.lists(st.tuples(st.text(max_size=5), st.integers(-5, 5), st.booleans()), min_size=1, max_size=20),
    st.data(),
)
def test_any_set_of_edits_gives_the_frame_one_expects(rows, data):
    frame = pl.DataFrame(
        {"t": [r[0] for r in rows], "n": [r[1] for r in rows], "b": [r[2] for r in rows]},
        schema={"t": pl.String, "n": pl.Int8, "b": pl.Boolean},
    )
    actions = data.draw(st.lists(st.sampled_from("krda"), min_size=len(rows), max_size=len(rows)))
    expected = []
    with opened(packed(frame), "a.parquet") as records:
        pieces = []
        for i, action in enumerate(actions):
            if action == "a":
                pieces.append(Added(records.encode({"t": "new"})))
                expected.append(("new", None, None))
            if action in "ka":
                pieces.append(Kept(i, i + 1))
                expected.append(rows[i])
            elif action == "r":
                value = {**records.parse(records.raw(i)).value, "n": 7}
                pieces.append(Replaced(i, records.update(records.raw(i), value)))
                expected.append((rows[i][0], 7, rows[i][2]))
        after = read(saved(records, pieces))
    assert after.rows() == expected
    assert after.schema == frame.schema


@pytest.mark.parametrize(
    "change",
    [{"big": "x"}, {"big": -1}, {"nothing": 1}, {"day": "soon"}, {"label": "z"}, {"text": 5}, {"flag": 1},
     {"messages": "x"}, {"messages": [{"role": "u", "other": 1}]}, {"pair": [1, 2, 3]}, {"price": "x"}],
)  # fmt: skip
def test_a_value_that_its_column_cannot_hold_is_refused_at_once(change):
    with opened(packed(RICH), "a.parquet") as records:
        value = records.parse(records.raw(0)).value
        with pytest.raises(FtuiError):
            records.update(records.raw(0), {**value, **change})


def test_pages_come_from_blocks():
    frame = pl.DataFrame({"n": range(25_000)})
    with opened(packed(frame, row_group_size=5000), "a.parquet") as records:
        assert records.raw(24_999) == b'{"n":24999}'
        assert records.raws(990, 1010) == [b'{"n":%d}' % i for i in range(990, 1010)]
        assert len(records.raws(0, 25_000)) == 25_000
        assert (records.row_at_line(1), records.row_at_line(0), records.row_at_line(99_999)) == (0, 0, 24_999)


@pytest.mark.parametrize("cut", [5, 50, -1, -8, -20])
def test_a_damaged_file_is_one_clear_line(cut):
    with pytest.raises(FtuiError), opened(packed(RICH)[:cut], "a.parquet"):
        pass


def test_damage_inside_never_crashes():
    data = packed(RICH)
    for place in range(4, len(data) - 8, 37):
        broken = bytearray(data)
        broken[place] ^= 0x2A
        try:
            with opened(bytes(broken), "a.parquet") as records:
                records.raws(0, len(records))
        except FtuiError:
            pass
