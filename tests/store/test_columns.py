"""Changes survive the journal's compressed columns unchanged, and stay small."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from ftui.store.columns import decode, encode
from ftui.store.entry import Accepted, Deleted, Inserted, Marked, Raw, Splice, Splices

texts = st.text(st.characters(codec=None, categories=None), max_size=20)
splices = st.builds(
    lambda field, start, length, text: Splice(field, start, start + length, text),
    texts,
    st.integers(0, 2**31),
    st.integers(0, 1000),
    texts,
)
edits = st.dictionaries(st.integers(0, 2**41), st.lists(splices, min_size=1, max_size=3), max_size=8)


@given(edits, st.binary(max_size=64))
def test_splices_come_back(edits: dict[int, list[Splice]], before: bytes) -> None:
    change = Splices.of("a.jsonl", sorted(edits.items()), before)
    back = decode(*encode(change), "a.jsonl")
    assert isinstance(back, Splices)
    assert list(back) == sorted(edits.items())
    assert back.before == before
    assert all(back.at(row) == edit for row, edit in edits.items())
    assert list(back.touched()) == sorted(edits)


@given(st.lists(st.integers(0, 2**41), unique=True).map(sorted), st.binary(max_size=40), st.booleans())
def test_the_other_changes_come_back(rows: list[int], raw: bytes, on: bool) -> None:
    packed = array("q", rows)
    for change in (
        Raw("p", 7, raw, b"12345678"),
        Deleted("p", packed, raw),
        Inserted("p", 1 << 40, -1, raw, b""),
        Accepted("key", "STP001", None, "because \ud83d"),
        Marked("p", packed, on, raw),
    ):
        assert decode(*encode(change), "p") == change


def test_a_fix_of_every_row_is_small() -> None:
    rows = 100_000
    change = Splices.of(
        "p", ((row, [Splice("output", 300 + row % 97, 300 + row % 97, "### End")]) for row in range(rows))
    )
    _, payload = encode(change)
    assert len(payload) < 2 * rows
    assert decode("splices", payload, "p").at(99_999)[0].text == "### End"  # type: ignore[union-attr]
