"""One reviewer's sitting: judged, voted, skipped, taken back without limit, gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.review.judging.blind import BlindPair, BlindSingle
from ftui.review.judging.queue import Filter, Item
from ftui.review.judging.session import Sitting, reviewer_name
from ftui.review.sample import text_hash
from ftui.review.store import ReviewStore
from tests.review.reviewed import MODELS, fill, prompt, review, sample


def sitting(tmp_path: Path, mode: str = "pair", **how: object) -> Sitting:
    made = Sitting(review(tmp_path / "r", **how), "ana", seed=3)  # type: ignore[arg-type]
    made.set_mode("single" if mode == "single" else "pair")
    return made


def text(made: Sitting) -> str:
    """What tells items apart."""
    now = made.current
    assert isinstance(now, (BlindPair, BlindSingle))
    said = now.prompt.messages[0].content
    return said if isinstance(now, BlindPair) else said + now.output.raw


def test_two_models_are_compared_and_one_is_judged(tmp_path: Path) -> None:
    store = review(tmp_path / "two")
    assert Sitting(store, "ana").mode == "pair"
    assert Sitting(review(tmp_path / "one", models=["only"]), "ana").mode == "single"


def test_a_verdict_goes_on_and_is_in_the_file(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    first = text(made)
    revealed = made.judge("accept")
    assert revealed is not None
    assert revealed.sides[0].models[0] in MODELS
    assert text(made) != first
    assert made.counts[:2] == (1, 12)
    other = ReviewStore.open(tmp_path / "r")
    assert [each.verdict for each in other.judgements("ana")] == ["accept"]


def test_scores_flag_and_note_stay_with_the_output_and_keep_it_on_the_screen(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    first = text(made)
    made.score("helpful", 4)
    made.score("true", 2)
    made.toggle_flag()
    made.set_note("odd")
    assert text(made) == first
    made.judge("reject")
    (kept,) = made.store.judgements("ana")
    assert (kept.verdict, dict(kept.scores), kept.flagged, kept.note) == (
        "reject", {"helpful": 4, "true": 2}, True, "odd",
    )  # fmt: skip
    for said in ("reject", "note", "flag", "score of true", "score of helpful"):
        assert made.undo() == said
        assert text(made) == first
    assert made.undo() == ""
    assert made.store.judgements("ana") == []


def test_undo_reaches_into_earlier_sittings(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    seen = []
    for _ in range(5):
        seen.append(text(made))
        made.judge("accept")
    again = Sitting(ReviewStore.open(tmp_path / "r"), "ana")
    for expected in reversed(seen):
        assert again.undo() == "accept"
        assert text(again) == expected
    assert again.undo() == ""


def test_undo_of_a_vote_shows_the_same_sides_and_its_note(tmp_path: Path) -> None:
    made = sitting(tmp_path)
    before = made.current
    made.set_note("close")
    made.vote(0)
    assert made.note == ""
    made.vote("tie")
    assert made.undo() == "vote: tie"
    assert made.undo() == "vote"
    assert made.current == before
    assert made.note == "close"


def test_a_vote_of_another_mode_is_taken_back_in_its_mode(tmp_path: Path) -> None:
    made = sitting(tmp_path)
    made.vote(1)
    made.set_mode("single")
    made.undo()
    assert made.mode == "pair"
    assert made.store.votes("ana") == []


def test_a_draft_of_a_note_survives_a_kill(tmp_path: Path) -> None:
    made = sitting(tmp_path)
    made.set_note("half a thought")
    again = Sitting(ReviewStore.open(tmp_path / "r"), "ana")
    assert again.note == "half a thought"
    assert again.current == made.current


def test_what_was_skipped_comes_last_and_a_skip_can_be_taken_back(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single", prompts=2)
    first = text(made)
    made.skip()
    assert text(made) != first
    assert made.undo() == "skip"
    assert text(made) == first
    made.skip()
    order = []
    while made.current is not None:
        order.append(text(made))
        made.judge("accept")
    assert len(order) == 4
    assert order[-1] == first


def test_ten_votes_bring_one_of_them_again_with_the_sides_swapped(tmp_path: Path) -> None:
    made = sitting(tmp_path, prompts=30)
    seen: list[BlindPair] = []
    assert made.counts[:2] == (0, 33)
    while isinstance(now := made.current, BlindPair):
        assert made.counts.total == 33
        seen.append(now)
        made.vote(0)
    assert len(seen) == 33
    assert made.counts[:2] == (33, 33)
    votes = made.store.votes("ana")
    repeated = [vote for vote in votes if vote.repeat_of is not None]
    assert len(repeated) == 3
    for vote in repeated:
        first = next(each for each in votes if each.id == vote.repeat_of)
        assert vote.shown == first.shown[::-1]
        assert votes.index(vote) - votes.index(first) > 5


def test_a_resumed_sitting_goes_on_exactly_as_one_that_was_not_left(tmp_path: Path) -> None:
    whole, parts = sitting(tmp_path / "a", prompts=25), sitting(tmp_path / "b", prompts=25)
    for number in range(28):
        if number % 4 == 0:
            parts = Sitting(ReviewStore.open(tmp_path / "b" / "r"), "ana")
        if number % 7 == 3:
            for each in (whole, parts):
                each.vote("tie")
                each.undo()
        assert parts.current == whole.current
        assert parts.counts == whole.counts
        for each in (whole, parts):
            each.vote(number % 2)
    assert whole.current is None


def test_reviewers_do_not_see_each_other(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    other = Sitting(ReviewStore.open(tmp_path / "r"), "ben")
    other.set_mode("single")
    made.judge("accept")
    other.refresh()
    assert other.counts.done == 0
    assert other.undo() == ""
    assert len({vote.shown[0].split("-")[1] for vote in _votes(made)}) == 2


def _votes(made: Sitting) -> list:  # type: ignore[type-arg]
    made.set_mode("pair")
    while made.current is not None:
        made.vote(0)
    return made.store.votes()


def test_new_samples_join_and_what_is_on_the_screen_stays(tmp_path: Path) -> None:
    made = sitting(tmp_path)
    before = made.current
    assert not made.refresh()
    other = ReviewStore.open(tmp_path / "r")
    fill(other, range(6, 40))
    assert made.refresh()
    assert made.current == before
    assert made.counts.total == 44


def test_judgements_outlive_the_samples(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    while made.counts.done < made.counts.total:
        made.judge("accept")
    made.set_mode("pair")
    while made.counts.done < made.counts.total:
        made.vote("unsure")
    again = Sitting(review(tmp_path / "r"), "ana")  # sampled again: the same outputs
    assert again.counts.done == again.counts.total
    again.store.add_samples([sample(prompt(0), MODELS[1], "Another text.")])
    again.refresh()
    fresh = Sitting(again.store, "ana")
    assert isinstance(fresh.current, BlindPair)


def test_filters_are_kept_and_judged_outputs_can_be_judged_again(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single", flags={1: "loop"})
    made.set_filter(Filter(strata=frozenset({"edge"}), flags=frozenset({"loop"})))
    assert made.counts[:2] == (0, 1)
    made.judge("reject")
    assert made.current is None
    again = Sitting(ReviewStore.open(tmp_path / "r"), "ana")
    assert again.wanted.flags == {"loop"}
    again.set_filter(Filter(judged="judged"))
    first = text(again)
    again.judge("accept")
    assert again.shown is None
    again.undo()
    assert text(again) == first
    assert [each.verdict for each in again.store.judgements()] == ["reject"]


def test_one_vote_for_a_side_that_is_not_there_does_nothing(tmp_path: Path) -> None:
    made = sitting(tmp_path)
    assert made.vote(2) is None
    with pytest.raises(ValueError, match="no vote"):
        made.vote("maybe")
    with pytest.raises(ValueError, match="1 to 5"):
        made.score("helpful", 6)
    assert made.store.votes() == []


@pytest.mark.parametrize("name", ["", "  ", "a" * 61, "a\x1b[31m"])
def test_names_that_cannot_be_kept(name: str) -> None:
    with pytest.raises(FtuiError, match="needs a name"):
        reviewer_name(name)


def test_the_login_name_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "cleo")
    assert reviewer_name(None) == "cleo"
    assert reviewer_name(" Dora ") == "Dora"


def test_two_windows_of_one_reviewer_share_what_was_said(tmp_path: Path) -> None:
    one = sitting(tmp_path, "single")
    other = Sitting(ReviewStore.open(tmp_path / "r"), "ana")
    one.judge("accept")
    one.judge("reject")
    assert other.refresh()
    assert other.counts.done == 2
    assert other.undo() == "reject"


def test_an_output_that_was_sampled_again_leaves_the_screen(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    shown = made.shown
    assert shown is not None
    store = ReviewStore.open(tmp_path / "r")
    (given,) = [each for each in store.prompts() if each.prompt_id == shown.item.prompt_id]
    store.add_samples([sample(given, shown.order[0].model, "Sampled again.")])
    made.refresh()
    while isinstance(now := made.current, BlindSingle):
        made.judge("accept")
        assert made.store.judgements()[-1].output_hash == text_hash(now.output.raw)


@pytest.mark.parametrize("mode", ["single", "pair"])
def test_a_judgement_looks_at_few_of_the_items(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 20,000 outputs, one that looked at all of them took 0.2 s."""
    made = sitting(tmp_path, mode, prompts=60)
    looked: list[Item] = []
    done = Sitting._done

    def counted(self: Sitting, item: Item) -> bool:
        looked.append(item)
        return done(self, item)

    monkeypatch.setattr(Sitting, "_done", counted)
    for expected in range(1, 6):
        made.judge("accept") if mode == "single" else made.vote(0)
        assert made.current is not None
        assert made.counts.done == expected
    assert len(looked) < 60


