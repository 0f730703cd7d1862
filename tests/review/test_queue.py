"""What waits for a reviewer: once each output, models side by side, in an order that new samples do not disturb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.review.judging.queue import Filter, Item, items, same_outputs
from ftui.review.sample import text_hash
from ftui.review.store import Outline
from tests.review.reviewed import MODELS, fill, prompt, review, sample


def outline(
    number: int,
    model: str,
    output: str,
    *,
    k: int = 0,
    stratum: str = "random",
    page: str = "",
    stop: str = "end-token",
    flags: Sequence[str] = (),
) -> Outline:
    name = f"p{number}"
    return Outline(
        f"{name}-{model}-{page}-{k}", name, stratum, model, page, k, text_hash(name), text_hash(output), stop,
        tuple(flags),
    )  # fmt: skip


def names(found: Sequence[Item]) -> set[frozenset[str]]:
    return {frozenset(each.model for each in item.samples) for item in found}


def test_a_text_is_judged_once_however_many_models_gave_it() -> None:
    made = [
        outline(1, "a", "yes"),
        outline(1, "b", "yes"),
        outline(1, "b", "no", k=1),
        outline(2, "a", "yes"),
    ]
    found = items(made, "single", Filter(), 1)
    assert sorted(len(item.samples) for item in found) == [1, 1, 2]


def test_samples_that_were_cancelled_or_failed_wait_for_nobody() -> None:
    made = [outline(1, "a", "ye", stop="cancelled"), outline(1, "b", "", stop="error")]
    assert items(made, "single", Filter(), 1) == []
    assert items(made, "pair", Filter(), 1) == []


def test_the_first_samples_are_compared_then_the_second_ones() -> None:
    made = [outline(1, model, f"{model}{k}", k=k) for k in range(2) for model in "ab"]
    found = items(made, "pair", Filter(), 1)
    assert sorted([{each.number for each in item.samples} for item in found], key=min) == [{0}, {1}]
    assert names(found) == {frozenset("ab")}


def test_models_that_gave_one_text_are_not_compared_and_are_counted() -> None:
    made = [outline(1, "a", "yes"), outline(1, "b", "yes"), outline(2, "a", "yes"), outline(2, "b", "no")]
    assert len(items(made, "pair", Filter(), 1)) == 1
    assert same_outputs(made) == 1


@given(st.integers(2, 23), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_many_models_are_cut_into_groups_of_two_to_four(count: int, seed: int) -> None:
    made = [outline(1, f"m{n}", f"text {n}") for n in range(count)]
    sizes = [len(item.samples) for item in items(made, "pair", Filter(), seed)]
    assert sum(sizes) == count
    assert all(2 <= size <= 4 for size in sizes)
    assert len(sizes) == -(-count // 4)


def test_checkpoints_of_one_model_are_compared_as_models_are() -> None:
    made = [outline(1, "tuned", f"text {page}", page=page) for page in ("1", "2", "3")]
    (item,) = items(made, "pair", Filter(), 1)
    assert {each.page for each in item.samples} == {"1", "2", "3"}


@given(st.sets(st.integers(0, 200), min_size=1, max_size=40), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_new_samples_join_without_another_order_of_the_old(numbers: set[int], seed: int) -> None:
    def keys(which: Sequence[int]) -> list[bytes]:
        made = [outline(n, model, f"{model} {n}") for n in which for model in MODELS]
        return [item.key for item in items(made, "pair", Filter(), seed)]

    few = keys(sorted(numbers))
    more = keys([*sorted(numbers, reverse=True), *range(300, 320)])
    assert [key for key in more if key in few] == few


def test_another_seed_is_another_order() -> None:
    made = [outline(n, "a", str(n)) for n in range(30)]
    one, other = ([item.key for item in items(made, "single", Filter(), seed)] for seed in (1, 2))
    assert one != other
    assert sorted(one) == sorted(other)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(strata=frozenset({"edge"})), {2}),
        (Filter(flags=frozenset({"loop"})), {1}),
        (Filter(flags=frozenset({"loop"}), strata=frozenset({"edge"})), set()),
        (Filter(models=frozenset({"a", "b"})), {1, 2}),
        (Filter(models=frozenset({"a"})), set()),
    ],
)
def test_filters(wanted: Filter, expected: set[int]) -> None:
    made = [outline(1, model, model, flags=["loop"] if model == "b" else []) for model in "abc"]
    made += [outline(2, model, model, stratum="edge") for model in "abc"]
    found = items(made, "pair", wanted, 1)
    assert {int(item.prompt_id[1:]) for item in found} == expected
    if wanted.models and found:
        assert names(found) == {frozenset("ab")}


@given(
    st.frozensets(st.text(max_size=5)),
    st.frozensets(st.text(max_size=5)),
    st.sampled_from(["open", "judged", "all"]),
)
def test_a_filter_comes_back_from_its_note(
    strata: frozenset[str], flags: frozenset[str], judged: str
) -> None:
    made = Filter(strata, flags, frozenset({"m"}), judged)  # type: ignore[arg-type]
    assert Filter.of(made.plain()) == made


@pytest.mark.parametrize("note", [None, 3, [], {"judged": "x"}, {"strata": None}])
def test_a_note_that_says_nothing_filters_nothing(note: object) -> None:
    assert Filter.of(note) == Filter()


def test_the_outline_of_a_store_is_what_its_samples_say(tmp_path: Path) -> None:
    store = review(tmp_path, 4, flags={1: "loop"})
    fill(store, [1])
    store.add_samples([sample(prompt(2), "third", "text \udc80", index=3, page="epoch 1")])
    for short, whole in zip(store.outline(), store.samples(), strict=True):
        assert (short.sample_id, short.prompt_id, short.stratum, short.model, short.page, short.number) == (
            whole.sample_id, whole.prompt_id, whole.stratum, whole.model, whole.page, whole.index,
        )  # fmt: skip
        assert (short.prompt_hash, short.output_hash) == (whole.prompt_hash, whole.output_hash)
        assert short.stop_reason == whole.completion.stop_reason
        assert short.flags == tuple(flag.code for flag in whole.flags)


def test_probes_wait_only_for_who_asks_for_their_stratum() -> None:
    made = [
        outline(number, model, f"{model} says {number}", stratum=stratum)
        for number, stratum in enumerate(("random", "train-prefix", "benchmark-prefix"))
        for model in "ab"
    ]
    for mode in ("single", "pair"):
        for judged in ("open", "all"):
            assert {each.stratum for each in items(made, mode, Filter(judged=judged), 1)} == {"random"}  # type: ignore[arg-type]
        asked = items(made, mode, Filter(strata=frozenset({"train-prefix"})), 1)  # type: ignore[arg-type]
        assert {each.stratum for each in asked} == {"train-prefix"}
    same = [outline(4, model, "the same", stratum="train-prefix") for model in "ab"]
    assert same_outputs(same) == 0
