"""A sampling screen whose worker is scripted: answers come when the test says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from ftui.tui.app import FtuiApp
from ftui.tui.sampling.messages import Choices, SamplingDied, SamplingHeard, Told
from ftui.tui.screens.sampling import SamplingScreen
from tests.tui.desk import opened, settle, write_rows

MORE = [
    ("max_tokens", "256", "PARAMETER num_predict of Modelfile", False),
    ("context", "2048", "GGUF", False),
    ("temperature", "0.8", "default: 2 greedy samples of a prompt would all be the same", False),
    ("top_p", "1", "default", False),
    ("seed", "0", "default", False),
    ("template", "chat", "GGUF", False),
]
PROMPTS = [
    ("p1", "random", "How do I reset my password?", "random row"),
    ("p2", "edge", "日本語 で 答えて ください", "other language"),
    ("p3", "held-out", "Where is my \x1b[31morder\x07?", "row of the test split"),
]


def model(name: str, **known: Any) -> dict[str, Any]:
    """A model as the worker tells it."""
    return {
        "name": name, "file": f"models/{name}.Q4_1.gguf", "adapter": "", "base": name == "base",
        "architecture": "llama", "error": "", "details": [("licence", "apache-2.0")], "spec": "",
        "settings": [("prompts", "3", "default", False), ("stop", '"### End"', "end marker, ftui.toml", True), *MORE],
        "warnings": ["no stop sequence is set: sampling stops at the end marker '### End'"],
    } | known  # fmt: skip


MODELS = [
    model("base"),
    model("tuned", adapter="adapters/support.gguf"),
    model("older", error="older.gguf: the file ends in the middle of its header"),
]


class ScriptedSampler:
    """Notes what was asked; says what the test tells it to."""

    def __init__(self, app: FtuiApp, models: Sequence[Mapping[str, Any]] = MODELS, missing: str = "") -> None:
        self.app = app
        self.models = models
        self.missing = missing
        self.asked: list[tuple[str, Any]] = []
        self.closed = False
        self.folder = app.session.dataset.project.root

    def say(self, kind: str, payload: bytes = b"", **fields: Any) -> None:
        """As if the worker had said it."""
        self.app.post_message(SamplingHeard(Told({"kind": kind, **fields}, payload)))

    def die(self, code: int = -9) -> None:
        """As if it was killed."""
        self.app.post_message(SamplingDied(code, "Killed"))

    def describe(self, choices: Choices) -> None:
        self.asked.append(("describe", choices))
        told = [self._with(each, choices) for each in self.models]
        self.say("described", models=told, missing=self.missing)

    def _with(self, told: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
        lines = [
            (name, choices.values.get(name, value), "set here" if name in choices.values else source, warns)
            for name, value, source, warns in told["settings"]
        ]
        return {**told, "settings": lines}

    def plan(self, choices: Choices) -> None:
        self.asked.append(("plan", choices))
        notes = ["edge: 1 of 2 prompts: no other rows differ"]
        self.say("planned", prompts=PROMPTS, per_prompt=2, done=0, notes=notes, folder="", shown="")

    def render(self, choices: Choices, prompt: tuple[str, str], model: str) -> None:
        self.asked.append(("render", (prompt, model)))
        text = "<|im_start|>user\nWhere is my \x1b[31morder\x07?<|im_end|>\n<|im_start|>assistant\n"
        self.say(
            "rendered", text.encode(), model=model, by="template: chat, GGUF", notes=["a note"], tokens=21
        )

    def prompt(self, choices: Choices, prompt: tuple[str, str]) -> None:
        self.asked.append(("turns", prompt))
        self.say("turns", prompt=list(prompt), messages=[("system", "Be kind."), ("user", "Where is it?")])

    def run(self, choices: Choices) -> None:
        self.asked.append(("run", choices))
        folder = ".ftui/reviews/20260102-030405-base-tuned"
        self.say("folder", folder=str(self.folder / folder), shown=folder)
        self.say("started", done=0, total=12)
        self.say("loading", model="base")
        engine = "llama.cpp 0.3.36 · llama · context 2,048 · threads 1 (1: 118 tok/s)"
        self.say("loaded", model="base", engine=engine, notes=["the CPU is busy: using 1 thread"])

    def try_out(self, choices: Choices, messages: Sequence[tuple[str, str]], models: Sequence[str]) -> None:
        self.asked.append(("try", (list(messages), list(models))))

    def stop(self) -> None:
        self.asked.append(("stop", None))

    def close(self) -> None:
        self.closed = True

    # What a run says

    def piece(
        self, model: str, text: str, tokens: int, *, prompt: str = "p1", which: int = 0, **more: Any
    ) -> None:
        """A part of an output."""
        stratum = next((each[1] for each in PROMPTS if each[0] == prompt), "edited")
        self.say("pieces", pieces=[((model, prompt, stratum, which), text, tokens)], **more)

    def sample(self, model: str, text: str, reason: str = "end-token", **more: Any) -> None:
        """An output that is done."""
        prompt, which = more.pop("prompt", "p1"), more.pop("which", 0)
        stratum = next((each[1] for each in PROMPTS if each[0] == prompt), "edited")
        cut = more.pop("cut", "<|im_end|>" if reason == "end-token" else "")
        self.say(
            "sample", key=(model, prompt, stratum, which), text=text, cut=cut, reason=reason, stop_text=cut,
            tokens=len(text.split()), tokens_per_s=64.2, error="", **more,
        )  # fmt: skip


def sampling_app(
    folder: Path, models: Sequence[Mapping[str, Any]] = MODELS, missing: str = "", **settings: Any
) -> tuple[FtuiApp, ScriptedSampler]:
    """The app on a small file, its sampler scripted."""
    app = opened(write_rows(folder / "train.jsonl"), **settings)
    sampler = ScriptedSampler(app, models, missing)
    app.make_sampler = lambda: sampler  # type: ignore[method-assign]
    return app, sampler


async def open_sampling(pilot: Pilot[Any]) -> SamplingScreen:
    """From the desk to the sampling screen."""
    await settle(pilot)
    await pilot.press("M")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SamplingScreen)
    return screen


def lines(screen: Any, selector: str) -> list[str]:
    """The text of a widget of the screen, a string a line."""
    if isinstance(screen, SamplingScreen):
        screen.renew()
    widget = screen.query_one(selector)
    return [strip.text.rstrip() for strip in widget.render_lines(widget.size.region)]