def test_counts_by_stratum_follow_judging_undo_and_other_windows(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single", prompts=12)
    other = Sitting(ReviewStore.open(tmp_path / "r"), "ana", seed=3)
    other.set_mode("single")
    for step in range(20):
        made.undo() if step % 5 == 4 else made.judge("accept")
        other.refresh()
        fresh = Sitting(ReviewStore.open(tmp_path / "r"), "ana", seed=3)
        assert made.counts == fresh.counts
        assert made.counts[:2] == other.counts[:2]
        left = sum(item.stratum == made.counts.stratum and not made._done(item) for item in made._items)
        assert made.counts.left_in_stratum == left


def test_a_probe_that_was_judged_can_be_taken_back_after_its_filter_is_gone(tmp_path: Path) -> None:
    made = sitting(tmp_path, "single")
    probe = prompt(40, "train-prefix")
    other = ReviewStore.open(tmp_path / "r")
    other.add_prompts([probe])
    other.add_samples([sample(probe, "tunedone", "recited")])
    assert made.refresh()
    assert made.counts.total == 12
    made.set_filter(Filter(strata=frozenset({"train-prefix"})))
    assert made.counts.total == 1
    made.judge("accept")
    made.set_filter(Filter())
    assert made.undo() == "accept"
    assert made.current is not None
    assert made.current.prompt.stratum == "train-prefix"
