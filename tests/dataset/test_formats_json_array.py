"""JSON arrays: elements keep their bytes, the file keeps its layout, and what is broken costs one record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.formats.base import Added, Kept, Replaced
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from tests.dataset.format_files import opened, saved
from tests.dataset.json_records import records as json_records
from tests.dataset.json_records import spell, spellings, values

gaps = st.sampled_from(["", " ", "\n", "\r\n  ", "\n\t"])
layouts = st.sampled_from([None, 1, 2, 4, "\t"])


@given(st.lists(json_records, min_size=1, max_size=5), spellings, gaps, gaps, st.booleans())
def test_elements_are_found_in_any_spelling(elements, spelling, before, after, marked):
    body = (before + "," + after).encode().join(spell(element, spelling) for element in elements)
    data = (b"\xef\xbb\xbf" if marked else b"") + b" [" + after.encode() + body + before.encode() + b"]\n"
    with opened(data, "a.json", first=1) as records:
        raws = records.raws(0, len(records))
        assert [json.loads(raw) for raw in raws] == elements
        assert raws == [spell(element, spelling) for element in elements]
        assert saved(records, [Kept(0, len(records))]) == data
        found = [p.kind for raw in raws for p in records.parse(raw).problems]
        assert ("byte-order-mark" in found) == marked
        assert "bad-json" not in found


@given(st.lists(json_records, min_size=1, max_size=6), layouts, st.data())
def test_saving_with_edits_is_the_same_as_dumping_the_new_list(elements, indent, data):
    def dumped(value):
        return json.dumps(value, indent=indent, ensure_ascii=False).encode()

    actions = data.draw(st.lists(st.sampled_from("kkrda"), min_size=len(elements), max_size=len(elements)))
    expected: list[object] = []
    with opened(dumped(elements), "a.json") as records:
        pieces: list[object] = []
        for i, action in enumerate(actions):
            if action == "a":
                pieces.append(Added(records.encode({"new": ["x", 1]})))
                expected.append({"new": ["x", 1]})
            if action in "ka":
                pieces.append(Kept(i, i + 1))
                expected.append(elements[i])
            elif action == "r":
                changed = {**elements[i], "changed": "é"}
                pieces.append(Replaced(i, records.update(records.raw(i), changed)))
                expected.append(changed)
        after = saved(records, pieces)
        styled = any(len(element) > 1 for element in elements)
    assert json.loads(after) == expected
    if styled and len(elements) > 1 and expected and "r" not in actions:
        assert after == dumped(expected)


@given(st.lists(values, max_size=3), st.data())
def test_truncation_anywhere_never_crashes(elements, data):
    content = json.dumps([{"a": 1}, *elements], indent=data.draw(layouts)).encode()
    cut = data.draw(st.integers(1, len(content)))
    try:
        with opened(content[:cut], "a.json") as records:
            assert saved(records, [Kept(0, len(records))]) == content[:cut]
            raws = records.raws(0, len(records))
            if cut < len(content) and raws:
                assert records.parse(raws[-1]).problems
    except FtuiError:
        assert not content[:cut].strip(b"[ \n\t")


@given(st.binary(max_size=60), st.sampled_from([b"[", b'{"a":[{"x":1},', b'[{"a":1},\n']))
def test_any_bytes_are_read_to_the_end(noise, start):
    data = start + noise
    try:
        with opened(data, "a.json") as records:
            assert saved(records, [Kept(0, len(records))]) == data
            for raw in records.raws(0, len(records)):
                parsed = records.parse(raw)
                assert parsed.value is not None or any(problem.fatal for problem in parsed.problems)
    except FtuiError:
        pass


def rows_and_kinds(data: bytes) -> list[tuple[object, list[str]]]:
    with opened(data, "a.json") as records:
        parsed = [records.parse(raw) for raw in records.raws(0, len(records))]
        assert saved(records, [Kept(0, len(records))]) == data
    return [(p.value, [problem.kind for problem in p.problems]) for p in parsed]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"t": "two"', '"t": "two'),
        ('"t": "two"', '"t": two"'),
        ('"t": "two"', '"t" "two"'),
        ('"t": "two"', '"t": "tw"o"'),
        ('"t": "two"', '"t": "t\nwo"'),
        ('"t": "two"', '"t": ["two"'),
        ('"t": "two"', '"t": {"two"'),
        ('"t": "two"', '"t": "two"]'),
        ('"t": "two"', '"t": "two",'),
        ('"t": "two"', '"t": "\\x"'),
    ],
)
def test_a_broken_element_costs_one_record(indent, good, bad):
    elements = [
        {"n": i, "t": word, "l": [{"n": 0}]} for i, word in enumerate(["one", "two", "three", "four"])
    ]
    data = json.dumps(elements, indent=indent).replace(good, bad).encode()
    found = rows_and_kinds(data)
    assert [value for value, _ in found] == [elements[0], None, *elements[2:]]
    assert [kind for _, kind in found] == [[], ["bad-json"], [], []]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("place", [0, 3])
def test_a_broken_first_or_last_element_costs_one_record(indent, place):
    elements = [{"n": i, "t": f"w{i}"} for i in range(4)]
    data = json.dumps(elements, indent=indent).replace(f'"w{place}"', f'"w{place}').encode()
    found = [value for value, _ in rows_and_kinds(data)]
    assert found == [None if i == place else element for i, element in enumerate(elements)]


@pytest.mark.parametrize("indent", [None, 2])
def test_each_of_many_broken_elements_is_a_record(indent):
    elements = [{"n": i, "t": f"w{i}"} for i in range(9)]
    data = json.dumps(elements, indent=indent).replace('"t": "', '"t": ').encode()
    assert [value for value, _ in rows_and_kinds(data)] == [None] * 9


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b'[{"a":1} {"a":2}]', [[], ["bad-json"]]),
        (b'[{"a":1},{"a":2},]', [[], ["bad-json"]]),
        (b'[{"a":1},,{"a":2}]', [["bad-json"], []]),
        (b'[{"a":1},{"a":2}', [[], ["bad-json"]]),
        (b'[{"a":1},{"a":2}] {"a":3}', [[], ["bad-json"]]),
        (b'[{"a":1},{"a":2,"a":2}]', [[], ["duplicate-keys"]]),
        (b'[{"a":1},"text",3]', [[], ["not-an-object"], ["not-an-object"]]),
    ],
)
def test_what_is_wrong_around_elements_is_named(data, faults):
    assert [kind for _, kind in rows_and_kinds(data)] == faults


SPLITS = {"train": [["a", "x"], ["b", "y"]], "note": {"n": [1, 2]}, "val": [], "test": [["c", "x"]]}


@pytest.mark.parametrize("indent", [None, 4])
def test_an_object_of_arrays_has_sections(indent):
    data = json.dumps(SPLITS, indent=indent).encode()
    with opened(data, "a.json") as records:
        assert [(s.name, s.start, s.stop) for s in records.sections] == [
            ("train", 0, 2), ("val", 2, 2), ("test", 2, 3)]  # fmt: skip
        assert [records.parse(raw).value for raw in records.raws(0, 3)] == [*SPLITS["train"], *SPLITS["test"]]
        new = records.encode(["n", "z"])
        after = saved(
            records, [Kept(0, 1), Added(new, "train"), Added(new, "val"), Kept(2, 3), Added(new, "test")]
        )
        expected = {
            "train": [["a", "x"], ["n", "z"]],
            "note": SPLITS["note"],
            "val": [["n", "z"]],
            "test": [["c", "x"], ["n", "z"]],
        }
        assert after == json.dumps(expected, indent=indent).encode()
        emptied = saved(records, [Kept(0, 2)])
        assert emptied == json.dumps({**SPLITS, "test": []}, indent=indent).encode()
        edited = records.edit(records.raw(2), [FieldEdit("[0]", 0, 1, "C")])
        assert saved(records, [Kept(0, 2), Replaced(2, edited)]) == data.replace(b'"c"', b'"C"')


def test_lines_are_those_of_the_file():
    data = json.dumps([{"n": i, "t": "x"} for i in range(9)], indent=1).encode()
    with opened(data, "a.json") as records:
        assert [records.line(i) for i in range(9)] == [2 + 4 * i for i in range(9)]
        assert records.row_at_line(1) == 0
        assert [records.row_at_line(line) for line in (2, 5, 6, 400)] == [0, 0, 1, 8]
    with opened(b'[{"a":1},{"a":2},\n{"a":3}]', "a.json") as records:
        assert [records.line(i) for i in range(3)] == [1, 1, 2]


def test_an_object_without_arrays_of_rows_is_one_record():
    data = b'{\n  "a": "x",\n  "tags": ["p", "q"]\n}\n'
    with opened(data, "a.json") as records:
        assert [records.parse(raw).value for raw in records.raws(0, 9)] == [json.loads(data)]
        edited = records.edit(records.raw(0), [FieldEdit("a", 0, 1, "y")])
        assert saved(records, [Replaced(0, edited)]) == data.replace(b'"x"', b'"y"')
        with pytest.raises(FtuiError):
            records.encode({"a": 1})


def test_large_elements_and_many_chunks():
    elements = [{"n": i, "t": "x" * (i % 50 * 100), "deep": [[[[[[[i]]]]]]]} for i in range(2000)]
    elements[700]["t"] = "é\n" * 2_000_000
    data = json.dumps(elements, indent=1).encode()
    with opened(data, "a.json") as records:
        assert [json.loads(raw) for raw in records.raws(0, len(records))] == elements
        assert saved(records, [Kept(0, 2000)]) == data


@pytest.mark.parametrize("data", [b"[]", b"[ \n ]", b"["])
def test_an_empty_array_says_so(data):
    with pytest.raises(FtuiError), opened(data, "a.json"):
        pass


@pytest.mark.parametrize("data", [b"{}", b'{"tags": []}'])
def test_an_object_is_a_record_even_if_it_holds_nothing(data):
    assert rows_and_kinds(data) == [(json.loads(data), [])]


def test_the_intent_file_keeps_its_layout(shared_data):
    data = (shared_data / "clinc150" / "data_imbalanced.json").read_bytes()
    with opened(data, "a.json") as records:
        everything = json.loads(data)
        assert [s.name for s in records.sections] == list(everything)
        for s in records.sections:
            assert [records.parse(raw).value for raw in records.raws(s.start, s.stop)] == everything[s.name]
        edited = records.edit(records.raw(5), [FieldEdit("[0]", 0, 0, "Please ")])
        after = saved(records, [Kept(0, 5), Replaced(5, edited), Kept(6, len(records))])
    changed = [(a, b) for a, b in zip(data.split(b"\n"), after.split(b"\n"), strict=True) if a != b]
    assert len(changed) == 1
