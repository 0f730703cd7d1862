"""How the sampling screens look, at three sizes; `pytest --snapshot-update` takes the pictures anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ftui.project.app_settings import AppSettings
from ftui.tui.app import FtuiApp
from tests.tui.desk import settle
from tests.tui.sampling_desk import MODELS, ScriptedSampler, open_sampling, sampling_app

Compare = Callable[..., bool]
Step = Callable[[Pilot[Any], ScriptedSampler], Any]
SIZES = [(80, 24), (120, 40), (160, 50)]
ANSWER = "To reset your password:\n\n1. Open <|im_start|>Settings.\n2. Choose *Security*.\n\nThat is all."


async def planned(pilot: Pilot[Any], _: ScriptedSampler) -> None:
    """Before a run, a setting under the cursor."""
    await pilot.press("tab", "down", "down")


async def running(pilot: Pilot[Any], sampler: ScriptedSampler) -> None:
    """In the middle of a run."""
    await pilot.press("s")
    await settle(pilot)
    sampler.sample("base", ANSWER)
    sampler.sample("tuned", "It costs 5 € a month. " * 12, "limit", prompt="p2")
    sampler.say("flagged", flags=[(("tuned", "p2", "edge", 0), ["loop", "runaway"])])
    sampler.piece("tuned", "Your order is 日本", 5, prompt="p3")
    sampler.say("progress", done=2, total=12, tokens_per_s=61.5, remaining_s=130.0)
    await settle(pilot)


async def spelt(pilot: Pilot[Any], sampler: ScriptedSampler) -> None:
    """Special tokens, line breaks and what was cut off spelt out."""
    await running(pilot, sampler)
    await pilot.press("w")


async def ended(pilot: Pilot[Any], sampler: ScriptedSampler) -> None:
    """After a run in which one model failed."""
    await running(pilot, sampler)
    sampler.say("model-failed", model="tuned", error="the engine died: SIGSEGV", hint="its log says why")
    sampler.say("finished", done=7, total=12, cancelled=False, failed={"tuned": "died"}, empty=[])
    await settle(pilot)
    await pilot.press("tab")


async def exact(pilot: Pilot[Any], _: ScriptedSampler) -> None:
    """The exact prompt."""
    await pilot.press("tab", "tab", "enter")


async def trying(pilot: Pilot[Any], sampler: ScriptedSampler) -> None:
    """An edited prompt with two outputs."""
    await pilot.press("e")
    await settle(pilot)
    await pilot.press(*" please?", "ctrl+s")
    await settle(pilot)
    sampler.sample("base", "In the list of orders.", prompt="x", tried=True)
    sampler.piece("tuned", "Open *Orders*, then", 6, prompt="x", tried=True)
    await settle(pilot)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "step", [planned, running, spelt, ended, exact, trying], ids=lambda step: step.__name__
)
def test_sampling(
    snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], step: Step
) -> None:
    app, sampler = _app(tmp_path, monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=_before(sampler, step))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_model_yet(
    snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app, sampler = _app(tmp_path, monkeypatch, models=())
    assert snap_compare(app, terminal_size=size, run_before=_before(sampler, None))


def test_without_colour(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = AppSettings(theme="mono", plain_symbols=True)
    app, sampler = _app(tmp_path, monkeypatch, settings=settings)
    assert snap_compare(app, terminal_size=(120, 40), run_before=_before(sampler, running))


def _app(
    folder: Path, monkeypatch: pytest.MonkeyPatch, models: Any = MODELS, settings: AppSettings | None = None
) -> tuple[FtuiApp, ScriptedSampler]:
    monkeypatch.chdir(folder)
    return sampling_app(folder, models, settings=settings)


def _before(sampler: ScriptedSampler, step: Step | None) -> Callable[[Pilot[Any]], Any]:
    async def run(pilot: Pilot[Any]) -> None:
        screen = await open_sampling(pilot)
        if step is not None:
            await step(pilot, sampler)
        await settle(pilot)
        screen.renew()
        getattr(pilot.app.screen, "renew", screen.renew)()
        await settle(pilot)
        pilot.app._notifications.clear()
        pilot.app.clear_notifications()
        await settle(pilot)

    return run
