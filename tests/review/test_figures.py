"""Figures of a review against a computation from the bare rows of its file, written in another way."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftui.project.settings import Project, Review
from ftui.review.figures import figures, parts
from ftui.review.figures.figures import Figures
from ftui.review.figures.pages import ModelFigures
from ftui.review.figures.rates import Rate
from ftui.review.judgement import Judgement
from ftui.review.prompt import Source
from ftui.review.review_file import FILE
from ftui.review.sample import Flag
from ftui.review.store import ReviewStore
from ftui.statistics.wilson import wilson
from tests.review.judged import MODELS, judged_review, vote
from tests.review.reviewed import prompt, sample

DICE = random.Random(0)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def model(found: Figures, name: str) -> ModelFigures:
    return next(each for each in found.pages[-1].models if each.name == name)


class Bare:
    """The rows of a review's file, and sums over them."""

    def __init__(self, folder: Path) -> None:
        db = sqlite3.connect(folder / FILE)
        columns = ("prompt", "stratum", "model", "prompt_hash", "output_hash", "why", "flags")
        self.samples = {
            row[0]: dict(zip(columns, row[1:], strict=True))
            for row in db.execute(
                "SELECT sample_id, prompt_id, stratum, model, prompt_hash, output_hash, stop_reason, flags FROM samples"
            )
        }
        self.judgements = self._last(
            db,
            "SELECT id, undoes, reviewer, prompt_hash, output_hash, verdict, scores FROM judgements ORDER BY id",
            lambda row: (row[2], row[3], row[4]),
        )
        self.votes = self._last(
            db,
            "SELECT id, undoes, reviewer, prompt_hash, shown, winner, repeat_of FROM votes ORDER BY id",
            lambda row: (
                row[2],
                row[3],
                tuple(sorted(each for each, _ in json.loads(row[4]))),
                row[6] is None,
            ),
        )
        db.close()

    def _last(self, db: sqlite3.Connection, query: str, key: Any) -> list[Any]:
        rows = db.execute(query).fetchall()
        gone = {row[1] for row in rows if row[1] is not None}
        return list({key(row): row for row in rows if row[1] is None and row[0] not in gone}.values())

    def acceptance(self, name: str, stratum: str | None = None) -> Rate:
        owners: dict[Any, dict[str, Any]] = {}
        for each in self.samples.values():
            if each["model"] == name and each["why"] not in ("error", "cancelled"):
                owners[each["prompt_hash"], each["output_hash"]] = each
        hits, many, prompts = 0, 0, set()
        for _, _, _, prompt_hash, output_hash, verdict, _ in self.judgements:
            owner = owners.get((prompt_hash, output_hash))
            if owner and verdict != "none" and stratum in (None, owner["stratum"]):
                hits += verdict == "accept"
                many += 1
                prompts.add(owner["prompt"])
        return Rate(float(hits), many, len(prompts))

    def questions(self) -> Iterator[tuple[list[str], str, str]]:
        """Prompt, shown and winner of each question once a reviewer; a repeat only where its first vote is gone."""
        asked = {
            (row[2], row[3], tuple(sorted(each for each, _ in json.loads(row[4]))))
            for row in self.votes
            if row[6] is None
        }
        for row in self.votes:
            shown = [each for each, _ in json.loads(row[4])]
            if row[6] is None or (row[2], row[3], tuple(sorted(shown))) not in asked:
                yield shown, row[5], self.samples[shown[0]]["prompt"]

    def wins(self, name: str, other: str | None = None) -> tuple[int, int, int, int]:
        won = tied = lost = 0
        prompts = set()
        for shown, winner, prompt_id in self.questions():
            names = {self.samples[each]["model"]: each for each in shown}
            for rival in set(names) - {name}:
                if name not in names or winner == "unsure" or other not in (None, rival):
                    continue
                mine, theirs = (self.samples[names[each]]["output_hash"] for each in (name, rival))
                best = None if winner in ("tie", "both-bad") else self.samples[winner]["output_hash"]
                if best not in (None, mine, theirs):
                    continue
                won += best == mine != theirs
                lost += best == theirs != mine
                tied += best is None or mine == theirs
                prompts.add(prompt_id)
        return won, tied, lost, len(prompts)


