"""Byte-span edits of JSON records: only the bytes of what changed change."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset import field_path, json_spans, json_text
from ftui.dataset.json_style import Style
from ftui.dataset.json_update import set_value, update
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from tests.dataset.json_records import records, spell, spellings, text_fields, texts, values


@given(records, spellings, texts, st.data())
def test_an_edit_changes_the_text_and_no_byte_elsewhere(record, spelling, new, data):
    raw = spell(record, spelling)
    fields = text_fields(record)
    if not fields:
        return
    path, old = data.draw(st.sampled_from(fields))
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    field = field_path.format(path)
    edited = json_spans.replace_text(raw, field, start, end, new)
    assert field_path.get(json.loads(edited), field) == old[:start] + new + old[end:]
    before, after = json_spans.value_span(raw, field), json_spans.value_span(edited, field)
    assert edited[: after.start] == raw[: before.start]
    assert edited[after.end :] == raw[before.end :]
    # within the token: what stands before and after the characters keeps its spelling
    left, right = json_text.byte_offsets(raw[before.start + 1 : before.end - 1], [start, end])
    token = edited[after.start + 1 : after.end - 1]
    assert token.startswith(raw[before.start + 1 :][:left])
    assert token.endswith(raw[before.start + 1 + right : before.end - 1])


@given(records, spellings, values, st.data())
def test_update_reads_as_the_new_value_and_keeps_what_is_the_same(record, spelling, new, data):
    raw = spell(record, spelling)
    assert update(raw, record) == raw
    changed = dict(record)
    key = data.draw(st.sampled_from([*record, "new key"]))
    changed[key] = new
    edited = update(raw, changed)
    assert json.loads(edited) == changed
    for other in record.keys() - {key}:
        field = field_path.format((other,))
        one, two = json_spans.value_span(raw, field), json_spans.value_span(edited, field)
        assert raw[one.start : one.end] == edited[two.start : two.end]


@given(st.lists(values, max_size=5), st.lists(values, max_size=5), spellings)
def test_update_of_lists(old, new, spelling):
    raw = spell({"a": old}, spelling)
    assert json.loads(update(raw, {"a": new})) == {"a": new}


@given(st.lists(st.one_of(st.text("abé\x00", max_size=3).map(lambda s: s.encode()), st.sampled_from([
    b"\xff", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80", b"\xed\xa0\x80", b"\\n", b"\\u00e9", b"\\ud83d\\ude00", b"\\ud800",
])), max_size=12), st.data())  # fmt: skip
def test_characters_map_to_bytes_where_bytes_are_not_utf8(pieces, data):
    body = b"".join(pieces).replace(b"\x00", b"")
    text = json_text.decode(b'"' + body + b'"')
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = json_text.byte_offsets(body, [start, end])
    edited = json_text.replace(b'"' + body + b'"', [(start, end, "XYZ")], False)
    assert edited == b'"' + body[:left] + b"XYZ" + body[right:] + b'"'
    assert json_text.decode(b'"' + body[:left] + b'X"') == text[:start] + "X"


def test_spelling_of_untouched_parts_stays():
    start = b'\xef\xbb\xbf {"n": 1.10, "a" :1e3,'
    raw = start + b'"t":"caf\\u00e9 \\/ \\ud83d\\ude00!", "big": 123456789012345678901234, "x": NaN}'
    edited = json_spans.replace_text(raw, "t", 7, 8, "?")
    assert edited == raw.replace(b"\\ud83d\\ude00", b"?")
    assert json_spans.replace_text(raw, "t", 0, 0, "ü") == raw.replace(b'"caf', b'"\\u00fccaf')
    assert json_spans.replace_text(raw, "t", 0, 9, "café / 😀?") == raw.replace(b"!", b"?")
    assert json_spans.replace_text(raw, "t", 0, 9, "Café / 😀?") == raw.replace(b"!", b"?").replace(
        b"caf", b"Caf"
    )


def test_new_letters_follow_the_record_then_the_file():
    assert json_spans.replace_text(b'{"a":"x"}', "a", 1, 1, "é") == '{"a":"xé"}'.encode()
    assert (
        json_spans.replace_text(b'{"a":"x"}', "a", 1, 1, "é", Style(ascii_only=True)) == b'{"a":"x\\u00e9"}'
    )
    assert (
        json_spans.replace_text('{"a":"è"}'.encode(), "a", 1, 1, "é", Style(ascii_only=True))
        == '{"a":"èé"}'.encode()
    )
    assert json_spans.replace_text(b'{"a":"\\\\u00e9"}', "a", 0, 0, "é") == '{"a":"é\\\\u00e9"}'.encode()


def test_of_repeated_keys_the_last_one_is_edited():
    assert json_spans.replace_text(b'{"a":"1","a":"2"}', "a", 0, 1, "3") == b'{"a":"1","a":"3"}'


def test_several_edits_of_one_record_refer_to_the_text_before():
    raw = b'{"a":"one two three","b":["x"]}'
    edits = [FieldEdit("a", 8, 13, "3"), FieldEdit("b[0]", 0, 1, "y"), FieldEdit("a", 0, 3, "1")]
    assert json_spans.replace_texts(raw, edits) == b'{"a":"1 two 3","b":["y"]}'


@pytest.mark.parametrize("field", ["b", "a.b", "a[0]", "n", "l[1]", "l.x"])
def test_an_edit_that_cannot_be_done_says_so(field):
    with pytest.raises(FtuiError):
        json_spans.replace_text(b'{"a":"x","n":5,"l":["y"]}', field, 0, 1, "z")
    with pytest.raises(FtuiError):
        json_spans.replace_text(b'{"a":"x"}', "a", 0, 2, "z")


def test_turns_are_added_and_removed_as_their_neighbours_are_written():
    raw = (
        b'{"messages": [\n  {"role": "user", "content": "a"},\n  {"role": "x", "content": "b"}\n], "k": 1.0}'
    )
    value = json.loads(raw)
    longer = {**value, "messages": [*value["messages"], {"role": "user", "content": "c"}]}
    grown = update(raw, longer)
    assert grown == raw.replace(b'"b"}\n', b'"b"},\n  {"role": "user", "content": "c"}\n')
    assert update(grown, value) == raw
    assert set_value(raw, "messages[1].role", "assistant") == raw.replace(b'"x"', b'"assistant"')


def test_indented_records_stay_indented():
    raw = json.dumps({"a": [{"b": 1}, {"b": 2}], "e": []}, indent=4).encode()
    new = {"a": [{"b": 1}, {"b": 3, "c": [1, 2]}, {"b": 2}], "e": [], "d": {"x": None}}
    assert update(raw, new) == json.dumps({**new, "a": new["a"]}, indent=4).encode()
    assert json.loads(update(raw, {**new, "e": [1, 2]}))["e"] == [1, 2]


def test_a_long_string_is_edited_in_one_go():
    for unit in ("x", "\\n", "\\u00e9", "é"):
        body = unit.encode() * 2_000_000
        raw = b'{"a":"' + body + b'"}'
        size = len(json.loads(raw)["a"])
        assert json_spans.replace_text(raw, "a", size, size, "!") == raw[:-2] + b'!"}'
        half = len(body) // 2
        assert (
            json_spans.replace_text(raw, "a", size // 2, size // 2, "!")
            == raw[: 6 + half] + b"!" + raw[6 + half :]
        )


@given(st.lists(st.one_of(texts, st.integers(0, 99)), max_size=5))
def test_field_paths_come_back(steps):
    assert field_path.parse(field_path.format(steps)) == tuple(steps)


@pytest.mark.parametrize("field", ["a..b", "a[", "a[x]", "a]", ".a", "a.", 'a["b'])
def test_what_is_no_field_path_is_refused(field):
    with pytest.raises(ValueError):
        field_path.parse(field)
