"""Judging from the keyboard: one key says it, keeps it and goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual import events

from ftui.model.ollama_template import Message
from ftui.review.judging.queue import Filter
from ftui.review.prompt import Prompt
from ftui.review.store import ReviewStore
from ftui.tui.text_blocks import Block, laid_out
from ftui.tui.widgets.lines import Piece
from tests.review.reviewed import MODELS, fill, prompt, review, sample
from tests.tui.reviewing import RUBRIC, project, reviewing
from tests.tui.working_desk import working


def kept(folder: Path) -> list[str]:
    """The verdicts in the file, read by another connection."""
    store = ReviewStore.open(folder / "r")
    try:
        return [each.verdict for each in store.judgements("ana")]
    finally:
        store.close()


async def test_five_are_judged_three_taken_back_and_the_next_sitting_goes_on_there(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        seen = []
        for key in "aarar":
            seen.append(work.text)
            await work.press(key)
        assert kept(tmp_path) == ["accept", "accept", "reject", "accept", "reject"]
        assert "5 of 12" in work.text
        await work.press("u", "backspace", "u")
        assert kept(tmp_path) == ["accept", "accept"]
        assert body(work.text) == body(seen[2])
    async with reviewing(tmp_path, "single") as work:
        assert "2 of 12" in work.text
        assert body(work.text) == body(seen[2])
        await work.press("u")
        assert body(work.text) == body(seen[1])


def body(text: str) -> str:
    """The prompt and the output, without what counts."""
    return "\n".join(line for line in text.splitlines() if line.startswith((" What", " Word")))


async def test_votes_by_number_arrow_and_letter(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        for key in ("1", "right", "t", "0", "9", "left"):
            await work.press(key)
        votes = work.store.votes("ana")
    places = [vote.shown.index(vote.winner) if vote.winner in vote.shown else vote.winner for vote in votes]
    assert places == [0, 1, "tie", "both-bad", "unsure", 0]


async def test_before_a_vote_nothing_tells_who_wrote_it_and_afterwards_a_key_does(tmp_path: Path) -> None:
    async with reviewing(tmp_path, flags=dict.fromkeys(range(6), "same-as-base")) as work:
        telling = (*MODELS, "tok/s", "end token", "same-as-base", "im_end")
        for key in ("d", "d", "b", "b", "w", "v"):
            await work.press(key)
            assert not any(word in work.text for word in telling)
        await work.press("i")
        assert not any(word in work.text for word in telling)
        await work.press("1")
        assert all(word in work.text for word in (*MODELS, "tok/s", "end token", "same-as-base"))
        await work.press("i")
        assert not any(word in work.text for word in telling)


async def test_a_single_output_shows_flags_of_its_text_alone(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", flags=dict.fromkeys(range(6), "loop")) as work:
        shown = []
        for _ in range(12):
            shown.append("⚑ loop" in work.text)
            assert not any(name in work.text for name in MODELS)
            await work.press("a")
        assert sum(shown) == 6


async def test_scores_go_down_the_rubric_and_stay_until_the_verdict(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        assert "▸helpful –" in work.text
        await work.press("4", "2")
        assert "helpful 4" in work.text
        assert "▸tone –" in work.text
        await work.press("shift+tab", "5", "exclamation_mark", "a")
        (said,) = work.store.judgements("ana")
        assert dict(said.scores) == {"helpful": 4, "true": 5}
        assert said.flagged
        assert f"▸{RUBRIC[0]} –" in work.text


async def test_without_a_rubric_a_digit_says_how_to_get_one(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", made=project(tmp_path, rubric=())) as work:
        await work.press("3")
        assert any("rubric" in notice for notice in work.notices)
        assert kept(tmp_path) == []


async def test_a_note_is_typed_with_the_letters_that_else_judge(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        await work.press("n")
        await work.modal("InputModal")
        await work.press(*"tar", "enter")
        await work.closed()
        assert "note: tar" in work.text
        await work.press("2")
        assert [vote.note for vote in work.store.votes()] == ["tar"]
        assert "note:" not in work.text


async def test_keys_work_while_one_reads_on(tmp_path: Path) -> None:
    async with reviewing(tmp_path, prompts=0, size=(120, 14)) as work:
        long = "\n".join(f"Line {n}." for n in range(60))
        await work.add(
            *(sample(prompt(0), name, f"{long}\nThe end of {n}.") for n, name in enumerate(MODELS))
        )
        assert "Line 0." in work.text
        assert "more lines" in work.text
        await work.press("pagedown", "j", "j")
        assert "Line 0." not in work.text
        await work.press("G")
        assert "The end of 0." in work.text
        assert "The end of 1." in work.text
        await work.press("g", "j")
        await work.press("1")
        assert len(work.store.votes()) == 1


async def test_a_long_prompt_and_a_long_reference_can_be_read_to_their_ends(tmp_path: Path) -> None:
    asked = "\n".join(f"Ask {n}." for n in range(30))
    answer = "\n".join(f"Say {n}." for n in range(30))
    given = Prompt("0123456789abcdef", "edge", (Message("user", asked),), answer)
    async with reviewing(tmp_path, "single", prompts=0, size=(80, 24)) as work:
        store = ReviewStore.open(tmp_path / "r")
        store.add_prompts([given])
        store.add_samples([sample(given, "x", "Well.")])
        store.close()
        await work.until(lambda: "Ask 0." in work.text, "the prompt")
        await work.press("v")
        assert "Say 0." in work.text
        await work.press(*["J"] * 60)
        assert "Ask 29." in work.text
        assert "Say 29." in work.text
        await work.press(*["K"] * 60)
        assert "Ask 0." in work.text
        assert "Say 0." in work.text


async def test_one_at_a_time_in_a_narrow_terminal(tmp_path: Path) -> None:
    async with reviewing(tmp_path, size=(80, 24)) as work:
        first = body(work.text)
        assert "▸A" in work.text
        await work.press("tab")
        assert "▸B" in work.text
        assert body(work.text) != first
        await work.press("shift+tab")
        assert body(work.text) == first


async def test_words_that_differ_are_marked(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        await work.press("d")
        assert "differ from the reference" in work.text
        assert "means thing" in work.text
        spans = [span for view in work.screen.sides if view.display for span in view.blocks[0].spans]
        assert spans
        assert {kind for *_, kind in spans} == {"differs"}
        await work.press("d")
        assert "differ from" not in work.text


async def test_raw_shows_what_was_cut(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        assert "im_end" not in work.text
        await work.press("b", "b")
        assert "<|im_end|>" in work.text
        assert "with what was cut" in work.text


async def test_fix_adds_a_training_row_and_undo_takes_it_out(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        question = work.screen.outputs()[0].raw
        await work.press("f")
        editor = await work.modal("CorrectionModal")
        await work.press("ctrl+s")
        assert any("Nothing was changed" in notice for notice in work.notices)
        editor.area.load_text("Better.")
        await work.press("ctrl+s")
        await work.closed()
        await work.until(lambda: work.screen.corrections.unsaved == 1, "the row")
        await work.until(lambda: kept(tmp_path) == ["fix"], "the verdict")
        (said,) = work.store.judgements()
        assert said.correction == "Better."
        await work.until(lambda: "● 1 unsaved" in work.text, "the mark")
        await work.press("ctrl+s")
        last = json.loads((tmp_path / "train.jsonl").read_text().splitlines()[-1])
        assert last["output"] == "Better.\n### End"
        assert last["instruction"].startswith("What does word number")
        await work.press("u")
        assert kept(tmp_path) == []
        assert work.screen.outputs()[0].raw == question
        await work.press("ctrl+s")
        assert len((tmp_path / "train.jsonl").read_text().splitlines()) == 9


async def test_a_fix_without_a_training_file_is_kept_in_the_review(tmp_path: Path) -> None:
    made = project(tmp_path)
    (tmp_path / "train.jsonl").unlink()
    async with reviewing(tmp_path, "single", made=made) as work:
        await work.press("f")
        editor = await work.modal("CorrectionModal")
        editor.area.load_text("Better.")
        await work.press("ctrl+s")
        await work.until(lambda: kept(tmp_path) == ["fix"], "the verdict")
        assert [each.correction for each in work.store.judgements()] == ["Better."]
        assert any("review alone" in notice for notice in work.notices)


async def test_leaving_the_editor_says_nothing_of_the_output(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        await work.press("f")
        await work.modal("CorrectionModal")
        await work.press("x", "escape")
        assert any("same key again" in notice for notice in work.notices)
        await work.press("escape")
        await work.closed()
        assert kept(tmp_path) == []


async def test_a_rejected_prompt_becomes_an_edge_case_once(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", prompts=1) as work:
        await work.press("R", "R")
    assert len((tmp_path / "edge.jsonl").read_text().splitlines()) == 1
    assert kept(tmp_path) == ["reject", "reject"]


async def test_the_filter_names_parts_and_counts_models(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single") as work:
        await work.press("F")
        await work.modal("PickModal")
        await work.press(*"edge", "enter")
        await work.until(lambda: "edge" in work.screen.sitting.wanted.strata, "the filter")
        await work.modal("PickModal")
        await work.press(*"plainbase", "enter")
        await work.until(lambda: work.screen.sitting.wanted.models, "the filter")
        await work.modal("PickModal")
        await work.press("escape")
        await work.closed()
        assert "0 of 2" in work.text
        assert "1 of 2 models" in work.text
        assert "plainbase" not in work.text
        await work.press("ctrl+f")
        assert "0 of 12" in work.text


async def test_empty_states_say_what_to_do(tmp_path: Path) -> None:
    async with reviewing(tmp_path, prompts=0) as work:
        assert "no outputs yet" in work.text
        assert "ftui sample" in work.text
        await work.press(
            *("a", "1", "t", "f", "n", "d", "c", "tab", "j", "u", "s", "y", "R", "exclamation_mark", "m", "5")
        )
        store = ReviewStore.open(tmp_path / "r")
        fill(store, [0], MODELS[:1])
        await work.press("m")
        await work.until(lambda: "nothing to compare" in work.text, "the new output")
        fill(store, [0])
        await work.until(lambda: "which is better?" in work.text, "the second model's output")
        await work.press("1")
        assert "everything here is judged: 1 of 1" in work.text
        store.close()


async def test_a_review_of_nothing_but_probes_says_so(tmp_path: Path) -> None:
    async with reviewing(tmp_path, prompts=0) as work:
        store = ReviewStore.open(tmp_path / "r")
        probe = prompt(1, "train-prefix")
        store.add_prompts([probe])
        store.add_samples([sample(probe, "plainbase", "recited")])
        await work.press("m")
        await work.until(lambda: "only probes were sampled" in work.text, "the new output")
        store.close()


async def test_the_nearest_row_and_the_figures_are_a_key_away(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        await work.press("c")
        await work.modal("PageModal")
        assert "No training row shares" in work.text
        await work.press("escape", "1", "V")
        await work.modal("FiguresModal")
        assert "1 votes" in work.text
        assert all(name in work.text for name in MODELS)
        await work.press("q")
        await work.closed()


async def test_hostile_outputs_are_drawn_as_symbols(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", prompts=0) as work:
        bad = "\x1b]0;owned\x07[bold]\u202e\x9b31m\udc80 <|im_start|>tail"
        await work.add(sample(prompt(0), "x", bad))
        for key in ("w", "b", "b", "d", "y"):
            shown = work.text
            assert "[bold]" in shown
            assert not any(character in shown for character in "\x1b\x07\u202e\x9b\udc80")
            await work.press(key)


async def test_help_lists_the_keys_that_judge_first_and_does_them(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        await work.press("question_mark")
        await work.modal("PickModal")
        await work.press(*"both bad", "enter")
        await work.until(lambda: [vote.winner for vote in work.store.votes()] == ["both-bad"], "the vote")


async def test_a_store_that_cannot_be_written_is_told_and_nothing_goes_on(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        before = body(work.text)
        work.store._db.execute("PRAGMA query_only = 1")
        for key in ("1", "s", "m"):
            await work.press(key)
        assert len([each for each in work.notices if "could not be kept" in each]) == 3
        assert body(work.text) == before


async def test_from_the_desk_and_back_with_corrections_in_its_own_session(tmp_path: Path) -> None:
    made = project(tmp_path)
    folder = tmp_path / ".ftui" / "reviews" / "20260101-000000-x"
    async with working(made.splits["train"][0], project=made, rules=False) as work:
        await work.press("O")
        await work.told("Nothing is sampled yet")
        review(folder, models=["only"]).close()
        await work.press("O")
        screen = await work.modal("ReviewScreen")
        await work.press("f")
        editor = await work.modal("CorrectionModal")
        editor.area.load_text("Better.")
        await work.press("ctrl+s")
        await work.until(lambda: work.app.session.unsaved == 1, "the row")
        await work.until(lambda: work.app.screen is screen, "the review screen")
        await work.press("escape")
        await work.closed()
        assert work.desk.table.count == 10
        await work.press("u")
        assert work.desk.table.count == 9


@pytest.mark.parametrize(("mode", "key"), [("single", "f"), ("single", "n"), ("pair", "n"), ("pair", "F")])
async def test_a_key_that_comes_twice_at_once_opens_one_dialog(tmp_path: Path, mode: str, key: str) -> None:
    async with reviewing(tmp_path, mode) as work:
        for _ in range(2):
            work.app.post_message(events.Key(key, key))
        await work.until(lambda: work.app.screen is not work.screen, "a dialog")
        assert len(work.app.screen_stack) == 2


async def test_what_a_dialog_is_about_stays_though_it_is_sampled_again(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", prompts=1, models=["only"]) as work:
        work.app.post_message(events.Key("f", "f"))
        modal = await work.modal("CorrectionModal")
        before = work.screen.sitting.shown
        other = ReviewStore.open(work.store.folder)
        other.add_samples([sample(prompt(0), "only", "Something else.")])
        other.close()
        work.screen._look_for_more()
        await work.app.workers.wait_for_complete(
            [each for each in work.app.workers if each.group == "looking"]
        )
        assert work.screen.sitting.shown is before
        modal.area.text = "What it should have been."
        await work.press("ctrl+s")
        await work.closed()
        assert before is not None
        (said,) = work.store.judgements("ana")
        assert (said.output_hash, said.correction) == (before.item.output_hash, "What it should have been.")
        work.screen._look_for_more()
        await work.until(lambda: "Something else." in work.text, "the new output")


async def test_outputs_that_stay_are_not_laid_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of 100 kB each would hold up the keys for half a second at each output that is sampled meanwhile."""
    async with reviewing(tmp_path) as work:
        laid: list[object] = []

        def counted(blocks: Sequence[Block], *rest: Any, **how: Any) -> list[list[Piece]]:
            laid.append(blocks)
            return laid_out(blocks, *rest, **how)

        monkeypatch.setattr("ftui.tui.widgets.output_view.laid_out", counted)
        before = work.screen.sitting.counts.total
        other = ReviewStore.open(work.store.folder)
        fill(other, range(20, 22))
        other.close()
        await work.until(lambda: work.screen.sitting.counts.total > before, "the new outputs")
        await work.press("j")
        assert not laid
        await work.press("w")
        assert laid
        laid.clear()
        work.app.theme = "ftui-light"
        await work.until(lambda: laid, "other colours")


async def test_an_output_that_is_corrected_twice_is_taken_back_twice(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "single", prompts=1, models=["only"]) as work:
        work.screen.sitting.set_filter(Filter(judged="all"))
        for text in ("Better.", "Best."):
            await work.press("f")
            modal = await work.modal("CorrectionModal")
            modal.area.text = text
            await work.press("ctrl+s")
            await work.closed()
            work.screen.sitting.set_filter(Filter(judged="all"))  # shown again
            work.screen.show()
        document = work.screen.corrections.dataset().documents[0]
        for expected in (11, 10, 9):
            assert len(document.order()) == expected
            await work.press("u")
        assert kept(tmp_path) == []