@pytest.mark.parametrize("seed", range(4))
def test_rates_are_those_of_the_bare_rows(tmp_path: Path, project: Project, seed: int) -> None:
    store = judged_review(tmp_path / "review", seed)
    found = figures.of(store, project)
    bare = Bare(tmp_path / "review")
    for name in MODELS:
        held = model(found, name)
        assert held.overall.acceptance == bare.acceptance(name)
        for stratum, part in held.strata.items():
            assert part.acceptance == bare.acceptance(name, stratum)
        duel = held.overall.duel
        assert (duel.wins, duel.ties, duel.losses, duel.prompts) == bare.wins(name)
        for other, against in held.against.items():
            assert (against.wins, against.ties, against.losses, against.prompts) == bare.wins(name, other)
        ended = [
            each
            for each in bare.samples.values()
            if each["model"] == name and each["why"] not in ("error", "cancelled")
        ]
        assert held.overall.samples == len(ended)
        looked = [each for each in ended if each["flags"] is not None]
        assert held.overall.examined == len(looked)
        assert held.overall.any_flag.hits == sum(each["flags"] != "[]" for each in looked)
        known = [each for each in ended if each["why"] != "unknown"]
        assert held.overall.limit[:2] == (sum(each["why"] == "limit" for each in known), len(known))
    assert found.votes == len(list(bare.questions()))
    store.close()


@pytest.mark.parametrize("seed", range(2))
def test_every_interval_holds_its_share(tmp_path: Path, project: Project, seed: int) -> None:
    store = judged_review(tmp_path / "review", seed)
    found = figures.of(store, project, texts=True)
    store.close()
    seen = 0
    for held in found.pages[0].models:
        part = held.overall
        near = part.similar or ()
        for rate in (part.acceptance, part.duel.rate, part.any_flag, part.limit, *part.flags.values(), *near):
            if rate.share is not None:
                assert 0 <= rate.low <= rate.share <= rate.high <= 1
                assert rate.prompts <= rate.of
                seen += 1
    assert seen > 10


def test_a_reviewers_figures_are_of_that_reviewer_alone(tmp_path: Path, project: Project) -> None:
    store = judged_review(tmp_path / "review", 1)
    whole, one, other = (figures.of(store, project, who) for who in (None, "anna", "ben"))
    store.close()
    assert one.judgements + other.judgements == whole.judgements
    assert one.votes + other.votes == whole.votes
    assert [each.name for each in one.reviewers] == ["anna"]
    assert one.agreements == ()


