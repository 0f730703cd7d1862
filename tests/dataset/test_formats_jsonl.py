"""JSON Lines: every line is a record or blank, and what is not touched is not changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Added, Kept, Replaced, WriteCancelled
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from tests.dataset.format_files import kinds, never, opened, quiet, saved
from tests.dataset.json_records import records as json_records
from tests.dataset.json_records import spell, spellings

BOM = b"\xef\xbb\xbf"
line_parts = st.sampled_from(
    [
        b'{"a":1}',
        b"{",
        b"[1]",
        b"",
        b" ",
        b"\t",
        b"\xff",
        b"x",
        BOM,
        "\u2028".encode(),
        b"\r",
        b"NaN",
        b'{"a":"\\ud800"}',
    ]
)
raw_files = st.lists(
    st.tuples(st.lists(line_parts, max_size=3).map(b"".join), st.sampled_from([b"\n", b"\r\n"])), max_size=12
)


def naive_rows(data: bytes) -> list[tuple[int, bytes]]:
    """(line, record) of a file, read in the plainest way."""
    lines = data.split(b"\n")
    ended = [line.removesuffix(b"\r") for line in lines[:-1]] + lines[-1:]
    blank = b" \t\r\v\f"
    return [
        (i + 1, line)
        for i, line in enumerate(ended)
        if (line.removeprefix(BOM) if i == 0 else line).strip(blank)
    ]  # fmt: skip


@given(raw_files, st.booleans(), st.integers(0, 5))
def test_every_line_is_a_record_or_blank_and_a_save_changes_nothing(lines, whole, first):
    data = b"".join(line + end for line, end in lines)
    data = data if whole else data.rstrip(b"\n")
    expected = naive_rows(data)
    if not expected:
        with pytest.raises(FtuiError), opened(data, first=1):
            pass
        return
    with opened(data, first=first) as records:
        assert [(records.line(i), records.raw(i)) for i in range(len(records))] == expected
        assert records.raws(0, len(records)) == [raw for _, raw in expected]
        assert [records.row_at_line(line) for line, _ in expected] == list(range(len(expected)))
        assert saved(records, [Kept(0, len(records))]) == data
        for raw in records.raws(0, len(records)):
            parsed = records.parse(raw)
            assert parsed.value is not None or any(problem.fatal for problem in parsed.problems)


@given(raw_files, st.booleans(), st.data())
def test_a_save_with_edits_changes_those_lines_only(lines, whole, data):
    content = b"".join(line + end for line, end in lines)
    content = content if whole else content.rstrip(b"\n")
    rows = naive_rows(content)
    if not rows:
        return
    actions = data.draw(st.lists(st.sampled_from("krdxa"), min_size=len(rows), max_size=len(rows)))
    pieces, expected = [], []
    for i, action in enumerate(actions):
        if action == "a":
            pieces.append(Added(b'{"new":1}'))
            expected.append(b'{"new":1}')
        if action in "kxa":
            pieces.append(Kept(i, i + 1))
            expected.append(rows[i][1])
        elif action == "r":
            pieces.append(Replaced(i, b'{"r":2}'))
            expected.append(b'{"r":2}')
    with opened(content) as records:
        after = saved(records, pieces)
    assert [row.replace(BOM, b"") for _, row in naive_rows(after)] == [
        row.replace(BOM, b"") for row in expected
    ]
    # a line without an ending can only be the last one, so that no two records ever share a line
    assert after.count(BOM + BOM) <= content.count(BOM + BOM)
    if actions.count("r") + actions.count("d") == 0:
        for line in content.split(b"\n"):
            assert line.removeprefix(BOM) in after


@given(st.lists(json_records, min_size=1, max_size=4), spellings)
def test_records_read_back_and_truncation_anywhere_never_crashes(values, spelling):
    data = b"\n".join(spell(value, spelling) for value in values)
    with opened(data) as records:
        assert [records.parse(raw).value for raw in records.raws(0, len(records))] == values
    for cut in range(1, len(data), max(1, len(data) // 15)):
        with opened(data[:cut]) as records:
            assert len(records) == len(naive_rows(data[:cut]))
            for i in range(len(records)):
                records.parse(records.raw(i))


@pytest.mark.parametrize(
    ("raw", "kind", "fatal"),
    [
        (b'{"a": NaN}', "nan", False),
        (b'{"a": -Infinity}', "nan", False),
        (b'{"a": 1e999}', "nan", False),
        (b'{"a": "\\ud83d"}', "lone-surrogate", False),
        (b'{"a": "\xff\xfe"}', "invalid-utf8", False),
        ('{"a": "x\u2028y"}'.encode(), "line-separator", False),
        (b'{"a": 1, "a": 2}', "duplicate-keys", False),
        (b'{"a": [{"b": ":", "c": {"d": 1, "d": 1}}]}', "duplicate-keys", False),
        (b'{"a" : 1,"a":2, "t": "x: y"}', "duplicate-keys", False),
        (b'{"a":1,"\\u0061":2}', "duplicate-keys", False),
        (b'{"a":123456789012345678901234567890}', "big-number", False),
        (b'{"a":' + b"9" * 5000 + b"}", "big-number", False),
        (b"[1, 2]", "not-an-object", True),
        (b'"text"', "not-an-object", True),
        (b"null", "not-an-object", True),
        (b'{"a": 1', "bad-json", True),
        (b'{"a": "\t"}', "bad-json", True),
        (b'{"a": 1} {"b": 2}', "bad-json", True),
        (b"\x00\x01", "bad-json", True),
        (b"[" * 100_000, "too-deep", True),
        (b'{"a":' * 700 + b"1" + b"}" * 700, "too-deep", True),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, "too-deep", True),
        (BOM + b'{"a": 1}', "byte-order-mark", False),
    ],
)
def test_each_fault_is_named(raw, kind, fatal):
    with opened(b'{"first": 1}\n' + raw + b'\n{"last": 1}') as records:
        assert len(records) == 3
        problems = records.parse(records.raw(1)).problems
        assert [p.kind for p in problems if p.kind == kind] == [kind]
        assert any(p.fatal for p in problems) == fatal
        assert not records.parse(records.raw(2)).problems


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1e30,"b":1.5}',
        b'{ "a" : ":" , "b" : [ ] }',
        b'{"a":18446744073709551615}',
        '{"é":"x: y","b":":"}'.encode(),
    ],
)
def test_clean_records_have_no_problems(raw):
    with opened(raw) as records:
        assert kinds(records, 0) == set()


def test_surrogates_and_replaced_bytes_stay_while_others_are_edited():
    raw = b'{"a": "x\\ud83dy", "b": "p\xffq\xe2\x82r"}'
    with opened(raw) as records:
        value = records.parse(raw).value
        assert value == {"a": "x\ud83dy", "b": "p\ufffdq\ufffdr"}
        edited = records.edit(raw, [FieldEdit("b", 2, 3, "Q"), FieldEdit("a", 0, 1, "X")])
        assert edited == b'{"a": "X\\ud83dy", "b": "p\xffQ\xe2\x82r"}'


def test_a_byte_order_mark_stays_at_the_top_whatever_happens_to_the_first_row():
    data = BOM + b'{"a":1}\n{"a":2}\n'
    with opened(data) as records:
        assert saved(records, [Kept(1, 2)]) == BOM + b'{"a":2}\n'
        assert saved(records, [Added(b"{}"), Kept(0, 2)]) == BOM + b'{}\n{"a":1}\n{"a":2}\n'
        assert saved(records, [Kept(0, 2), Added(records.raw(0))]) == data + b'{"a":1}\n'
        assert saved(records, [Replaced(0, b"{}"), Kept(1, 2)]) == b'{}\n{"a":2}\n'


def test_line_endings_and_the_missing_last_one_are_kept():
    with opened(b'{"a":1}\r\n\r\n{"a":2}\n{"a":3}') as records:
        assert saved(records, [Replaced(0, b"{}"), Kept(1, 3)]) == b'{}\r\n\r\n{"a":2}\n{"a":3}'
        assert saved(records, [Kept(1, 3)]) == b'\r\n{"a":2}\n{"a":3}'
        assert saved(records, [Kept(0, 3), Added(b"{}")]).endswith(b'{"a":3}\r\n{}')


def test_a_record_typed_with_line_breaks_stays_one_record():
    with opened(b'{"a":1}\n{"a":2}\n') as records:
        after = saved(records, [Replaced(0, b'{\n "a":\r\n 5\n}'), Kept(1, 2)])
    with opened(after) as records:
        assert [records.parse(raw).value for raw in records.raws(0, 9)] == [{"a": 5}, {"a": 2}]


def test_new_records_are_spelled_as_the_file_is():
    with opened(b'{"a":"\\u00e9","b":1}\n') as records:
        assert records.encode({"a": "ü", "b": [1, 2]}) == b'{"a":"\\u00fc","b":[1,2]}'
    with opened('{"a": "é", "b": 1}\n'.encode()) as records:
        assert records.encode({"a": "ü\ud800", "b": [1, 2]}) == '{"a": "ü\\ud800", "b": [1, 2]}'.encode()


def test_long_lines_and_many_chunks():
    rows = [{"i": i, "t": "x" * (i % 7 * 1000)} for i in range(3000)]
    rows.insert(1000, {"i": -1, "t": "é" * 5_000_000})
    data = b"".join(
        json.dumps(row).encode() + (b"\n\n" if i % 100 == 0 else b"\n") for i, row in enumerate(rows)
    )
    with opened(data) as records:
        assert [json.loads(raw) for raw in records.raws(0, len(records))] == rows
        assert [json.loads(records.raw(i))["i"] for i in (0, 999, 1000, 1001, 3000)] == [
            0,
            999,
            -1,
            1000,
            2999,
        ]
        assert records.line(3000) == 3001 + 30
        assert saved(records, [Kept(0, 1500), Kept(1500, 3001)]) == data


def test_the_file_as_opened_stays_readable_after_it_was_replaced(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n')
    records = open_records(path)
    (tmp_path / "b.jsonl").write_bytes(b'{"b":2}\n')
    (tmp_path / "b.jsonl").replace(path)
    records.first(1)
    assert records.raw(0) == b'{"a":1}'
    records.close()


def test_a_file_cut_short_by_another_program_is_one_clear_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n' * 10)
    records = open_records(path)
    records.first(1)
    path.write_bytes(b"{")
    with pytest.raises(FtuiError, match="cut this file short"):
        records.raw(5)
    records.close()


def test_cancelled_index_goes_on_later_and_a_cancelled_save_never_looks_finished(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n' * 400_000)
    records = open_records(path)
    records.first(10)
    calls: list[int] = []
    records.index(lambda done, total: calls.append(done), lambda: len(calls) >= 1)
    assert not records.complete
    with (tmp_path / "out").open("wb") as out, pytest.raises(WriteCancelled):
        records.write(out, [Kept(0, 5)], quiet, lambda: True)
    records.index(quiet, never)
    assert records.complete
    assert len(records) == 400_000
    with (tmp_path / "out").open("wb") as out:
        records.write(out, [Kept(0, 200_000), Replaced(200_000, b"{}"), Kept(200_001, 400_000)], quiet, never)
    assert (tmp_path / "out").read_bytes() == b'{"a":1}\n' * 200_000 + b"{}\n" + b'{"a":1}\n' * 199_999
    records.close()


def test_pieces_out_of_order_are_refused():
    with opened(b'{"a":1}\n{"a":2}\n') as records, pytest.raises(ValueError):
        saved(records, [Kept(1, 2), Kept(0, 1)])
