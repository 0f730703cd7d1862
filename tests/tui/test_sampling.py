"""The sampling screen: what it shows, what its keys ask for, and that the app outlives its worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Region
from textual.widgets import Input

from ftui.tui.screens.input_modal import InputModal
from ftui.tui.screens.page_modal import PageModal
from ftui.tui.screens.sampling_settings import wrong
from ftui.tui.screens.sampling_try import APART, TryScreen
from tests.tui.desk import settle
from tests.tui.sampling_desk import MODELS, lines, model, open_sampling, sampling_app


async def test_models_settings_and_prompts_are_shown_with_where_they_come_from(tmp_path: Path) -> None:
    app, _ = sampling_app(tmp_path)
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await open_sampling(pilot)
        models = "\n".join(lines(screen, "#models"))
        assert "● base" in models
        assert "support.gguf" in models
        assert "✗ older" in models
        assert "ends in the middle of its header"[:20] in models
        settings = lines(screen, "#settings")
        assert any(
            "max tokens" in line and "256" in line and "Modelfile num_predict" in line for line in settings
        )
        assert any("stop" in line and "▲" in line for line in settings)
        prompts = "\n".join(lines(screen, "#prompts"))
        assert "random 1 · edge 1 · held-out 1" in prompts
        assert "␛[31morder␇" in prompts
        assert "\x1b" not in prompts
        assert "no stop sequence is set" in " ".join(lines(screen, "#notes"))


async def test_a_setting_is_changed_checked_and_taken_back(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("tab", "down", "down", "enter")
        await settle(pilot)
        modal = app.screen
        assert isinstance(modal, InputModal)
        field = modal.query_one(Input)
        field.value = "lots"
        await pilot.press("enter")
        assert app.screen is modal, "a value that is no number does not leave the dialog"
        field.value = "64"
        await pilot.press("enter")
        await settle(pilot)
        assert app.choices.values == {"max_tokens": "64"}
        assert any("64" in line and "set here" in line for line in lines(screen, "#settings"))
        await pilot.press("backspace")
        await settle(pilot)
        assert app.choices.values == {}
        assert sampler.asked[-1][0] == "plan"


async def test_keys_that_come_at_once_go_where_the_first_one_leads(tmp_path: Path) -> None:
    """As from a busy machine, or pasted: Tab, then Enter before Tab was worked off."""
    app, _ = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        for key in ("tab", "enter"):
            app.post_message(events.Key(key, None))
        await settle(pilot)
        assert isinstance(app.screen, InputModal), "a setting is changed, no model is told of"


@pytest.mark.parametrize(
    ("name", "text", "good"),
    [
        ("temperature", "0.7", True),
        ("temperature", "-1", False),
        ("temperature", "nan", False),
        ("top_k", "1.5", False),
        ("per_prompt", "2", True),
        ("per_prompt", "0", False),
        ("stop", '"a", "b"', True),
        ("stop", '"a', False),
        ("stop", "### End", True),
        ("strata", " ", False),
    ],
)
def test_values_as_they_are_typed(name: str, text: str, good: bool) -> None:
    assert (wrong(name, text) == "") is good


async def test_a_run_streams_counts_and_ends(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert sampler.asked[-1][0] == "run"
        assert app.sampling.busy
        sampler.piece("base", "To reset <|im_start|>it,", 5)
        sampler.piece("base", " click.", 7)
        await settle(pilot)
        shown = "\n".join(lines(screen, "#outputs"))
        assert "To reset ◆it, click." in shown
        assert "7 tokens …" in shown
        await pilot.press("w")
        assert "To reset <|im_start|>it, click." in "\n".join(lines(screen, "#outputs"))
        sampler.sample("base", "To reset <|im_start|>it, click.")
        sampler.sample("tuned", "on and on", "limit", prompt="p2")
        sampler.say("flagged", flags=[(("tuned", "p2", "edge", 0), ["runaway"])])
        sampler.say("flagged", flags=[(("tuned", "p2", "edge", 0), ["runaway", "loop"])])
        sampler.say("progress", done=2, total=12, tokens_per_s=61.0, remaining_s=75.0)
        await settle(pilot)
        shown = "\n".join(lines(screen, "#outputs"))
        assert "<|im_end|>" in shown
        assert "token limit" in shown
        assert "⚑ runaway · loop" in shown
        assert app.sampling.flag_counts == {"runaway": 1, "loop": 1}, "flags that come again count once"
        status = lines(screen, "#sampling-status")[0]
        assert "2 of 12 · 61 tok/s · 1 min 15 s left" in status
        assert "base end 1" in status
        sampler.say("finished", done=12, total=12, cancelled=False, failed={}, empty=[])
        await settle(pilot)
        assert not app.sampling.busy
        assert "12 of 12 samples" in lines(screen, "#sampling-title")[0]


async def test_the_run_goes_on_behind_the_desk_and_its_end_is_told_there(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("s", "escape")
        await settle(pilot)
        assert app.screen is app.desk
        sampler.piece("base", "while nobody looks", 3)
        sampler.say("finished", done=12, total=12, cancelled=False, failed={}, empty=[])
        await settle(pilot)
        assert any("12 of 12 samples" in note.message for note in app._notifications)
        screen = await open_sampling(pilot)
        assert "while nobody looks" in "\n".join(lines(screen, "#outputs"))
        assert [kind for kind, _ in sampler.asked].count("run") == 1
    assert sampler.closed


async def test_a_dead_worker_is_told_and_the_run_resumed_but_not_for_ever(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        for death in range(1, 5):
            sampler.die()
            await settle(pilot)
            runs = [kind for kind, _ in sampler.asked].count("run")
            assert runs == min(1 + death, 4)
        assert any("code -9" in note.message for note in app._notifications)
        assert not app.sampling.busy
        await pilot.press("s")
        await settle(pilot)
        assert app.sampling.busy, "a person can start it again"


async def test_a_stop_is_sent_at_once(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s", "x")
        assert sampler.asked[-1] == ("stop", None)
        await settle(pilot)
        assert "stopping" in lines(screen, "#sampling-title")[0]
        sampler.say("finished", done=3, total=12, cancelled=True, failed={}, empty=[])
        await settle(pilot)
        assert "stopped with 3 of 12 samples" in lines(screen, "#sampling-title")[0]


async def test_the_exact_prompt_marks_what_cannot_be_seen(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("tab", "tab", "down", "enter")
        await settle(pilot)
        assert sampler.asked[-1] == ("render", (("p2", "edge"), "base"))
        page = app.screen
        assert isinstance(page, PageModal)
        text = "\n".join("".join(part for part, _ in line) for line in page.page._make(90))
        assert "Where is my ␛[31morder␇?<|im_end|>⏎" in text
        assert "21 tokens" in text
        assert "a note" in text
        await pilot.press("m")
        await settle(pilot)
        assert sampler.asked[-1] == ("render", (("p2", "edge"), "tuned"))
        await pilot.press("n")
        await settle(pilot)
        assert sampler.asked[-1] == ("render", (("p3", "held-out"), "tuned"))


async def test_an_edited_prompt_is_sampled_side_by_side_and_apart(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("e")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, TryScreen)
        assert APART in lines(screen, "#try-apart")[0]
        await pilot.press("!", "ctrl+up", "M", "ctrl+s")
        await settle(pilot)
        turns = [("system", "Be kind.M"), ("user", "Where is it?!")]
        assert sampler.asked[-1] == ("try", (turns, ["base", "tuned"]))
        sampler.piece("base", "It is here.", 3, prompt="x", tried=True)
        sampler.sample("tuned", "There.", prompt="x", tried=True)
        sampler.say("tried")
        await settle(pilot)
        columns = [
            "\n".join(strip.text for strip in view.render_lines(view.size.region))
            for view in _streams(screen)
        ]
        assert "It is here." in columns[0]
        assert "There." in columns[1]
        assert "There." not in columns[0]
        assert not app.sampling.outputs.each, "nothing of it stands among the run's outputs"
        assert not app.sampling.reasons
        await pilot.press("escape", "e")
        await settle(pilot)
        again = app.screen
        assert isinstance(again, TryScreen)
        assert again.draft.turns == turns


def _streams(screen: TryScreen) -> list[object]:
    from ftui.tui.widgets.stream_view import StreamView

    return list(screen.query(StreamView))


async def test_a_model_is_left_out_and_another_added(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    (tmp_path / "more.gguf").write_bytes(b"GGUF")
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("space")
        assert app.choices.left_out == {"base"}
        assert [each.name for each in app.sampled_models] == ["tuned"]
        await pilot.press("a")
        field = app.screen.query_one(Input)
        field.value = f"more={tmp_path}/more.ggu"
        await pilot.press("enter")
        assert isinstance(app.screen, InputModal), "no such file"
        field.value = f"more={tmp_path}/mo"
        await pilot.pause()
        await settle(pilot)
        await pilot.press("end", "right", "enter")
        await settle(pilot)
        assert app.choices.models == (f"more={tmp_path}/more.gguf",)
        assert sampler.asked[-2][0] == "describe"


async def test_without_a_model_the_screen_says_how_to_name_one(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path, models=())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_sampling(pilot)
        assert "[[review.models]]" in " ".join(lines(screen, "#notes"))
        await pilot.press("s")
        await settle(pilot)
        assert all(kind != "run" for kind, _ in sampler.asked)


async def test_without_the_engine_the_screen_says_what_to_install(tmp_path: Path) -> None:
    app, sampler = sampling_app(
        tmp_path, missing="GGUF files need llama-cpp-python: pip install 'ftui[llama]'"
    )
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        notes = " ".join(" ".join(lines(screen, "#notes")).split())
        assert "pip install 'ftui[llama]'" in notes
        await pilot.press("s")
        await settle(pilot)
        assert all(kind != "run" for kind, _ in sampler.asked)


async def test_names_and_outputs_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;title\x07[bold]x[/]\u202e"
    app, sampler = sampling_app(tmp_path, models=[model(evil, file=evil, error=evil), *MODELS])
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        sampler.say("log", lines=[("info", evil)])
        sampler.say("note", level="warning", text=evil)
        sampler.say("model-failed", model=evil, error=evil, hint=evil)
        sampler.piece(evil, evil, 1)
        await settle(pilot)
        await pilot.press("w", "L")
        await settle(pilot)
        for each in (app.screen, screen):
            for strip in each._compositor.render_strips():
                assert "\x1b" not in strip.text
                assert "\u202e" not in strip.text
        assert "[bold]x" in "\n".join(lines(screen, "#outputs"))


async def test_leaving_asks_while_a_run_goes_on(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("q", "escape")
        await settle(pilot)
        assert app.sampling.phase == "running"
        await pilot.press("q", "l")
        await settle(pilot)
        assert sampler.asked[-1] == ("stop", None)
    assert app.return_code == 0


async def test_scrolling_back_holds_its_place_while_more_comes(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        for number in range(20):
            sampler.sample("base", f"first line of {number}\nsecond of {number}", which=number)
        await settle(pilot)
        assert "second of 19" in "\n".join(lines(screen, "#outputs"))
        await pilot.press("pageup")
        held = lines(screen, "#outputs")
        sampler.sample("base", "one more", which=20)
        await settle(pilot)
        assert lines(screen, "#outputs") == held
        await pilot.press("g")
        asked, first = lines(screen, "#outputs")[1:3]
        assert ("reset my password" in asked, "first line of 0" in first) == (True, True)
        await pilot.press("down", "down", "down")
        assert "second of 0" in lines(screen, "#outputs")[0]
        await pilot.press("G")
        assert "one more" in "\n".join(lines(screen, "#outputs"))
        sampler.piece("base", "and on", 2, which=21)
        await settle(pilot)
        assert "and on" in "\n".join(lines(screen, "#outputs"))


async def test_a_line_drawn_between_two_looks_leaves_no_other_one_old(tmp_path: Path) -> None:
    """A paint of the first line alone comes after the output grew and before the screen looked what has grown."""
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s")
        sampler.piece("base", "first words", 2)
        await settle(pilot)
        assert "first words" in "\n".join(lines(screen, "#outputs"))
        (output,) = app.sampling.outputs.each
        output.text, output.version = "first words and more", output.version + 1
        screen.outputs.render_lines(Region(0, 0, screen.outputs.size.width, 1))
        assert "first words and more" in "\n".join(lines(screen, "#outputs"))


async def test_a_long_output_is_shown_from_its_end_while_it_grows(tmp_path: Path) -> None:
    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        screen = await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        words = " ".join(f"word{number}" for number in range(4_000))
        sampler.piece("base", words, 4_000)
        await settle(pilot)
        assert "word3999" in "\n".join(lines(screen, "#outputs"))
        await pilot.press("g")
        assert "characters before" in lines(screen, "#outputs")[2]
        sampler.sample("base", words[:9_000])
        await settle(pilot)
        await pilot.press("g")
        assert "word0 word1" in lines(screen, "#outputs")[2]


async def test_reviewing_while_sampling_goes_on_and_back(tmp_path: Path) -> None:
    from ftui.model.ollama_template import Message
    from ftui.review.prompt import Prompt, conversation_id
    from ftui.review.sample import Completion, Sample
    from ftui.review.store import ReviewStore
    from ftui.tui.screens.review import ReviewScreen
    from ftui.tui.screens.sampling import SamplingScreen

    app, sampler = sampling_app(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_sampling(pilot)
        await pilot.press("s")
        await settle(pilot)
        messages = (Message("user", "Where is it?"),)
        prompt = Prompt(conversation_id(messages), "random", messages)
        store = ReviewStore.create(Path(app.sampling.folder))
        store.add_prompts([prompt])
        made = Completion("It is here.", "", "end-token", token_ids=(1,), completion_tokens=1)
        store.add_samples(
            [Sample("s1", prompt.prompt_id, "random", "base", 0, "x", made, "It is here.", {}, 0, "fake", 1)]
        )
        store.close()
        await pilot.press("r")
        await settle(pilot)
        assert isinstance(app.screen, ReviewScreen)
        sampler.piece("base", "meanwhile", 1)
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SamplingScreen)
        assert "meanwhile" in "\n".join(lines(screen, "#outputs"))
        assert app.sampling.phase == "running"
        assert ("stop", None) not in sampler.asked


async def test_what_is_typed_replaces_a_proposed_model_though_all_keys_come_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As over a slow line: Ctrl+U, the name and Enter in one read, also before the line has the keyboard."""
    (tmp_path / "own.gguf").write_bytes(b"GGUF")
    (tmp_path / "proposed.gguf").write_bytes(b"GGUF")
    proposed = f"small={tmp_path / 'proposed.gguf'}"
    monkeypatch.setattr("ftui.tui.screens.sampling_paths.demo_model", lambda: proposed)
    app, _ = sampling_app(tmp_path, models=[])
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_sampling(pilot)
        own = f"mine={tmp_path / 'own.gguf'}"
        await pilot.press("a")
        await settle(pilot)
        assert app.screen.query_one(Input).value == proposed
        for key in ("ctrl+u", *own, "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert app.choices.models == (own,)
        screen.action_add_model()
        for key in ("ctrl+u", *own[:9], "left", "X", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert app.screen.query_one(Input).value == f"{own[:8]}X{own[8]}", (
            "the dialog stays: there is no such file"
        )