def test_an_empty_review_says_nothing(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    found = figures.of(store, project, texts=True)
    store.close()
    assert found.pages == ()
    assert not found.has_base
    assert found.samples == found.votes == found.judgements == 0


def test_one_model_without_judgements_has_no_rate_and_no_base(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    store.add_samples([sample(prompt(1), "mine", "Word 1.")])
    found = figures.of(store, project)
    store.close()
    assert not found.has_base
    held = model(found, "mine")
    assert held.kind == "tuned"
    assert held.overall.acceptance.share is None
    assert (held.overall.acceptance.low, held.overall.acceptance.high) == (0, 1)
    assert held.sides == {}
    assert found.pages[0].ranking is None


def test_outputs_of_one_prompt_widen_the_interval(tmp_path: Path, project: Project) -> None:
    """Eight accepted outputs of one prompt say less than those of eight prompts."""
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    for index in range(8):
        made = sample(prompt(1), "mine", f"answer {index}", index=index)
        store.add_samples([made])
        store.judge(Judgement("anna", made.prompt_hash, made.output_hash, "accept"))
    rate = model(figures.of(store, project), "mine").overall.acceptance
    store.close()
    assert rate == Rate(8, 8, 1)
    assert (rate.low, rate.high) == wilson(1, 1)


def test_repeats_are_counted_once_and_measure_the_reviewer(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    for number in range(4):
        asked = prompt(number)
        store.add_prompts([asked])
        left, right = sample(asked, "base", "one"), sample(asked, "tuned", "two")
        store.add_samples([left, right])
        first = store.vote(vote("anna", [left, right], DICE, winner=right.sample_id))
        # Asked again with the sides swapped: the same output twice, the same side once, a tie once.
        again = (right.sample_id, right.sample_id, left.sample_id, "tie")[number]
        store.vote(vote("anna", [right, left], DICE, winner=again, repeat_of=first))
    found = figures.of(store, project)
    store.close()
    against = model(found, "tuned").against["base"]
    assert (against.wins, against.ties, against.losses) == (4, 0, 0)
    anna = found.reviewers[0]
    assert anna.votes == 4
    assert anna.consistent == Rate(2, 4, 4)
    assert anna.kept_side == 1
    assert (anna.left, anna.decided) == (0, 4)
    assert anna.side_p == pytest.approx(0.125)
    assert not anna.leans


def test_models_that_gave_the_text_that_won_won_together(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    store.add_prompts([prompt(1)])
    base, tuned, other = (
        sample(prompt(1), *each) for each in (("base", "no"), ("tuned", "yes"), ("other", "yes"))
    )
    store.add_samples([base, tuned, other])
    first = store.vote(vote("anna", [tuned, base, other], DICE, winner=tuned.sample_id))
    store.vote(vote("anna", [other, base, tuned], DICE, winner=other.sample_id, repeat_of=first))
    store.vote(vote("ben", [tuned, base, other], DICE, winner=other.sample_id))
    found = figures.of(store, project)
    store.close()
    for name, twin in (("tuned", "other"), ("other", "tuned")):
        assert model(found, name).against["base"][:3] == (2, 0, 0)
        assert model(found, name).against[twin][:3] == (0, 2, 0)
    assert model(found, "base").overall.duel[:3] == (0, 0, 4)
    anna = found.reviewers[0]
    assert (anna.consistent, anna.kept_side) == (Rate(1, 1, 1), 0), "the same text, wherever it stood"
    assert "votes" in [each.on for each in found.agreements]
    (ranks,) = [page.ranking for page in found.pages]
    assert ranks is not None
    assert ranks.strengths["tuned"].value == pytest.approx(ranks.strengths["other"].value)


def test_a_repeat_whose_first_vote_was_taken_back_stands_for_it(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    left, right = sample(prompt(1), "base", "one"), sample(prompt(1), "tuned", "two")
    store.add_samples([left, right])
    first = store.vote(vote("anna", [left, right], DICE, winner=left.sample_id))
    store.vote(vote("anna", [right, left], DICE, winner=right.sample_id, repeat_of=first))
    store.undo_vote(first)
    assert figures.of(store, project).votes == 1
    assert model(figures.of(store, project), "tuned").overall.duel.wins == 1
    store.vote(vote("anna", [left, right], DICE, winner="tie"))
    found = figures.of(store, project)
    store.close()
    assert (found.votes, found.repeats) == (1, 1)
    assert model(found, "tuned").overall.duel[:3] == (0, 1, 0)


def test_votes_outlive_a_new_run_by_their_outputs(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    left, right = sample(prompt(1), "base", "one"), sample(prompt(1), "tuned", "two")
    store.add_samples([left, right])
    given = vote("anna", [left, right], DICE, winner=right.sample_id)
    store.vote(replace(given, shown=("old left", "old right"), winner="old right"))
    assert model(figures.of(store, project), "tuned").overall.duel.wins == 1
    store.add_samples([replace(right, completion=replace(right.completion, output="three"))])
    found = figures.of(store, project)
    store.close()
    assert (found.votes, found.lost_votes) == (0, 1)


def test_an_output_that_two_models_gave_is_judged_once_for_each(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    twins = [sample(prompt(1), name, "same", index=index) for name in ("base", "tuned") for index in range(3)]
    store.add_samples(twins)
    store.judge(Judgement("anna", twins[0].prompt_hash, twins[0].output_hash, "reject"))
    store.judge(Judgement("anna", twins[0].prompt_hash, twins[0].output_hash, "accept"))
    found = figures.of(store, project)
    store.close()
    for name in ("base", "tuned"):
        assert model(found, name).overall.acceptance == Rate(1, 1, 1)


def test_texts_are_compared_on_prompts_that_training_did_not_hold(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    for number in range(8):
        known = number < 4
        leaked = "; LEK001 exact-leak" if number == 4 else ""
        asked = replace(
            prompt(number, "held-out" if not known else "random"),
            source=Source("train" if known else "test", "rows.jsonl", number),
            why=f"row of the {'train' if known else 'test'} split{leaked}",
        )
        store.add_prompts([asked])
        right = known or leaked
        store.add_samples(
            [sample(asked, "base", "hm"), sample(asked, "tuned", asked.reference if right else "no idea")]  # type: ignore[arg-type]
        )
    found = figures.of(store, project, texts=True)
    store.close()
    tuned = model(found, "tuned")
    assert tuned.overall.similar is not None
    assert tuned.overall.similar.exact_match == Rate(5, 8, 8)
    exact = next(each for each in tuned.sides["base"] if each.measure.startswith("exact match"))
    assert exact.tuned == Rate(0, 3, 3)
    assert exact.verdict == "cannot tell"
    assert found.overlap.held_out == 4
    assert found.overlap.leaked == {"LEK001 exact-leak": 1}
    assert found.overlap.trained == 4


def test_a_prompt_of_a_persons_own_file_is_not_said_to_be_a_training_row() -> None:
    own = replace(prompt(0, "file"), source=Source("", "mine.txt", 0))
    assert parts.is_fresh(own) is None
    assert parts.is_fresh(replace(own, source=Source("train", "rows.jsonl", 0))) is False


@pytest.mark.parametrize(
    ("wins", "target", "outcome"), [(30, 0.6, "met"), (5, 0.6, "not met"), (20, 0.6, "cannot tell")]
)
def test_success_is_told_only_where_the_interval_tells_it(
    tmp_path: Path, project: Project, wins: int, target: float, outcome: str
) -> None:
    project = replace(
        project, review=Review(success={"win_rate": target, "runaway": 0.3, "chrf": 0.2, "nonsense": 1})
    )
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    for number in range(32):
        asked = replace(prompt(number), reference=None)
        store.add_prompts([asked])
        left, right = sample(asked, "base", "one"), sample(asked, "tuned", "two", flags=[Flag("hedged", {})])
        store.add_samples([left, right])
        store.vote(vote("anna", [left, right], DICE, winner=(right if number < wins else left).sample_id))
    found = figures.of(store, project, texts=True)
    store.close()
    assert [each.outcome for each in found.success] == [outcome, "met", "not measured", "unknown measure"]
    assert {each.model for each in found.success} == {"tuned"}


def test_checkpoints_have_a_page_each_with_the_base_on_all(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    asked = [prompt(number) for number in range(40)]
    store.add_prompts(asked)
    for at, step in enumerate(("", "step-100", "step-200")):
        name = "tuned" if step else "base"
        for number, each in enumerate(asked):
            made = sample(each, name, f"{step} {number}", page=step)
            store.add_samples([made])
            verdict = "accept" if number < 5 + 15 * at else "reject"
            store.judge(Judgement("anna", made.prompt_hash, made.output_hash, verdict))  # type: ignore[arg-type]
    found = figures.of(store, project)
    store.close()
    assert [page.name for page in found.pages] == ["step-100", "step-200"]
    for page, accepted in zip(found.pages, (20, 35), strict=True):
        assert [each.name for each in page.models] == ["base", "tuned"]
        assert page.base == "base"
        side = page.models[1].sides["base"][0]
        assert side.tuned == Rate(accepted, 40, 40)
        assert side.base == Rate(5, 40, 40)
        assert side.verdict == "better"
    trend = next(each for each in found.trends if each.measure == "accepted")
    assert [(step.page, step.rate.hits) for step in trend.steps] == [("step-100", 20), ("step-200", 35)]
    assert trend.verdict == "better"
    assert trend.best.page == "step-200"


def test_the_base_with_a_prompt_of_its_own_is_told_from_a_tuned_model(
    tmp_path: Path, project: Project
) -> None:
    store = judged_review(tmp_path / "review", 2)
    found = figures.of(store, project)
    store.close()
    assert {each.name: each.kind for each in found.pages[0].models} == {
        "base": "base", "prompted": "prompted", "tuned": "tuned",
    }  # fmt: skip
    assert set(model(found, "tuned").sides) == {"base", "prompted"}
    assert set(model(found, "prompted").sides) == {"base"}
    assert model(found, "base").sides == {}


def test_every_measure_of_success_is_on_the_page_about_figures() -> None:
    from ftui.review.figures import success

    page = (Path(__file__).resolve().parents[2] / "docs" / "review-figures.md").read_text()
    for name in (*success._AT_LEAST, *success._AT_MOST):
        assert f"`{name}`" in page


def test_figures_of_a_session_load_neither_numpy_nor_polars() -> None:
    import subprocess
    import sys

    code = "import sys, ftui.review.figures.figures; print(sorted({'numpy', 'polars', 'textual'} & set(sys.modules)))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_votes_and_verdicts_on_probes_say_nothing_of_quality(tmp_path: Path, project: Project) -> None:
    store = ReviewStore.create(tmp_path / "r")
    for name in ("base", "tuned"):
        store.set_model(name, {"base": name == "base"})
    asked = [prompt(0), prompt(1), prompt(2, "train-prefix")]
    store.add_prompts(asked)
    for each in asked:
        pair = [sample(each, "base", "weak"), sample(each, "tuned", "strong")]
        store.add_samples(pair)
        store.set_flags({pair[0].sample_id: [], pair[1].sample_id: [Flag("memorised", {})]})
        recited = each.is_probe
        store.vote(vote("anna", pair, DICE, winner=pair[int(recited)].sample_id))
        for one in pair:
            verdict = "accept" if recited else "reject"
            store.judge(Judgement("anna", one.prompt_hash, one.output_hash, verdict))  # type: ignore[arg-type]
    found = figures.of(store, project)
    tuned = model(found, "tuned")
    assert (tuned.overall.duel.wins, tuned.overall.duel.losses) == (0, 2)
    assert (tuned.against["base"].wins, tuned.against["base"].losses) == (0, 2)
    assert found.pages[-1].voted == 2
    assert (tuned.overall.acceptance.of, tuned.overall.acceptance.share) == (2, 0)
    probes = tuned.strata["train-prefix"]
    assert (probes.acceptance.of, probes.verdicts, probes.duel.rate.of) == (0, {}, 0)
    assert tuned.probes["train-prefix"].known.share == 1
    assert found.votes == 3
