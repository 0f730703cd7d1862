"""The training screen: what it shows of runs, and what its keys do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import MouseScrollDown
from textual.widgets import Input, Static

from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.training.diagnosis.verdict import Diagnosis, NotJudged
from ftui.tui.screens.ask_modal import AskModal
from ftui.tui.screens.input_modal import InputModal
from ftui.tui.screens.page_modal import PageModal
from ftui.tui.screens.pick_modal import PickList, PickModal
from tests.tui.training_desk import (
    OVERFITTING,
    PLATEAU,
    SAID,
    SPIKE,
    line,
    look,
    run,
    values,
    watching,
    with_checkpoints,
)

QUIET = Diagnosis((), ())
LINES = [line(step) for step in range(1, 201)]


async def test_the_run_its_verdicts_its_progress_and_its_log_are_shown() -> None:
    async with watching(look(), lines=LINES) as here:
        text = here.text
        assert "runs/a/train.log" in text
        assert "last line 3 s ago" in text
        assert "step 200 of 400" in text
        assert "50 %" in text or "50%" in text
        verdicts = here.lines("#verdicts")
        assert any("✖ 1 critical overfitting" in each and "since 130" in each for each in verdicts)
        joined = " ".join(each.strip() for each in verdicts)
        assert "16 % above its best" in joined
        assert "Likely. Stop here" in joined
        assert "best step 100" in joined
        assert any("▲ 2 warning spike" in each for each in verdicts)
        assert "throughput-drop: the log tells neither" in joined
        assert here.lines("#tail")[-1].strip() == LINES[-1]


async def test_remaining_time_is_the_trainers_or_marked_as_estimated() -> None:
    told = run()
    told.facts.remaining_s = 130.0
    async with watching(look(told)) as here:
        assert "· 2 min 10 s left" in here.text
    async with watching(look()) as here:  # 2 seconds a step by the log's own times, 200 steps to go
        assert "~6 min 40 s left" in here.text
    done = run()
    done.facts.finished = True
    async with watching(look(done)) as here:
        assert "finished" in here.text
        assert "left" not in here.text


async def test_the_age_of_the_last_line_ticks_by_the_feeds_clock() -> None:
    async with watching(look(), lines=LINES) as here:
        here.feed.time = 100.0 + 3_723
        here.screen.renew()
        await here.pilot.pause()
        assert "last line 1 h 2 min ago" in here.text


# The log


async def test_the_log_stays_where_it_is_while_lines_come_until_it_is_followed_again() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("tab", "tab")
        assert here.screen.pane == "tail"
        await here.press("pageup")
        seen = here.lines("#tail")[1:]
        await here.say(lines=["new 1", "new 2", "new 3"])
        assert here.lines("#tail")[1:] == seen
        assert "3 new lines, G goes to the newest" in here.lines("#tail")[0]
        await here.press("G")
        assert here.lines("#tail")[-1].strip() == "new 3"
        await here.say(lines=["new 4"])
        assert here.lines("#tail")[-1].strip() == "new 4"
        await here.press("f")
        await here.say(lines=["new 5"])
        assert here.lines("#tail")[-1].strip() == "new 4"
        await here.press("f")
        assert here.lines("#tail")[-1].strip() == "new 5"


async def test_a_text_is_looked_for_in_the_log() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("slash", *"STEP 1", "enter")
        assert "does not hold" in here.notices[-1], "a capital counts"
        await here.press("escape", "slash")
        await here.press(*"step 17:", "enter")
        assert any(each.startswith("›step 17:") for each in here.lines("#tail"))
        assert "1 of 1" in here.lines("#tail")[0]
        await here.press("escape", "slash", *"val loss 2.1", "enter", "n")
        first = next(each for each in here.lines("#tail") if each.startswith("›"))
        await here.press("n")
        second = next(each for each in here.lines("#tail") if each.startswith("›"))
        assert first != second
        await here.press("N")
        assert first == next(each for each in here.lines("#tail") if each.startswith("›"))


async def test_the_log_is_filtered_by_kind() -> None:
    more = ["UserWarning: slow tokenizer", "RuntimeError: CUDA out of memory", *LINES]
    async with watching(look(), lines=more) as here:
        await here.press("F")
        assert [each.strip() for each in here.lines("#tail")[1:3]] == more[:2]
        assert "warnings and errors" in here.lines("#tail")[0]
        await here.press("F")
        assert all("val loss" in each for each in here.lines("#tail")[1:])


async def test_values_behind_a_progress_bar_stand_alone_without_bars() -> None:
    bar = " 50%|█████     | 2/4 [00:01<00:01,  1.5it/s]"
    async with watching(look(), lines=[f"{bar}{{'loss': 1.37}}", bar]) as here:
        await here.press(*"FFFF")
        assert [each.strip() for each in here.lines("#tail")[1:2]] == ["{'loss': 1.37}"]
        assert "50%" not in "".join(here.lines("#tail"))


async def test_a_long_line_is_slid_as_far_as_it_goes() -> None:
    long = "".join(f"{n:04}" for n in range(200))
    async with watching(look(), lines=["short", long]) as here:
        await here.press("tab", "tab", "right", "right")
        assert here.lines("#tail")[2].startswith(" " + long[16:30])
        for _ in range(200):
            here.screen.tail.action_slide(1)
        await here.pilot.pause()
        assert here.lines("#tail")[2].strip().endswith("0199")
        await here.press("left")
        assert here.lines("#tail")[2].strip().endswith("0199"), "one press is seen at once"


async def test_wide_characters_and_tabs_in_the_log_keep_to_the_screen() -> None:
    lines = ["日本語の損失 " * 40, "a\tb\t" * 60, "e\u0301\u0302\u0303\u0304\u0305 stack", "🙂" * 90]
    async with watching(look(), lines=lines) as here:
        for strip in here.app.screen._compositor.render_strips():
            assert strip.cell_length == 120
        await here.press("tab", "tab", "right")
        assert all(strip.cell_length == 120 for strip in here.app.screen._compositor.render_strips())


async def test_a_text_being_typed_is_not_taken_for_keys_when_panes_come_and_go() -> None:
    async with watching(look(said=QUIET), lines=LINES) as here:
        await here.press("slash", "l")
        await here.say(look(said=SAID), look(run("runs/b/train.log"), "runs/b/train.log", QUIET))
        await here.press("o", "s")
        assert here.screen.search.is_open
        assert here.screen.search.query_one(Input).value == "los"
        await here.pilot.resize_terminal(80, 24)
        await here.pilot.pause()
        await here.press("s")
        assert here.screen.search.query_one(Input).value == "loss"


async def test_the_terminal_obeys_nothing_that_stands_in_a_log() -> None:
    async with watching(look(), lines=["\x1b]52;c;ZXZpbA==\x07 bell \x07 \u202eevil"]) as here:
        assert "\x1b" not in here.text
        assert "\u202e" not in here.text


# The curves


async def test_metrics_scales_and_axes_are_chosen_by_key() -> None:
    async with watching(look(), lines=LINES) as here:
        plot = here.screen.plot
        assert plot.panels[0].title == "loss"
        await here.press("m")
        assert plot.panels[0].title == "learning rate"
        await here.press("M")
        assert isinstance(here.app.screen, PickModal)
        await here.press(*"entropy", "enter")
        assert plot.panels[0].title == "entropy"
        await here.press("m")
        assert plot.panels[0].title == "loss"
        await here.press("y")
        assert plot.panels[0].scale == "log"
        await here.press("t")
        assert plot.axis == "epoch"
        await here.press("t")
        assert plot.axis == "time"
        await here.press("s")
        assert plot.panels[0].smoothing > 0


async def test_a_chart_keeps_its_scale_while_points_come_and_others_are_shown() -> None:
    made = run()
    async with watching(look(made), lines=LINES) as here:
        await here.press("y", "m")
        assert here.screen.plot.panels[0].scale == "linear"
        await here.say(look(run(steps=210)))
        await here.press(*"mmm")
        assert here.screen.plot.panels[0].title == "loss"
        assert here.screen.plot.panels[0].scale == "log"


async def test_the_crosshair_tells_values_and_escape_takes_it_away() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("left", "left")
        assert here.screen.plot.crosshair is not None
        await here.press("escape")
        assert here.screen.plot.crosshair is None


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_beside_another_run_the_crosshair_reads_every_line(size: tuple[int, int]) -> None:
    async with watching(*two(), lines=LINES, size=size) as here:  # type: ignore[arg-type]
        here.screen.plot.place(85.0)
        await here.pilot.pause()
        read = {step: values(step, shift) for step, shift in ((85, 0.0), (80, 0.0))}
        train, validation = f"{read[85]['train/loss']:.4g}", f"{read[80]['eval/loss']:.4g}"
        beside = f"{values(85, 0.3)['train/loss']:.4g}"
        said = "".join(here.lines("#training-progress"))
        assert f"at 85  a  train {train}  validation {validation} (at 80)" in said
        legend = here.lines("#curves")[0]
        assert all(value in legend for value in (train, f"{validation} at 80", beside)), legend
        await here.press("tab", "tab")
        table = here.lines("#runs")
        assert "run, at 85" in table[0]
        assert train in table[1]
        assert beside in table[2]
        here.screen.plot.place(190.0)
        await here.pilot.pause()
        assert here.lines("#runs")[2].split()[3] != beside, "the run ended before"
        here.screen.plot.place(None)
        await here.pilot.pause()
        assert "at 85" not in here.text


# Verdicts


async def test_verdicts_are_marked_on_the_curve_by_their_numbers() -> None:
    async with watching(look(), lines=LINES) as here:
        plot = here.screen.plot
        assert [(mark.label, mark.x, mark.level) for mark in plot.marks] == [
            ("1", 130.0, "critical"), ("2", 60.0, "warning"), ("3", 150.0, "info"),
        ]  # fmt: skip
        await here.press("right_square_bracket")
        assert here.screen.verdicts.verdict is OVERFITTING, "the first one, which nobody has looked at"
        assert plot.crosshair == pytest.approx(130.0)
        await here.press("right_square_bracket")
        assert here.screen.verdicts.verdict is SPIKE
        assert plot.crosshair == pytest.approx(60.0)
        await here.press("t")
        assert plot.marks[0].x == pytest.approx(130 / 50), "in epochs"


async def test_the_rule_is_explained_with_its_thresholds() -> None:
    from ftui.training.diagnosis.diagnose import rules

    rule = next(each for each in rules() if each.thresholds)
    name, threshold = next(iter(rule.thresholds.items()))
    said = Diagnosis((replace(SPIKE, code=rule.code),), ())
    set_so = Project(root=Path())
    value = (threshold.default + 1.0) / 2 or 0.5
    set_so = replace(set_so, training=replace(set_so.training, thresholds={rule.code: {name: value}}))
    async with watching(look(said=said), lines=LINES, project=set_so) as here:
        await here.press("x")
        modal = here.app.screen
        assert isinstance(modal, PageModal)
        assert callable(modal.page.parts) is False
        parts = dict(modal.page.parts)  # type: ignore[arg-type]
        assert parts["why it matters"] == rule.why
        assert parts["where the method is from"] == rule.source
        thresholds = next(text for title, text in parts.items() if title.startswith("thresholds"))
        assert f"{name} = {value:g}" in thresholds
        assert f"default {threshold.default:g}" in thresholds


async def test_from_a_verdict_to_its_line_of_the_log() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("tab", "down", "enter")
        assert here.screen.pane == "tail"
        assert any(each.startswith("›step 60:") for each in here.lines("#tail"))
        assert here.screen.plot.crosshair == pytest.approx(60.0)


async def test_from_a_verdict_to_the_data_that_may_explain_it(tmp_path: Path) -> None:
    project = Project(root=tmp_path, splits={"train": (tmp_path / "train.jsonl",)})
    async with watching(look(), lines=LINES, project=project) as here:
        await here.press("d")
        assert isinstance(here.app.screen, AskModal)
        assert [choice.value for choice in here.app.screen.choices] == ["DUP", "LEK"]
        await here.press("l")
        assert here.app.wanted_data == "LEK"


async def test_without_a_project_the_way_to_the_data_says_what_is_missing() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("d", "d")
        assert "ftui.toml" in here.notices[-1]
        await here.press("right_square_bracket", "right_square_bracket", "d")
        assert "spike is not about the data" in here.notices[-1]


async def test_the_checkpoint_nearest_to_the_best_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(
        "ftui.tui.clipboard.save", lambda text, folder: (kept.append(text), folder / "copied.txt")[1]
    )
    known = with_checkpoints(tmp_path, 50, 90, 180)
    async with watching(look(context=known), lines=LINES) as here:
        await here.press("c")
        assert "checkpoint 90" in here.text
        assert "y copy the command" in here.text
        await here.press("y")
        assert kept[-1].startswith(f"python convert_hf_to_gguf.py {tmp_path}/checkpoint-90 --outfile ")
        (tmp_path / "checkpoint-90" / "adapter_config.json").write_text("{}")
        await here.press("escape", "c", "y")
        assert kept[-1].startswith("python convert_lora_to_gguf.py")
        (tmp_path / "checkpoint-90" / "model.gguf").write_bytes(b"GGUF")
        await here.press("escape", "c")
        assert "base model" in here.text
        (tmp_path / "checkpoint-90" / "adapter_config.json").unlink()
        await here.press("escape", "c", "y")
        assert kept[-1] == f"ftui sample --model step-90={tmp_path}/checkpoint-90/model.gguf"


async def test_without_checkpoints_it_is_said_where_they_are_looked_for() -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("c")
        assert "no checkpoint is known" in here.text
        assert "checkpoint-500" in here.text
        assert "runs/a" in here.text


async def test_a_list_of_verdicts_longer_than_its_pane_can_be_read_to_its_end() -> None:
    unknown = tuple(NotJudged(f"code-{number}", f"for reason {number}") for number in range(40))
    said = Diagnosis((OVERFITTING, SPIKE), unknown)
    async with watching(look(said=said), lines=LINES) as here:
        assert not any("code-39" in each for each in here.lines("#verdicts"))
        await here.press("tab", "down", *["down"] * 12)
        assert here.screen.verdicts.verdict is SPIKE
        read = " ".join(here.lines("#verdicts"))
        assert "code-20" in read
        assert "overfitting" not in read
        changed = replace(said, verdicts=(replace(OVERFITTING, message=OVERFITTING.message[::-1]), SPIKE))
        await here.say(look(said=changed))
        assert " ".join(here.lines("#verdicts")) == read, "it stays while the run is judged anew"
        await here.press("G")
        assert "code-39: for reason 39" in here.lines("#verdicts")[-1]
        await here.press("pageup", "pageup", "pageup", "pageup")
        assert "critical overfitting" in here.lines("#verdicts")[0]
        await here.press("pagedown", "g")
        assert "critical overfitting" in here.lines("#verdicts")[0]
        await here.pilot._post_mouse_events([MouseScrollDown], "#verdicts", button=0)
        assert "critical overfitting" not in here.lines("#verdicts")[0]


# Alerts


async def test_a_new_verdict_rings_and_names_the_key_that_shows_it() -> None:
    async with watching(look(said=QUIET), lines=LINES) as here:
        await here.say(look(said=Diagnosis((SPIKE, PLATEAU), ())))
        assert here.bells == 1, "not for an info"
        assert "warning spike" in here.notices[-1]
        assert "a shows it" in here.notices[-1]
        await here.say(look(said=SAID))
        assert here.bells == 2
        assert "critical overfitting" in here.notices[-1]
        await here.press("a")
        assert here.screen.verdicts.verdict is OVERFITTING
        assert here.screen.pane == "verdicts"


async def test_an_alert_waits_until_a_dialog_is_closed() -> None:
    async with watching(look(said=QUIET), lines=LINES) as here:
        await here.press("question_mark")
        here.feed.say(look(said=Diagnosis((SPIKE,), ())))
        await here.until(lambda: here.bells == 1, "the alert")
        assert not here.notices, "it waits until the dialog is closed"
        await here.press("escape")
        await here.until(lambda: here.notices, "the notice")
        assert "a shows it" in here.notices[-1]


async def test_one_alert_at_a_time_in_a_low_terminal_and_escape_takes_it_away() -> None:
    async with watching(look(said=QUIET), lines=LINES, size=(80, 24)) as here:
        await here.say(look(said=Diagnosis((SPIKE,), ())))
        await here.say(look(said=Diagnosis((OVERFITTING, SPIKE), ())))
        assert len(here.app._notifications) == 1, "one notice alone"
        assert here.notices[-1] == "critical overfitting · +1 more, a shows them"
        await here.press("left", "escape")
        assert not len(here.app._notifications)
        assert here.screen.plot.crosshair is not None, "one thing at a time"
        await here.press("escape")
        assert here.screen.plot.crosshair is None


async def test_what_a_log_held_at_the_start_is_no_news() -> None:
    async with watching(look(), lines=LINES) as here:
        assert here.bells == 0
        assert here.notices == []


async def test_the_bell_can_be_switched_off() -> None:
    async with watching(look(said=QUIET), settings=AppSettings(bell=False)) as here:
        await here.say(look())
        assert here.bells == 0
        assert here.notices


async def test_a_snoozed_verdict_is_silent_until_it_gets_worse() -> None:
    async with watching(look(said=Diagnosis((SPIKE,), ())), lines=LINES) as here:
        await here.press("space")  # whatever is focused
        assert any("snoozed" in each for each in here.lines("#verdicts"))
        await here.say(look(said=Diagnosis((replace(SPIKE, message="again"),), ())))
        assert here.bells == 0
        await here.say(look(said=Diagnosis((replace(SPIKE, severity="critical"),), ())))
        assert here.bells == 1
        assert not any("snoozed" in each for each in here.lines("#verdicts"))


async def test_an_unsnoozed_verdict_is_no_news_by_itself() -> None:
    said = Diagnosis((SPIKE,), ())
    async with watching(look(said=said), lines=LINES) as here:
        await here.press("tab", "space", "space")
        assert not any("snoozed" in each for each in here.lines("#verdicts"))
        await here.say(look(said=Diagnosis((replace(SPIKE, message="as before"),), ())))
        assert here.bells == 0


# Several runs


def two() -> list[object]:
    return [look(), look(run("runs/b/train.log", 150, shift=0.3), "runs/b/train.log", QUIET)]


async def test_runs_are_compared_and_drawn_in_colours_of_their_own() -> None:
    async with watching(*two(), lines=LINES) as here:  # type: ignore[arg-type]
        table = here.lines("#runs")
        assert any("a " in each and "200" in each and "✖ overfitting" in each for each in table)
        assert any("b " in each and "150" in each for each in table)
        names = [each.name for each in here.screen.plot.panels[0].lines]
        assert names == ["a train", "a val", "b train", "b val"]
        await here.press("tab", "tab", "down")
        assert here.app.training.current == "runs/b/train.log"
        assert "nothing is said" in " ".join(here.lines("#verdicts"))
        await here.press("space")
        assert [each.name for each in here.screen.plot.panels[0].lines] == ["a train", "a val"]
        await here.press("space", "enter")
        assert [each.name for each in here.screen.plot.panels[0].lines] == ["b train", "b val"]
        await here.press("enter")
        assert len(here.screen.plot.panels[0].lines) == 4


async def test_of_very_many_runs_the_first_dozen_and_the_current_one_are_drawn() -> None:
    made = run(steps=60)
    runs = [look(made, f"runs/{number:02}/train.log", QUIET) for number in range(40)]
    async with watching(*runs, lines=LINES, size=(160, 50)) as here:

        def drawn() -> set[str]:
            return {each.name.split()[0] for each in here.screen.plot.panels[0].lines}

        assert drawn() == {f"{number:02}" for number in range(12)}
        assert "12 of 40 drawn" in here.lines("#runs")[0]
        await here.press("tab", "tab", "G")
        assert here.lines("#runs")[-1].startswith("n━ 39")
        assert drawn() == {*(f"{number:02}" for number in range(12)), "39"}
        await here.press("space")
        assert "39" not in drawn()
        await here.press("space", "enter", "k", "space")
        assert drawn() == {"38", "39"}, "two of them, compared"


async def test_very_many_metrics_can_be_chosen_from_and_gone_through() -> None:
    from ftui.training.record import Record

    made = run(steps=20)
    names = [f"layer_{number}/weight.norm" for number in range(300)]
    made.add(Record(dict.fromkeys(names, 1.0), 21))
    async with watching(look(made), lines=LINES) as here:
        await here.press("M", *"299", "enter")
        assert here.screen.plot.panels[0].title == "layer 299/weight.norm"
        await here.press(*["m"] * 3)
        assert here.screen.plot.panels[0].title != "layer 299/weight.norm"


# Names that nobody would give


EVIL = "\x1b]0;owned\x07[red]\u202e\t\n" + "長" * 60


async def test_names_from_logs_are_drawn_safely_wherever_they_stand() -> None:
    from ftui.training.record import Record

    made = run(steps=60)
    made.add(Record({EVIL: 1.0, f"eval/{EVIL}/loss": 2.0}, 61))
    said = Diagnosis((replace(SPIKE, message=EVIL, advice=EVIL, evidence={EVIL: EVIL, "list": [EVIL]}),), ())
    runs = [look(made, f"runs/{EVIL}/{letter}", said, trouble=EVIL, format=EVIL) for letter in "ab"]
    async with watching(*runs, lines=[EVIL], size=(120, 50)) as here:

        def is_safe() -> None:
            rendered = here.app.screen._compositor.render_strips()
            assert all(strip.cell_length == 120 for strip in rendered)
            assert not set("\x1b\x07\u202e\t") & set(here.text)

        is_safe()
        for keys in (["M"], ["escape", "x"], ["escape", "question_mark"], ["escape", "d"], ["escape", "c"]):
            await here.press(*keys)
            is_safe()
        await here.say(*runs, notices=[EVIL])
        changed = replace(said, verdicts=(replace(said.verdicts[0], severity="critical"),))
        await here.say(replace(runs[0], diagnosis=changed), runs[1])
        assert here.bells == 1
        is_safe()
        await here.press("escape", "M", *"red", "enter", "t", "left")
        assert "red" in here.screen.plot.panels[0].title
        is_safe()
        here.feed.fails = EVIL
        await here.until(lambda: here.app.training.failed, "the news")
        here.screen.renew()
        await here.pilot.pause()
        is_safe()


# Nothing to show yet


async def test_before_there_is_any_run_it_is_said_what_is_waited_for() -> None:
    async with watching() as here:
        await here.say(loaded=0.4, more=False)
        assert "reading … 40%" in here.text
        await here.say(
            look(run(steps=0), said=QUIET, trouble="is not there yet", has_loss=False, last_line=None)
        )
        assert "is not there yet" in here.text


async def test_a_log_without_a_loss_says_what_was_seen_and_how_to_say_which_it_is() -> None:
    from ftui.training.following.no_loss import COLUMNS_HINT
    from ftui.training.record import Record

    made = run(steps=0)
    made.add(Record({"nll": 2.0, "speed": 4.0}, 1))
    seen = replace(look(made, said=QUIET), no_loss=("its columns are nll, speed", COLUMNS_HINT))
    async with watching(seen) as here:
        text = " ".join(each.strip() for each in here.lines("#verdicts"))
        assert "No loss found in train.log" in text
        assert "nll, speed" in text
        assert '[training.columns] train_loss = "' in text
        assert here.screen.plot.panels[0].title == "nll", "what there is is drawn"


async def test_a_log_is_opened_from_the_screen(tmp_path: Path) -> None:
    async with watching(look(), lines=LINES) as here:
        await here.press("o")
        assert isinstance(here.app.screen, InputModal)
        here.app.screen.query_one(Input).value = f"{tmp_path}/new.log"
        await here.press("enter")
        await here.until(lambda: here.feed.added == [tmp_path / "new.log"], "the log to be followed")


async def test_a_reader_that_dies_is_told_of_and_the_screen_lives(tmp_path: Path) -> None:
    async with watching(look(), lines=LINES) as here:
        here.feed.fails = "no such thing"
        await here.until(lambda: here.app.training.failed, "the news")
        here.screen.renew()
        await here.pilot.pause()
        assert "RuntimeError: no such thing" in here.text
        here.notices.clear()
        await here.press("o")
        assert not isinstance(here.app.screen, InputModal)
        (told,) = here.notices
        assert told.startswith(
            "Logs are not read: RuntimeError: no such thing. Leave ftui and start it again"
        )
        await here.press("m")
        assert here.screen.plot.panels[0].title == "learning rate"
    assert here.feed.closed


async def test_keys_answer_while_a_large_log_is_read() -> None:
    async with watching() as here:
        for part in range(1, 20):
            here.feed.say(lines=[f"line {part} {n}" for n in range(2_000)], loaded=part / 20, more=True)
        await here.press("z")
        await here.until(lambda: here.app.training.log.came == 38_000, "all lines")
        assert here.screen.zoomed
        assert len(here.app.training.log) == 20_000, "the log is bounded"
        await here.press("escape", "escape")
        assert here.app.return_code == 0, "Escape leaves while a log is read"


# Panes


async def test_a_small_terminal_shows_curve_and_verdicts_and_the_log_on_a_key() -> None:
    async with watching(look(), lines=LINES, size=(80, 24)) as here:
        assert not here.screen.tail.display
        assert "overfitting" in " ".join(here.lines("#verdicts"))
        assert here.screen.plot.size.height >= 12
        await here.press("tab", "tab")
        assert here.screen.pane == "tail"
        assert here.screen.tail.display, "Tab opens it"
        assert here.screen.plot.size.height >= 12, "half of the screen is the curves'"
        await here.press("tab")
        assert not here.screen.tail.display
        await here.press("L")
        assert here.screen.tail.display
        await here.press("L", "z")
        assert here.screen.plot.size.height == 21
        assert not here.screen.verdicts.display
        await here.press("escape")
        assert here.screen.verdicts.display


@pytest.mark.parametrize("size", [(20, 6), (1, 1), (40, 10), (300, 5), (12, 80)])
async def test_in_a_tiny_terminal_one_pane_is_shown_and_every_key_works(size: tuple[int, int]) -> None:
    async with watching(*two(), lines=LINES, size=size) as here:  # type: ignore[arg-type]
        for pane in ("curves", "verdicts", "runs", "tail"):
            assert here.screen.pane == pane
            if 5 < size[1] < 14:
                assert here.screen.query_one(f"#{pane}").size.height == size[1] - 3
            await here.press("down", "right", "left", "end", "y", "s", "tab")


async def test_a_storm_of_sizes_ends_with_the_last() -> None:
    async with watching(look(), lines=LINES) as here:
        for width in range(20, 140, 15):
            await here.pilot.resize_terminal(width, width // 3)
        await here.pilot.resize_terminal(100, 30)
        await here.pilot.pause()
        here.screen.renew()
        await here.pilot.pause()
        assert all(strip.cell_length == 100 for strip in here.app.screen._compositor.render_strips())
        assert here.screen.tail.display
        assert here.screen.plot.size.height >= 12


async def test_in_a_low_pane_a_message_goes_on_where_its_line_ended() -> None:
    long = replace(OVERFITTING, message=" ".join(f"word{number}" for number in range(20)))
    async with watching(look(said=Diagnosis((long, SPIKE), ())), lines=LINES, size=(80, 24)) as here:
        first, rest, other = here.lines("#verdicts")
        words = (first.split(" · ")[1] + " " + rest).split()
        assert words == [f"word{number}" for number in range(len(words))]
        assert len(words) > 8
        assert "2 warning spike" in other
        assert other.endswith("…")


async def test_a_log_without_lines_takes_no_room() -> None:
    async with watching(look()) as here:
        assert not here.screen.tail.display
        await here.press("L")
        assert "no lines of text: this is scripted log" in " ".join(here.lines("#tail"))


@pytest.mark.parametrize("pane", ["curves", "verdicts", "runs", "tail"])
async def test_every_key_of_the_help_does_something_or_says_why_not(pane: str) -> None:
    from ftui.tui.training.keys import TRAINING_KEYS

    async with watching(*two(), lines=LINES) as here:  # type: ignore[arg-type]
        for key in TRAINING_KEYS:
            if key.place == pane:
                await here.screen.run_key(key.id)
                await here.pilot.pause()
                assert here.screen.pane in (pane, "tail")


async def test_the_palette_lists_what_works() -> None:
    async with watching(look(), lines=LINES) as here:
        titles = [command.title for command in here.app.get_system_commands(here.screen)]
        assert any(title.startswith("Log scale") for title in titles)
        await here.press("question_mark")
        assert isinstance(here.app.screen, PickModal)


# Help


async def test_a_line_of_the_help_that_is_cut_is_told_whole_when_it_is_chosen() -> None:
    async with watching(look(), lines=LINES, size=(80, 24)) as here:
        await here.press("question_mark")
        help_ = here.app.screen
        assert isinstance(help_, PickModal)
        lines = help_.query_one(PickList)
        foot = help_.query_one("#foot", Static)
        cut = 0
        for number, item in enumerate(lines.items):
            lines.cursor = number
            await here.pilot.pause()
            shown = lines.render_line(number - lines.top).text
            whole = "…" not in shown
            assert whole == (item.more in shown)
            cut += not whole
            told = str(foot.content)
            assert item.more in told if not whole else "Enter do it" in told
        assert cut, "a text that has no room in 80 cells"
