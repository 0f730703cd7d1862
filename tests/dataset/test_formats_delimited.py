"""CSV and TSV: read as the csv module reads them where they are well-formed, changed cell by cell."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset import field_path
from ftui.dataset.formats.base import Added, Kept, Replaced
from ftui.dataset.formats.delimited_cells import grammar
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from tests.dataset.format_files import kinds, opened, saved

# No NUL: a file of which a tenth is control characters is refused as binary.
cell_texts = st.text(st.sampled_from('ab,;\t|"\n é'), max_size=8)
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(cell_texts, min_size=width, max_size=width), max_size=6)
)


def written(table, delimiter=",", ending="\r\n", quoting=csv.QUOTE_MINIMAL) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    width = len(table[0]) if table else 2
    writer.writerows([[f"c{i}" for i in range(width)], *table])
    return out.getvalue().encode()


quotings = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])


def test_a_delimiter_that_cannot_read_the_header_is_none() -> None:
    with opened(b'"a","b"\n"\n;","\n;"\n', "t.csv") as records:
        assert records.parse(records.raw(0)).value == {"a": "\n;", "b": "\n;"}


@given(tables, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), quotings, st.integers(0, 3))
def test_well_formed_files_read_as_written_and_a_save_changes_nothing(
    table, delimiter, ending, quoting, first
):
    data = written(table, delimiter, ending, quoting)
    with opened(data, "t.csv", first) as records:
        values = [records.parse(raw) for raw in records.raws(0, len(records))]
        assert [list(parsed.value.values()) for parsed in values] == table
        assert not any(parsed.problems for parsed in values)
        assert saved(records, [Kept(0, len(records))]) == data
        before = data.split(b"\n")
        for i in range(len(records)):
            assert before[records.line(i) - 1].startswith(records.raw(i).split(b"\n")[0].removesuffix(b"\r"))
            assert records.row_at_line(records.line(i)) == i
            assert records.raw(i) == records.raws(i, i + 1)[0]


@given(tables.filter(bool), st.sampled_from(",\t"), st.data())
def test_an_edit_changes_one_cell(table, delimiter, data):
    content = written(table, delimiter)
    row = data.draw(st.integers(0, len(table) - 1))
    column = data.draw(st.integers(0, len(table[0]) - 1))
    old = table[row][column]
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    new = data.draw(cell_texts)
    with opened(content, "t.csv") as records:
        raw = records.raw(row)
        edited = records.edit(raw, [FieldEdit(f"c{column}", start, end, new)])
        before = records.raws(0, len(records))
        after = saved(records, [Kept(0, row), Replaced(row, edited), Kept(row + 1, len(records))])
    with opened(after, "t.csv") as records:
        raws = records.raws(0, len(records))
        got = [list(records.parse(raw).value.values()) for raw in raws]
    table[row][column] = old[:start] + new + old[end:]
    assert got == table
    assert raws[:row] + raws[row + 1 :] == before[:row] + before[row + 1 :]
    rules = grammar(delimiter.encode())
    one, two = rules.cells(before[row]), rules.cells(raws[row])
    for i in set(range(len(one))) - {column}:
        assert before[row][slice(*one[i])] == raws[row][slice(*two[i])]


@given(st.binary(max_size=60).map(lambda b: b.replace(b"\x00", b"")), st.integers(0, 2))
def test_any_bytes_are_read_to_the_end(noise, first):
    data = b"a,b\n" + noise
    with opened(data, "t.csv", first) as records:
        raws = records.raws(0, len(records))
        assert saved(records, [Kept(0, len(records))]) == data
        for raw in raws:
            parsed = records.parse(raw)
            assert parsed.value is not None or any(problem.fatal for problem in parsed.problems)
            if parsed.value is not None:
                assert records.update(raw, parsed.value) == raw
        # nothing but line endings and blank lines stands outside the records
        assert b"".join(raws).translate(None, b" \r\n\v\f") == noise.translate(None, b" \r\n\v\f")


@given(tables.filter(bool), st.data())
def test_truncation_anywhere_never_crashes(table, data):
    content = written(table)
    cut = data.draw(st.integers(1, len(content)))
    try:
        with opened(content[:cut], "t.csv") as records:
            for raw in records.raws(0, len(records)):
                records.parse(raw)
    except FtuiError:
        return  # so full of control characters that it is refused as binary, in one line


def test_an_unclosed_quote_costs_its_own_line_only():
    data = b'a,b\n1,2\n"open,3\n4,"5 ""x""\n6"\n"a"b,7\n8,9\n'
    with opened(data, "t.csv") as records:
        raws = records.raws(0, len(records))
        assert raws == [b"1,2", b'"open,3', b'4,"5 ""x""\n6"', b'"a"b,7', b"8,9"]
        assert [kinds(records, i) for i in range(5)] == [
            set(),
            {"unclosed-quote"},
            set(),
            {"unclosed-quote"},
            set(),
        ]
        assert [records.line(i) for i in range(5)] == [2, 3, 4, 6, 7]
        assert records.parse(raws[1]).value is None


def test_a_quote_that_is_open_to_the_end_of_a_large_file():
    body = b"".join(b"%d,text %d\n" % (i, i) for i in range(300_000))
    data = b"a,b\n" + body[:1_500_000] + b'\n"never closed,1\n' + body[1_500_000:]
    with opened(data, "t.csv") as records:
        bad = (
            [i for i in range(len(records)) if records.raw(i).startswith(b'"')] if len(records) < 10 else None
        )
        assert bad is None
        broken = records.raws(0, len(records)).index(b'"never closed,1')
        assert kinds(records, broken) == {"unclosed-quote"}
        assert records.raw(len(records) - 1) == b"299999,text 299999"
        assert saved(records, [Kept(0, len(records))]) == data


def test_a_long_quoted_cell_is_one_cell():
    text = 'line "one"\n' * 300_000
    data = written([["x", text], ["y", "z"]])
    with opened(data, "t.csv", first=1) as records:
        assert len(records) == 2
        assert records.parse(records.raw(0)).value == {"c0": "x", "c1": text}
        assert records.line(1) == 3 + 300_000
        edited = records.edit(records.raw(0), [FieldEdit("c1", len(text), len(text), "!")])
        assert edited == records.raw(0)[:-1] + b'!"'


def test_ragged_rows_are_padded_or_numbered_and_stay_editable():
    with opened(b"a,b,c\n1\n1,2,3,4,5\n", "t.csv") as records:
        short, long = records.raws(0, 2)
        assert records.parse(short).value == {"a": "1", "b": "", "c": ""}
        assert records.parse(long).value == {"a": "1", "b": "2", "c": "3", "column 4": "4", "column 5": "5"}
        assert kinds(records, 0) == kinds(records, 1) == {"ragged-row"}
        assert records.edit(short, [FieldEdit("c", 0, 0, "x")]) == b"1,,x"
        assert records.edit(long, [FieldEdit(field_path.format(["column 5"]), 0, 1, "x")]) == b"1,2,3,4,x"
        assert records.update(short, records.parse(short).value) == short


def test_only_the_touched_cell_changes_its_quoting():
    with opened(b'a,b,c\n"q",plain,"x""y" \n', "t.csv") as records:
        raw = records.raw(0)
        assert records.parse(raw).value == {"a": "q", "b": "plain", "c": 'x"y '}
        assert records.edit(raw, [FieldEdit("b", 5, 5, ", too")]) == b'"q","plain, too","x""y" '
        assert records.edit(raw, [FieldEdit("a", 0, 1, "Q")]) == b'"Q",plain,"x""y" '


def test_bytes_that_are_not_utf8_stay_beside_an_edit():
    with opened(b'a,b\n"x\xff ""y",caf\xe9\n', "t.csv") as records:
        raw = records.raw(0)
        assert kinds(records, 0) == {"invalid-utf8"}
        assert records.edit(raw, [FieldEdit("a", 3, 4, "Q")]) == b'"x\xff Qy",caf\xe9'
        assert records.edit(raw, [FieldEdit("b", 0, 1, "C")]) == b'"x\xff ""y",Caf\xe9'


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    data = b"\xef\xbb\xbftext,label\nx,y\n"
    with opened(data, "t.csv") as records:
        assert records.parse(records.raw(0)).value == {"text": "x", "label": "y"}
        assert saved(records, [Added(b"n,m"), Kept(0, 1)]) == b"\xef\xbb\xbftext,label\nn,m\nx,y\n"


@pytest.mark.parametrize("header", [b"a,b", b"a,b\n", b"a,b\r\n"])
def test_a_header_alone_is_a_table_without_rows(header):
    with opened(header, "t.csv") as records:
        assert len(records) == 0
        assert saved(records, []) == header
        after = saved(records, [Added(records.encode({"a": "1", "b": "x,y"}))])
    newline = b"\r\n" if header.endswith(b"\r\n") else b"\n"
    assert after == header.rstrip() + newline + b'1,"x,y"' + (newline if header.endswith(b"\n") else b"")


def test_column_names_are_made_unique():
    with opened(b"text,,text,text (2)\n1,2,3,4\n", "t.csv") as records:
        assert records.parse(records.raw(0)).value == {
            "text": "1",
            "column 2": "2",
            "text (3)": "3",
            "text (2)": "4",
        }


def test_a_new_row_never_looks_like_a_blank_line():
    with opened(b"a\nx\n\ny\n", "t.csv") as records:
        assert records.raws(0, 9) == [b"x", b"y"]
        assert records.line(1) == 4
        assert records.encode({"a": ""}) == b'""'
        assert records.edit(b"x", [FieldEdit("a", 0, 1, "")]) == b'""'
        assert saved(records, [Kept(1, 2)]) == b"a\n\ny\n"


def test_what_does_not_fit_is_refused():
    with opened(b"a,b\n1,2\n", "t.csv") as records:
        raw = records.raw(0)
        for field in ("c", "a.b", "[0]"):
            with pytest.raises(FtuiError):
                records.edit(raw, [FieldEdit(field, 0, 0, "x")])
        with pytest.raises(FtuiError):
            records.edit(raw, [FieldEdit("a", 0, 2, "x")])
        with pytest.raises(FtuiError):
            records.edit(b'"open', [FieldEdit("a", 0, 0, "x")])
        with pytest.raises(FtuiError):
            records.update(raw, {"a": "1", "z": "2"})


def test_the_bank_questions_read_as_the_csv_module_reads_them(shared_data):
    path = shared_data / "banking77" / "train.csv"
    with opened(path.read_bytes(), "train.csv") as records, path.open(newline="") as file:
        assert [records.parse(raw).value for raw in records.raws(0, len(records))] == list(
            csv.DictReader(file)
        )


def test_a_control_character_in_a_cell_stays() -> None:
    with opened(b"a,b\nx\x00y,z\n" + b"plain,text\n" * 20, "t.csv") as records:
        assert records.parse(records.raw(0)).value == {"a": "x\x00y", "b": "z"}
