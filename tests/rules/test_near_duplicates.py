"""The near-duplicate search: words, shingles, signatures, groups, and recall against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.rules.row_index.near_duplicates import BUCKET, candidates, components, equal, group
from ftui.rules.row_index.shingles import is_member, mix, sequence_hash, shingles_of, signatures, words_of
from tests.benchmarks.near_duplicate_recall import (
    gpteacher,
    index_of,
    plain_words,
    recalls,
    searched,
    synthetic,
)

TEXTS = st.text(st.characters(max_codepoint=0x2FF), max_size=60)


@given(st.lists(TEXTS, max_size=8))
def test_words_are_the_runs_of_letters_and_digits(texts: list[str]) -> None:
    texts = [text.replace("İ", "i") for text in texts]  # its lower case is two characters
    hashes, offsets = words_of(texts)
    known: dict[str, int] = {}
    for number, text in enumerate(texts):
        mine = hashes[offsets[number] : offsets[number + 1]].tolist()
        words = plain_words(text)
        assert len(mine) == len(words)
        for word, value in zip(words, mine, strict=True):
            assert known.setdefault(word, value) == value
    assert len(set(known.values())) == len(known)


def test_ascii_and_other_texts_give_one_word_one_hash() -> None:
    ascii_alone, mixed = words_of(["Plain words only"]), words_of(["plain WORDS only", "Übergröße — “plain”"])
    assert ascii_alone.hashes.tolist() == mixed.hashes[:3].tolist()
    assert mixed.hashes[4] == ascii_alone.hashes[0]


def test_ideographs_are_words_of_one_character() -> None:
    assert np.diff(words_of(["你好世界", "ab你c", "𠀀𠀁", "かな"]).offsets).tolist() == [4, 3, 2, 2]


def test_a_text_longer_than_a_block_is_hashed_like_a_short_one() -> None:
    long = "word " * 500_000 + "end"
    hashes, offsets = words_of(["word end", long, "end"])
    assert np.diff(offsets).tolist() == [2, 500_001, 1]
    assert len(set(hashes.tolist())) == 2
    assert hashes[-1] == hashes[1]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6))
def test_shingles_are_runs_of_three_words_within_a_text(texts: list[list[str]]) -> None:
    shingles, offsets = shingles_of(words_of([" ".join(text) for text in texts]))
    known: dict[tuple[str, ...], int] = {}
    for number, text in enumerate(texts):
        runs = list(zip(text, text[1:], text[2:], strict=False))
        mine = shingles[offsets[number] : offsets[number + 1]].tolist()
        assert len(mine) == len(runs)
        for run, value in zip(runs, mine, strict=True):
            assert known.setdefault(run, value) == value
    assert len(set(known.values())) == len(known)


def test_the_order_of_words_counts_in_the_sequence() -> None:
    one, again, other, longer = sequence_hash(words_of(["a b", "A, b!", "b a", "a b b"])).tolist()
    assert one == again
    assert len({one, other, longer}) == 3


def test_the_signature_of_the_whole_is_that_of_the_union() -> None:
    source = np.random.default_rng(3)
    parts = [source.integers(1, 1 << 32, size, dtype=np.uint32) for size in (7, 2, 30)]
    split = signatures(np.concatenate(parts), np.array([0, 7, 9, 39]))
    joined = signatures(np.concatenate(parts), np.array([0, 39, 39, 39]))
    assert split[2].tolist() == joined[0].tolist()
    assert split[0].tolist() != joined[0].tolist()


def test_signatures_agree_as_often_as_sets_overlap() -> None:
    source = np.random.default_rng(5)
    agreed = []
    for _ in range(200):
        shared, one, other = (source.integers(1, 1 << 32, size, dtype=np.uint32) for size in (80, 10, 10))
        flat = np.concatenate([shared, one, shared, other])
        sign = signatures(flat, np.array([0, 90, 90, 90, 180, 180, 180]))[0]
        agreed.append((sign[:, 0] == sign[:, 1]).mean())
    assert np.mean(agreed) == pytest.approx(0.8, abs=0.02)
    assert np.std(agreed) == pytest.approx((0.8 * 0.2 / 64) ** 0.5, abs=0.015)


@given(st.lists(st.integers(1, 1 << 31), max_size=50), st.sets(st.integers(1, 1 << 31), max_size=9))
def test_members_are_found_behind_the_table(values: list[int], members: set[int]) -> None:
    values = [*values, *members]
    found = is_member(np.array(values, np.uint32), np.array(sorted(members), np.uint32))
    assert found.tolist() == [value in members for value in values]


@settings(deadline=None)
@given(
    st.integers(1, 30).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))
    )
)
def test_components_join_what_pairs_join(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = graph
    label = list(range(count))
    for _ in range(count):
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    ends = np.array(edges, np.int64).reshape(-1, 2)
    assert components(count, ends[:, 0], ends[:, 1]).tolist() == label


@given(st.lists(st.integers(0, 5)))
def test_equal_keys_are_one_group_named_by_its_first_row(keys: list[int]) -> None:
    same = equal(np.array(keys, np.uint64))
    assert [keys[first] for first in same.first[same.group]] == keys
    assert [keys.index(key) for key in keys] == same.first[same.group].tolist()
    assert [keys.count(key) for key in keys] == same.size[same.group].tolist()


def test_a_group_names_its_first_row_and_for_each_row_the_nearest() -> None:
    a, b = np.array([3, 7, 3]), np.array([7, 9, 12])
    groups = group(a, b, np.array([0.8, 0.95, 0.9], np.float32))
    assert groups.row.tolist() == [3, 7, 9, 12]
    assert groups.original.tolist() == [3, 3, 3, 3]
    assert groups.nearest.tolist() == [12, 9, 7, 3]
    assert groups.others.tolist() == [7, 9, 12]
    assert groups.members(3).tolist() == [3, 7, 9, 12]


def test_of_a_large_bucket_each_text_is_compared_with_the_next() -> None:
    size = BUCKET + 50
    a, b = candidates(size, lambda band: np.full(size, band, np.uint64), lambda: None)
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(i, i + 1) for i in range(size - 1)]
    small = 10
    a, _ = candidates(small, lambda band: np.full(small, band, np.uint64), lambda: None)
    assert len(a) == small * (small - 1) // 2


def test_buckets_are_those_of_equal_keys_in_some_band() -> None:
    source = np.random.default_rng(7)
    keys = source.integers(0, 3_000, (16, 500)).astype(np.uint64)
    a, b = candidates(500, lambda band: mix(keys[band]), lambda: None)
    expected = {(i, j) for i in range(500) for j in range(i + 1, 500) if (keys[:, i] == keys[:, j]).any()}
    assert set(zip(a.tolist(), b.tolist(), strict=True)) == expected


def test_a_shared_frame_makes_no_duplicates() -> None:
    frame = (
        "you are a careful helper and you answer every question that is asked of you in one short sentence"
    )
    rows = [
        (f"{frame} {word} {word}s {word}ly", f"about {word} one can say much") for word in made_words(300)
    ]
    index = index_of(rows)
    assert searched(index, "prompt") == set()
    near = rows[7][0], rows[7][1]
    assert searched(index_of([*rows, (f"{near[0]}!", near[1])]), "prompt") == {7, 300}


def made_words(count: int) -> list[str]:
    consonants = "bcdfghklmnprstvz"
    return [f"{a}a{b}i{c}o" for a in consonants for b in consonants for c in consonants][:count]


def test_recall_on_synthetic_rows() -> None:
    for found in recalls(synthetic(1_500)):
        assert found.true > 100
        assert found.recall >= 0.99, found
        assert found.precision == 1.0, found


def test_recall_on_real_rows_with_boilerplate(shared_data: Path) -> None:
    for found in recalls(gpteacher(shared_data, 1_500)):
        assert found.true > 40
        assert found.recall >= 0.99, found
        assert found.precision == 1.0, found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_recall_on_5000_synthetic_rows(seed: int) -> None:
    for found in recalls(synthetic(5_000, seed)):
        assert found.recall >= 0.99, found


@pytest.mark.slow
def test_recall_on_5000_real_rows(shared_data: Path) -> None:
    for found in recalls(gpteacher(shared_data, 5_000)):
        assert found.recall >= 0.99, found
