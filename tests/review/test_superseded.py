"""The same prompts asked again under other settings: the later samples count, and the report says what was left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ftui.project.settings import Project
from ftui.report.review.page import Line
from ftui.report.review.sections import sections
from ftui.review.export import exported
from ftui.review.figures import figures
from ftui.review.judgement import Judgement
from ftui.review.judging.queue import Filter, items
from ftui.review.prompt import Prompt
from ftui.review.sample import Sample
from ftui.review.store import ReviewStore
from tests.review.reviewed import prompt, sample

PROMPTS = [prompt(number) for number in range(4)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    held = ReviewStore.create(tmp_path / "review")
    held.add_prompts(PROMPTS)
    held.set_model("tunedone", {"base": False})
    yield held
    held.close()


def made(given: Prompt, limit: int, *, index: int = 0, seed: int = 0, reason: str = "limit") -> Sample:
    one = sample(
        given, "tunedone", f"{limit} {index} {seed}", index=index, completion={"stop_reason": reason}
    )
    settings = {"max_tokens": limit, "seed": seed, "threads": limit}
    return replace(one, sample_id=f"{one.sample_id}-{limit}-{seed}", settings=settings)


def outputs(store: ReviewStore) -> list[str]:
    counting = [each.completion.output for each in store.samples(everything=False)]
    by_outline = {each.sample_id for each in store.outline()}
    assert {each.sample_id for each in store.samples(everything=False)} == by_outline
    return counting


def told(store: ReviewStore, folder: Path) -> str:
    found = figures.of(store, Project(folder))
    first = next(iter(sections(found)))
    return "\n".join(part.text for part in first.parts if isinstance(part, Line))


def test_later_settings_stand_for_earlier_ones_prompt_by_prompt(store: ReviewStore, tmp_path: Path) -> None:
    store.add_samples([made(each, 64, index=index) for each in PROMPTS for index in range(2)])
    store.add_samples([made(each, 128) for each in PROMPTS[:2]])
    assert outputs(store) == ["64 0 0", "64 1 0"] * 2 + ["128 0 0"] * 2
    text = told(store, tmp_path)
    assert "6 samples of 4 prompts" in text
    assert "4 samples are left out" in text
    assert "tunedone: samples under several settings stand in one figure: max-tokens 64 (4), 128 (2)" in text
    singles = items(store.outline(), "single", Filter(), 0)
    assert len(singles) == 6


def test_settings_that_are_asked_for_again_count_again(store: ReviewStore, tmp_path: Path) -> None:
    store.add_samples([made(each, 64) for each in PROMPTS])
    store.add_samples([made(each, 128) for each in PROMPTS])
    store.bring_back([made(each, 64).sample_id for each in PROMPTS])
    assert outputs(store) == ["64 0 0"] * 4
    assert "several settings" not in told(store, tmp_path)


@pytest.mark.parametrize("reason", ["cancelled", "error"])
def test_what_failed_stands_for_nothing(store: ReviewStore, reason: str) -> None:
    store.add_samples([made(PROMPTS[0], 64), made(PROMPTS[0], 128, reason=reason)])
    assert outputs(store) == ["64 0 0"]


def test_another_seed_gives_more_samples_of_the_same_kind(store: ReviewStore, tmp_path: Path) -> None:
    store.add_samples([made(PROMPTS[0], 64, seed=seed) for seed in range(3)])
    assert outputs(store) == ["64 0 0", "64 0 1", "64 0 2"]
    assert "several settings" not in told(store, tmp_path)


def test_the_export_has_all_of_them_marked(store: ReviewStore) -> None:
    store.add_samples([made(PROMPTS[0], 64), made(PROMPTS[0], 128)])
    rows = [json.loads(line) for line in exported(store, "jsonl")]
    assert [(row["output"], row["superseded"]) for row in rows] == [("64 0 0", True), ("128 0 0", False)]
    head, *table = "".join(exported(store, "csv")).splitlines()
    assert head.endswith(",superseded")
    assert [line.rsplit(",", 1)[1] for line in table] == ["yes", ""]


def test_what_was_said_of_them_stays_and_counts_nowhere(store: ReviewStore, tmp_path: Path) -> None:
    old = made(PROMPTS[0], 64)
    store.add_samples([old])
    store.judge(Judgement("ann", old.prompt_hash, old.output_hash, "accept"))
    store.add_samples([made(PROMPTS[0], 128)])
    text = told(store, tmp_path)
    assert "1 sample is left out" in text
    assert "1 vote or judgement is on an output" in text
    assert len(store.judgements()) == 1
