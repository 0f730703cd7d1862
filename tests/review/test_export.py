"""Exports against the interface, and against what the review holds."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.layouts.preference import PreferenceLayout
from ftui.model.ollama_template import Message
from ftui.review.export import CSV_COLUMNS, Format, exported
from ftui.review.judgement import Judgement
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sample import Flag
from ftui.review.store import ReviewStore
from tests.review.judged import judged_review, vote
from tests.review.reviewed import prompt, sample

DICE = random.Random(0)
SAMPLE_FIELDS = [
    "sample_id", "prompt_id", "stratum", "prompt", "output", "processed", "token_ids", "model", "page",
    "model_sha256", "adapter", "adapter_sha256", "backend", "settings", "seed", "batch_width", "stop_reason",
    "stop_text", "error", "prompt_tokens", "completion_tokens", "first_token_s", "tokens_per_s", "flags", "judgements",
    "cut", "special_at", "seconds", "end_probability", "rendered", "superseded",
]  # fmt: skip
VOTE_FIELDS = ["prompt_id", "shown", "winner", "reviewer", "note", "at", "repeat_of"]


def lines(store: ReviewStore, wanted: Format) -> list[dict[str, Any]]:
    return [json.loads(line) for line in "".join(exported(store, wanted)).splitlines()]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


def test_samples_have_the_fields_of_the_interface_in_order(tmp_path: Path) -> None:
    store = judged_review(tmp_path / "review", 4, prompts=4)
    found = lines(store, "jsonl")
    held = {each.sample_id: each for each in store.samples()}
    said = store.judgements()
    store.close()
    assert [each["sample_id"] for each in found] == list(held)
    for each in found:
        assert list(each) == SAMPLE_FIELDS
        of = held[each["sample_id"]]
        assert each["output"] == of.completion.output
        assert each["token_ids"] == list(range(8))
        assert each["tokens_per_s"] == pytest.approx(7 / 0.25)
        assert each["flags"] == [{"code": flag.code, "evidence": {}} for flag in of.flags]
        mine = [one for one in said if (one.prompt_hash, one.output_hash) == (of.prompt_hash, of.output_hash)]
        assert [list(one) for one in each["judgements"]] == [
            ["reviewer", "verdict", "scores", "note", "at"]
        ] * len(mine)
        assert [one["verdict"] for one in each["judgements"]] == [one.verdict for one in mine]


def test_votes_have_the_fields_of_the_interface_and_name_what_they_repeat(tmp_path: Path) -> None:
    store = judged_review(tmp_path / "review", 5, prompts=6)
    found = lines(store, "votes")
    votes = store.votes()
    store.close()
    assert len(found) == len(votes)
    repeats = 0
    for each, held in zip(found, votes, strict=True):
        assert list(each) == VOTE_FIELDS
        assert each["shown"] == list(held.shown)
        if each["repeat_of"] is not None:
            first = found[each["repeat_of"] - 1]
            assert first["reviewer"] == each["reviewer"]
            assert first["shown"] == each["shown"][::-1]
            repeats += 1
    assert repeats


def test_what_nobody_knows_is_null_and_odd_bytes_stay(store: ReviewStore) -> None:
    store.add_prompts([prompt(1)])
    made = sample(
        prompt(1),
        "served",
        "\udc80 odd \x1b[31m\u2028 é",
        completion={"token_ids": None, "completion_tokens": None, "seconds": None},
    )
    store.add_samples([replace(made, batch_width=None)])
    text = "".join(exported(store, "jsonl"))
    assert text.isascii()
    assert "\x1b" not in text
    assert len(text.splitlines()) == 1
    found = json.loads(text)
    assert found["output"] == made.completion.output
    for name in ("token_ids", "completion_tokens", "tokens_per_s", "batch_width", "adapter", "model_sha256"):
        assert found[name] is None


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1 point", "@SUM(A1)", "\tx", "\r=1", "＝1"])
def test_no_cell_is_a_formula(store: ReviewStore, text: str) -> None:
    store.add_prompts([prompt(1)])
    made = sample(prompt(1), "mine", f"{text}\x1b\0")
    store.add_samples([replace(made, processed=text)])
    store.judge(Judgement("=anna", made.prompt_hash, made.output_hash, "accept", {"tone": 4}, note=text))
    rows = list(csv.reader(io.StringIO("".join(exported(store, "csv")), newline="")))
    assert tuple(rows[0]) == CSV_COLUMNS
    for row in rows[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)
        assert not any("\x1b" in cell or "\0" in cell for cell in row)
    held = dict(zip(rows[0], rows[1], strict=True))
    assert held["processed"] == f"'{text}"
    assert held["verdicts"] == "'=anna: accept"
    assert held["scores"] == "'=anna: tone 4"


def test_pairs_come_from_votes_judgements_and_corrections(store: ReviewStore) -> None:
    asked = [prompt(number) for number in range(4)]
    store.add_prompts(asked)
    pairs = [(sample(each, "base", "weak"), sample(each, "tuned", "strong")) for each in asked]
    store.add_samples([each for pair in pairs for each in pair])
    (weak, strong), (_, _), (fixed, _), (bad, good) = pairs
    first = store.vote(vote("anna", [weak, strong], DICE, winner=strong.sample_id))
    store.vote(vote("anna", [strong, weak], DICE, winner=strong.sample_id, repeat_of=first))
    store.vote(vote("anna", list(pairs[1]), DICE, winner="tie"))
    store.judge(Judgement("anna", fixed.prompt_hash, fixed.output_hash, "fix", correction="mended"))
    store.judge(Judgement("anna", bad.prompt_hash, bad.output_hash, "reject"))
    store.judge(Judgement("anna", good.prompt_hash, good.output_hash, "accept"))
    found = lines(store, "preference")
    assert found == [
        {"prompt": asked[0].messages[0].content, "chosen": "strong", "rejected": "weak"},
        {"prompt": asked[2].messages[0].content, "chosen": "mended", "rejected": "weak"},
        {"prompt": asked[3].messages[0].content, "chosen": "strong", "rejected": "weak"},
    ]
    for each in found:
        example = PreferenceLayout().example(each)
        assert (example.prompt, example.answer) == (each["prompt"], each["chosen"])
        assert example.problems == ()


@pytest.mark.parametrize(
    ("output", "correction", "chosen"),
    [
        ("weak", "mended\n### End\n", "mended"),
        ("weak\n### End", "mended\n### End", "mended\n### End"),
        ("weak", "mended ### End of it", "mended ### End of it"),
    ],
)
def test_the_end_marker_does_not_tell_a_correction(
    store: ReviewStore, output: str, correction: str, chosen: str
) -> None:
    asked = prompt(0)
    weak = replace(sample(asked, "tuned", output), settings={"end_marker": "### End"})
    store.add_prompts([asked])
    store.add_samples([weak])
    store.judge(Judgement("anna", weak.prompt_hash, weak.output_hash, "fix", correction=correction))
    (found,) = lines(store, "preference")
    assert (found["chosen"], found["rejected"]) == (chosen, output)


def test_doubtful_pairs_are_left_out(store: ReviewStore) -> None:
    """A repeat that says otherwise, reviewers who chose the other way round, and probes."""
    asked = [prompt(0), prompt(1), prompt(2, "train-prefix")]
    store.add_prompts(asked)
    pairs = [(sample(each, "base", "weak"), sample(each, "tuned", "strong")) for each in asked]
    store.add_samples([each for pair in pairs for each in pair])
    weak, strong = pairs[0]
    first = store.vote(vote("anna", [weak, strong], DICE, winner=strong.sample_id))
    store.vote(vote("anna", [strong, weak], DICE, winner="tie", repeat_of=first))
    store.vote(vote("anna", list(pairs[1]), DICE, winner=pairs[1][0].sample_id))
    store.vote(vote("ben", list(pairs[1]), DICE, winner=pairs[1][1].sample_id))
    store.vote(vote("anna", list(pairs[2]), DICE, winner=pairs[2][1].sample_id))
    assert lines(store, "preference") == []


def test_conversations_are_lists_of_messages(store: ReviewStore) -> None:
    messages = (Message("system", "Be brief."), Message("user", "Why?"))
    asked = Prompt(conversation_id(messages), "random", messages)
    store.add_prompts([asked])
    weak, strong = sample(asked, "base", "weak"), sample(asked, "tuned", "strong", flags=[Flag("loop", {})])
    store.add_samples([weak, strong])
    store.vote(vote("anna", [weak, strong], DICE, winner=strong.sample_id))
    (found,) = lines(store, "preference")
    assert found["prompt"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why?"},
    ]
    assert found["chosen"] == [{"role": "assistant", "content": "strong"}]
    example = PreferenceLayout().example(found)
    assert (example.system, example.prompt, example.answer) == ("Be brief.", "Why?", "strong")


@pytest.mark.parametrize("seed", range(2))
def test_no_pair_is_there_twice_or_in_both_directions(tmp_path: Path, seed: int) -> None:
    made = judged_review(tmp_path / "random", seed)
    found = [(each["prompt"], each["chosen"], each["rejected"]) for each in lines(made, "preference")]
    made.close()
    assert found
    assert len(found) == len(set(found))
    assert not {(asked, worse, better) for asked, better, worse in found} & set(found)
