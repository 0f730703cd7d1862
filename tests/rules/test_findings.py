"""Places, ids and keys of findings."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.record import Parsed
from ftui.rules.findings import (
    FilePlace,
    Located,
    content_digest,
    content_of_key,
    ids_of,
    key_of,
    order,
    plain,
)
from ftui.rules.rule import Finding

VALUES = st.dictionaries(
    st.text(max_size=5), st.one_of(st.text(max_size=10), st.integers(), st.booleans(), st.none()), max_size=5
)


def located(**what: object) -> Located:
    known: dict[str, object] = {
        "id": "i", "key": "k", "code": "STP001", "name": "n", "severity": "error",
        "place": FilePlace("a.jsonl", "train", 1, 2, 0), "field": "output", "start": 0, "end": 1, "message": "m",
    }  # fmt: skip
    return Located(**(known | what))  # type: ignore[arg-type]


@given(VALUES)
def test_the_content_is_the_same_in_any_key_order(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert content_digest(Parsed(value), b"a") == content_digest(Parsed(turned), b"b")


@given(VALUES, VALUES)
def test_other_content_has_another_digest(one: dict[str, object], other: dict[str, object]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (content_digest(Parsed(one), b"") == content_digest(Parsed(other), b"")) == same


def test_what_json_in_utf8_cannot_hold_has_a_digest_too() -> None:
    digests = {
        content_digest(Parsed({"a": text}), b"")
        for text in ("\ud800", "\udc00", 10**30, 10**31, "a", float("nan"))
    }
    assert len(digests) == 6


def test_an_unreadable_row_is_its_bytes() -> None:
    assert content_digest(Parsed(None), b"{a") != content_digest(Parsed(None), b"{b")


def test_a_key_tells_its_code_and_content() -> None:
    digest = content_digest(Parsed({"a": 1}), b"")
    key = key_of("STP001", "messages[2].content", digest)
    assert content_of_key(key) == ("STP001", digest)
    assert key != key_of("STP001", "messages[3].content", digest)
    assert content_of_key("nonsense") == ("", "")


def test_ids_are_unique_in_a_row_and_the_same_in_every_run() -> None:
    place = FilePlace("a.jsonl", "train", 1, 2, 0)
    findings = [
        Finding("STP005", "m", "output", 0, 5),
        Finding("STP005", "m", "output", 0, 5),
        Finding("STP001", "m"),
    ]
    ids = ids_of(findings, place)
    assert len(set(ids)) == 3
    assert ids == ids_of(findings, place)
    assert not set(ids) & set(ids_of(findings, FilePlace("a.jsonl", "train", 2, 3, 0)))


def test_turns_sort_by_number_and_the_whole_file_first() -> None:
    places = [
        located(field="messages[10].content"),
        located(field="messages[2].content"),
        located(field=""),
        located(place=FilePlace("a.jsonl", "train", None, None, 0), field=""),
    ]
    assert sorted(places, key=order) == [places[3], places[2], places[1], places[0]]


def test_a_finding_is_plain_json() -> None:
    one = located(evidence=plain({"rows": np.arange(2), "set": {2, 1}, "deep": {"t": (1, np.float64(0.5))}}))
    text = json.dumps(one.as_json())
    assert json.loads(text)["evidence"] == {"rows": [0, 1], "set": [1, 2], "deep": {"t": [1, 0.5]}}
    assert set(one.as_json()) == {
        "id", "key", "code", "name", "severity", "path", "split", "row", "line", "field", "start", "end", "message",
        "evidence", "related", "fix",
    }  # fmt: skip
