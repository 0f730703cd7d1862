"""What a job writes of a model that changes under it: its file, its threads, its process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.backends.backend import BackendDiedError, Request
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.review.sampling.job import Order
from ftui.review.sampling.job_events import ModelFailed
from ftui.review.sampling.job_tasks import Entry, Question
from ftui.review.store import ReviewStore
from tests.review.fake_backend import FakeBackend
from tests.review.test_job import Bench, settings


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


@pytest.mark.parametrize("which", ["base.gguf", "lora.gguf"])
def test_outputs_of_a_file_that_was_written_over_are_not_kept(
    bench: Bench, store: ReviewStore, which: str
) -> None:
    entry, other = bench.entry("tuned", adapter="lora.gguf"), bench.entry("other")

    def write(request: Request) -> None:
        if len(bench.backends["tuned"].requests) == 3:
            (bench.root / which).write_text("the next checkpoint")

    bench.backends["tuned"] = FakeBackend(on_sample=write)
    done = bench.run(store, [entry, other])
    assert [each.model for each in store.samples()] == ["tuned"] * 2 + ["other"] * 5
    assert list(done.failed) == ["tuned"]
    (told,) = bench.heard(ModelFailed)
    assert told.reason == f"{bench.root / which} was written over while it was sampled"
    bench.backends.clear()
    again = bench.run(store, [entry])
    assert (again.total, again.failed) == (5, {}), "the new file is another model"
    assert (
        len(
            {each.model_sha256 for each in store.samples()}
            | {each.adapter_sha256 for each in store.samples()}
        )
        == 5
    )


def test_a_file_that_is_removed_is_still_the_one_that_was_loaded(bench: Bench, store: ReviewStore) -> None:
    entry = bench.entry("a")
    bench.backends["a"] = FakeBackend(
        on_sample=lambda request: (bench.root / "a.gguf").unlink(missing_ok=True)
    )
    assert bench.run(store, [entry]).done == 5


def test_a_sample_has_the_threads_that_it_was_made_with(bench: Bench, store: ReviewStore) -> None:
    fake = bench.backends["a"] = FakeBackend()

    def slow(request: Request) -> None:
        assert fake.engine is not None
        if len(fake.requests) == 3:
            fake.engine = replace(fake.engine, threads=7)

    fake.on_sample = slow
    bench.run(store, [bench.entry("a")])
    assert [each.settings["threads"] for each in store.samples()] == [1, 1, 7, 7, 7]


class Counting(FakeBackend):
    """Dies, or is refused, while it counts a prompt's tokens."""

    def count(self, text: str) -> int | None:
        raise self.fault

    fault: FtuiError


@pytest.mark.parametrize("fault", [BackendDiedError("was ended by SIGKILL"), FtuiError("the model is gone")])
def test_a_model_that_dies_while_it_counts_is_given_up_and_the_others_go_on(
    bench: Bench, store: ReviewStore, fault: FtuiError
) -> None:
    dying = bench.backends["a"] = Counting()
    dying.fault = fault
    done = bench.run(store, [bench.entry("a"), bench.entry("b")])
    assert "a" in done.empty
    assert [each.model for each in store.samples() if each.completion.stop_reason == "end-token"] == ["b"] * 5
    assert {each.completion.error for each in store.samples(model="a")} == {fault.message}


def test_what_a_server_renders_is_not_measured_by_our_rendering(bench: Bench, store: ReviewStore) -> None:
    def question(asked: Prompt) -> Question:
        return Question("word " * 100, (("user", asked.messages[-1].content),))

    model = ReviewModel("s", server="http://localhost:1/v1")
    bench.backends["s"] = FakeBackend(context=64)
    bench.backends["s"].answer = lambda request, seed: "fine"
    fake = bench.backends["s"]
    counted: list[str] = []
    fake.count = lambda text: counted.append(text) or 100  # type: ignore[method-assign, func-returns-value]
    bench.run(store, [Entry(model, settings(bench.root), question)])
    assert not counted


def test_what_looks_at_the_whole_set_does_not_hold_its_token_ids(bench: Bench, store: ReviewStore) -> None:
    seen: list[Sample] = []

    class Examiner:
        def examine(
            self, prompt: Prompt, samples: Sequence[Sample], base: str | None = None
        ) -> dict[str, list[Flag]]:
            return {each.sample_id: [] for each in samples}

        def examine_all(
            self, prompts: Mapping[str, Prompt], samples: Iterable[Sample], base: str | None = None
        ) -> dict[str, list[Flag]]:
            seen.extend(samples)
            return {}

    bench.run(store, [bench.entry("a")], examiner=Examiner())
    assert [each.completion.output for each in seen] == [each.completion.output for each in store.samples()]
    assert {each.completion.token_ids for each in seen} == {None}
    assert None not in {each.completion.token_ids for each in store.samples()}


def test_samples_that_lean_on_others_do_not_stand_in_for_exact_ones(bench: Bench, store: ReviewStore) -> None:
    entries = [bench.entry("a", temperature=0.7)]
    assert bench.run(store, entries, Order(2)).done == 10
    assert bench.run(store, entries, Order(2, exact=True)).done == 10
    assert [each.settings.get("exact") for each in store.samples()] == [None] * 10 + [True] * 10
    bench.backends.clear()
    assert bench.run(store, entries, Order(2, exact=True)).done == 10
    assert not bench.backends, "what is exact already is not sampled again"
