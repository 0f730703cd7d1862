"""Balancing: the wanted shares, rows byte for byte, and weights in the forms that trainers take."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.selection.balance import Balanced, Method, balance, shares_wanted, sizes, weights
from tests.selection.made_rows import labelled, lines, opened, write

COUNTS = {"billing": 60, "fraud": 5, "refund": 20}


def made(folder: Path, method: Method, to: str = "equal", seed: int = 0, name: str = "out.jsonl") -> Balanced:
    rows = [labelled(f"{label}{n}", label) for label, count in COUNTS.items() for n in range(count)]
    dataset, project = opened(write(folder / "rows.jsonl", rows))
    try:
        return balance(dataset, project, to, method, seed, folder / name)
    finally:
        dataset.close()


def classes(path: Path) -> dict[str, int]:
    return dict(Counter(json.loads(line)["label"] for line in lines(path)))


def test_oversampling_copies_rows_of_small_classes_and_loses_none(tmp_path: Path) -> None:
    found = made(tmp_path, "over")
    before, after = lines(tmp_path / "rows.jsonl"), Counter(lines(tmp_path / "out.jsonl"))
    assert classes(tmp_path / "out.jsonl") == {"billing": 60, "fraud": 60, "refund": 60} == found.after
    assert set(after) == set(before)
    copies = {n for line, n in after.items() if json.loads(line)["label"] == "refund"}
    assert copies == {3}
    assert any("12 times" in note for note in found.notes)


def test_undersampling_leaves_rows_out_in_their_order(tmp_path: Path) -> None:
    made(tmp_path, "under")
    before, after = lines(tmp_path / "rows.jsonl"), lines(tmp_path / "out.jsonl")
    assert classes(tmp_path / "out.jsonl") == {"billing": 5, "fraud": 5, "refund": 5}
    assert [line for line in before if line in set(after)] == after


def test_the_seed_decides_which_rows(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        made(tmp_path, "under", seed=seed, name=f"{name}.jsonl")
    assert lines(tmp_path / "one.jsonl") == lines(tmp_path / "again.jsonl") != lines(tmp_path / "two.jsonl")


def test_a_named_share_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    found = made(tmp_path, "over", "fraud=25%")
    share = {name: count / sum(found.after.values()) for name, count in found.after.items()}
    assert share["fraud"] == pytest.approx(0.25, abs=0.01)
    assert share["billing"] / share["refund"] == pytest.approx(3, rel=0.05)


def test_the_shares_of_another_file(tmp_path: Path) -> None:
    like = [labelled(f"p{n}", ("billing", "fraud")[n % 2]) for n in range(40)]
    like += [labelled(f"x{n}", "unknown") for n in range(10)]
    found = made(tmp_path, "under", str(write(tmp_path / "production.jsonl", like)))
    assert found.after == {"billing": 5, "fraud": 5, "refund": 0}
    assert any("unknown" in note for note in found.notes)


def test_weights_are_those_of_scikit_learn_in_the_order_of_the_classes(tmp_path: Path) -> None:
    told = made(tmp_path, "weights").as_json()["weights"]
    assert told["sklearn"] == {name: round(85 / (3 * count), 6) for name, count in sorted(COUNTS.items())}
    assert told["torch"] == [told["sklearn"][name] for name in ("billing", "fraud", "refund")]
    assert told["huggingface"]["id2label"] == {"0": "billing", "1": "fraud", "2": "refund"}
    assert not (tmp_path / "out.jsonl").exists()


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for to in ("nobody=0.2", "fraud=much", "fraud=1.2", "no-such-file.jsonl", "production"):
        with pytest.raises(FtuiError):
            made(tmp_path, "over", to)
    made(tmp_path, "over")
    with pytest.raises(FtuiError, match="this name already"):
        made(tmp_path, "over")


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 300), min_size=2),
    st.sampled_from(["over", "under"]),
)
def test_classes_come_to_equal_sizes(counts: dict[str, int], method: Method) -> None:
    equal = dict.fromkeys(counts, 1 / len(counts))
    after = sizes(counts, equal, method)
    assert max(after.values()) - min(after.values()) <= 1
    assert all(
        (after[name] >= counts[name]) if method == "over" else (after[name] <= counts[name]) for name in after
    )


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 300), min_size=2))
def test_weighted_rows_have_the_wanted_shares(counts: dict[str, int]) -> None:
    shares = {name: (place + 1.0) for place, name in enumerate(counts)}
    shares = {name: share / sum(shares.values()) for name, share in shares.items()}
    found = weights(counts, shares)
    total = sum(counts.values())
    for name, count in counts.items():
        assert found[name] * count / total == pytest.approx(shares[name], abs=1e-3)


def test_shares_may_name_every_class() -> None:
    from ftui.project.settings import Project

    shares, _ = shares_wanted("billing=0.5,fraud=0.2,refund=30%", COUNTS, Project(Path()))
    assert shares == pytest.approx({"billing": 0.5, "fraud": 0.2, "refund": 0.3})
