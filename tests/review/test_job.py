"""A sampling job with scripted backends: what is sampled, kept, resumed, and survived."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review import job
from ftui.review.backend import Backend
from ftui.review.cancellation import Cancellation
from ftui.review.job import Order
from ftui.review.job_events import (
    Finished,
    Hashing,
    JobEvent,
    ModelFailed,
    ModelLoaded,
    Note,
    Progress,
    SampleDone,
    Started,
    Streamed,
)
from ftui.review.job_tasks import Entry, Question
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sample import Flag, Sample
from ftui.review.settings import Flags, Settings, settle
from ftui.review.store import ReviewStore
from tests.review.fake_backend import FakeBackend


def prompt(text: str, stratum: str = "random") -> Prompt:
    messages = (Message("user", text),)
    return Prompt(conversation_id(messages), stratum, messages)


PROMPTS = [prompt(f"question {n}") for n in range(5)]


def settings(root: Path, **flags: Any) -> Settings:
    project = Project(root)
    return settle(project, Inference.of(project), Flags(**flags))


def question(asked: Prompt) -> Question:
    return Question(f"<user> {asked.messages[-1].content} <assistant>")


@dataclass
class Bench:
    """A job with files and backends of its own."""

    root: Path
    backends: dict[str, FakeBackend] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    events: list[JobEvent] = field(default_factory=list)
    cancel: Cancellation = field(default_factory=Cancellation)
    hear: Callable[[JobEvent], None] = lambda event: None

    def entry(self, name: str, *, adapter: str | None = None, **flags: Any) -> Entry:
        gguf = self.file("base.gguf" if adapter or name == "base" else f"{name}.gguf")
        model = ReviewModel(name, gguf=gguf, adapter=self.file(adapter) if adapter else None)
        return Entry(model, settings(self.root, **flags), question)

    def file(self, name: str) -> Path:
        path = self.root / name
        if not path.exists():
            path.write_text(f"weights of {name}")
        return path

    def open(self, model: ReviewModel, settings: Settings, folder: Path) -> Backend:
        self.opened.append(model.name)
        return self.backends.setdefault(model.name, FakeBackend())

    def run(
        self, store: ReviewStore, entries: Sequence[Entry], order: Order | None = None, **more: Any
    ) -> Finished:
        def on_event(event: JobEvent) -> None:
            self.events.append(event)
            self.hear(event)

        return job.run(
            store,
            more.pop("prompts", PROMPTS),
            entries,
            order or Order(),
            on_event,
            self.cancel,
            open_backend=self.open,
            **more,
        )

    def heard(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


def test_every_prompt_is_sampled_k_times_from_every_model(bench: Bench, store: ReviewStore) -> None:
    done = bench.run(store, [bench.entry("a", temperature=0.7), bench.entry("b", temperature=0.7)], Order(3))
    made = [*store.samples()]
    assert done == Finished(30, 30, False, {}, ())
    assert {(each.model, each.prompt_id, each.index) for each in made} == {
        (name, each.prompt_id, index) for name in "ab" for each in PROMPTS for index in range(3)
    }
    assert bench.opened == ["a", "b"]
    assert [backend.closed for backend in bench.backends.values()] == [1, 1]
