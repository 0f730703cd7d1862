"""A sampling job with scripted backends: what is sampled, kept, resumed, and survived."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.backends.backend import Backend
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sample import Flag, Sample
from ftui.review.sampling import job
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.job import Order
from ftui.review.sampling.job_events import (
    Examined,
    Finished,
    Hashing,
    JobEvent,
    Loading,
    ModelFailed,
    ModelLoaded,
    Note,
    Progress,
    SampleDone,
    Started,
    Streamed,
)
from ftui.review.sampling.job_tasks import Entry, Question
from ftui.review.sampling.settings import Flags, Settings
from ftui.review.sampling.settling import settle
from ftui.review.store import ReviewStore
from tests.review.fake_backend import FakeBackend

ROOT = Path(__file__).resolve().parents[2]


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


def test_a_sample_says_how_it_came_about(bench: Bench, store: ReviewStore) -> None:
    bench.backends["tuned"] = FakeBackend(lambda request, seed: "yes </end> more")
    entry = bench.entry("tuned", adapter="lora.gguf", temperature=0.5, max_tokens=50, seed=3)
    entry = replace(entry, settings=entry.settings.changed("ftui.toml", end_marker="</end>"))
    bench.run(store, [entry], Order(2, page="step-1"), prompts=PROMPTS[:1])
    first, second = store.samples()
    assert first.prompt == "<user> question 0 <assistant>"
    assert first.completion.output == "yes </end> more"
    assert first.processed == "yes"
    assert first.settings["max_tokens"] == 50
    assert first.settings["threads"] == 1, "what the engine took, not what was asked"
    assert (first.backend, first.batch_width, first.page) == ("fake 1.0", 2, "step-1")
    assert (first.index, second.index) == (0, 1)
    assert first.seed != second.seed
    assert first.model_sha256 == hashlib.sha256(b"weights of base.gguf").hexdigest()
    assert first.adapter == str(bench.root / "lora.gguf")
    known = store.models()["tuned"]
    assert known["sources"]["max_tokens"] == "--max-tokens"
    assert known["sources"]["end_marker"] == "ftui.toml"
    assert known["engine"]["backend"] == "fake 1.0"
    assert known["sha256"] == first.model_sha256
    assert known["failed"] is None


def test_what_is_finished_is_not_sampled_again(bench: Bench, store: ReviewStore) -> None:
    entries = [bench.entry("a", temperature=0.7)]
    bench.run(store, entries, Order(2), prompts=PROMPTS[:2])
    bench.backends.clear()
    done = bench.run(store, entries, Order(3))
    asked = {request.prompt: len(request.seeds) for request in bench.backends["a"].requests}
    assert asked == {question(each).text: 1 if n < 2 else 3 for n, each in enumerate(PROMPTS)}
    assert (done.done, done.total, store.count()) == (15, 15, 15)
    assert bench.heard(Started)[-1][:2] == (15, 4)
    bench.backends.clear()
    assert bench.run(store, entries, Order(3)) == Finished(15, 15, False, {}, ())
    assert not bench.backends, "a model that has nothing to do is not loaded"


@pytest.mark.parametrize(
    "changed", [{"temperature": 0.8}, {"seed": 1}, {"max_tokens": 9}, {"stop": ("x",)}, {"context": 512}]
)
def test_another_setting_makes_other_samples(
    bench: Bench, store: ReviewStore, changed: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"temperature": 0.7, "seed": 0}
    bench.run(store, [bench.entry("a", **usual)])
    bench.run(store, [bench.entry("a", **usual | changed)])
    assert store.count() == 10


def test_where_a_sample_is_made_makes_no_other_sample(bench: Bench, store: ReviewStore) -> None:
    bench.run(store, [bench.entry("a", threads=1, gpu_layers=0)])
    bench.run(store, [bench.entry("a", threads=2, gpu_layers=20)])
    assert store.count() == 5


def test_other_weights_another_page_and_another_prompt_text_make_other_samples(
    bench: Bench, store: ReviewStore
) -> None:
    entry = bench.entry("a")
    bench.run(store, [entry])
    bench.run(store, [entry], Order(page="step-2"))
    assert store.count() == 10
    assert entry.model.gguf is not None
    entry.model.gguf.write_text("other weights")
    bench.run(store, [entry])
    assert store.count() == 15
    bench.run(store, [replace(entry, question=lambda asked: Question("system " + question(asked).text))])
    assert store.count() == 20


def test_greedy_samples_of_a_prompt_are_one(bench: Bench, store: ReviewStore) -> None:
    done = bench.run(store, [bench.entry("a", temperature=0), bench.entry("b", temperature=1)], Order(4))
    assert done.total == 5 + 20
    assert [
        note.text for note in bench.heard(Note) if note.model == "a" and "temperature 0" in note.text
    ] == ["temperature 0: one sample a prompt, as all 4 would be the same"]


def test_base_and_adapter_of_one_file_share_one_backend_in_turn(bench: Bench, store: ReviewStore) -> None:
    prompts = [prompt(f"question {n:02}") for n in range(20)]
    bench.run(
        store,
        [bench.entry("base"), bench.entry("tuned", adapter="lora.gguf"), bench.entry("other")],
        prompts=prompts,
    )
    assert bench.opened == ["tuned", "other"]
    adapter = [request.adapter for request in bench.backends["tuned"].requests]
    assert adapter == [False] * 16 + [True] * 16 + [False] * 4 + [True] * 4
    assert {each.model: each.adapter_sha256 is None for each in store.samples()} == {
        "base": True,
        "tuned": False,
        "other": True,
    }


def test_a_broken_adapter_costs_its_model_and_not_the_base(bench: Bench, store: ReviewStore) -> None:
    bench.backends["tuned"] = FakeBackend(no_start="lora.gguf: made for another architecture")
    done = bench.run(store, [bench.entry("base"), bench.entry("tuned", adapter="lora.gguf")])
    assert bench.opened == ["tuned", "base"]
    assert [each.model for each in bench.heard(ModelFailed)] == ["tuned"]
    assert {each.model for each in store.samples()} == {"base"}
    assert bench.backends["tuned"].closed
    assert set(done.failed) == {"tuned"}


def test_two_adapters_of_one_base_are_two_backends(bench: Bench, store: ReviewStore) -> None:
    bench.run(
        store,
        [bench.entry("base"), bench.entry("one", adapter="1.gguf"), bench.entry("two", adapter="2.gguf")],
    )
    assert bench.opened == ["one", "two"]
    assert len(bench.backends["one"].requests) == 10


def test_shared_beginnings_are_neighbours(bench: Bench, store: ReviewStore) -> None:
    prompts = [prompt(text) for text in ("b 1", "a 1", "b 2", "a 2")]
    bench.run(store, [bench.entry("a")], prompts=prompts)
    asked = [request.prompt for request in bench.backends["a"].requests]
    assert asked == [f"<user> {text} <assistant>" for text in ("a 1", "a 2", "b 1", "b 2")]
    assert [each.messages[0].content for each in store.prompts()] == ["b 1", "a 1", "b 2", "a 2"]


def reasons(store: ReviewStore) -> list[tuple[str, str | None]]:
    return [(each.completion.stop_reason, each.completion.error) for each in store.samples()]


def test_a_prompt_that_cannot_be_asked_is_a_sample_that_says_why(bench: Bench, store: ReviewStore) -> None:
    long = prompt("word " * 100)

    def refuse(asked: Prompt) -> Question:
        if asked is PROMPTS[0]:
            raise FtuiError("the template refuses it: roles must alternate")
        return question(asked)

    entry = replace(bench.entry("a"), question=refuse)
    done = bench.run(store, [entry], prompts=[PROMPTS[0], long, PROMPTS[1]])
    assert sorted(reasons(store)) == [
        ("end-token", None),
        ("error", "the prompt has 102 tokens, the context 64: a larger --context, or a shorter one"),
        ("error", "the template refuses it: roles must alternate"),
    ]
    assert done.done == 3
    assert len(store.finished()) == 1, "the others are tried again when it is resumed"


def test_an_engine_that_dies_is_started_anew_for_the_same_prompt(bench: Bench, store: ReviewStore) -> None:
    backend = bench.backends["a"] = FakeBackend(dies_at=[1])
    done = bench.run(store, [bench.entry("a")])
    assert (done.done, done.failed) == (5, {})
    assert [each.prompt for each in backend.requests] == sorted(
        [question(each).text for each in PROMPTS] + [question(PROMPTS[1]).text]
    )
    assert any("signal 11" in note.text for note in bench.heard(Note))
    assert {reason for reason, _ in reasons(store)} == {"end-token"}


def test_a_prompt_that_kills_twice_is_an_error_and_the_next_one_has_its_turn(
    bench: Bench, store: ReviewStore
) -> None:
    bench.backends["a"] = FakeBackend(dies_at=[1, 2])
    done = bench.run(store, [bench.entry("a")])
    assert [reason for reason, _ in reasons(store)] == [
        "end-token",
        "error",
        "end-token",
        "end-token",
        "end-token",
    ]
    assert done.failed == {}
    assert done.empty == ()


def test_a_model_that_dies_of_three_prompts_in_a_row_is_given_up_and_others_go_on(
    bench: Bench, store: ReviewStore
) -> None:
    bench.backends["a"] = FakeBackend(dies_at=range(100))
    done = bench.run(store, [bench.entry("a"), bench.entry("b")])
    assert len(bench.backends["a"].requests) == 6
    assert done.failed == {"a": "the engine died: signal 11"}
    assert done.empty == ("a",)
    assert bench.heard(ModelFailed) == [ModelFailed("a", "the engine died: signal 11", "its log says why")]
    assert len(store.finished()) == 5
    assert store.models()["a"]["failed"] == "the engine died: signal 11"
    assert store.models()["b"]["failed"] is None


def test_a_model_that_cannot_be_loaded_or_read_is_given_up_and_others_go_on(
    bench: Bench, store: ReviewStore
) -> None:
    bench.backends["a"] = FakeBackend(no_start="not a GGUF file")
    gone = bench.entry("gone")
    assert gone.model.gguf is not None
    gone.model.gguf.unlink()
    done = bench.run(store, [bench.entry("a"), gone, bench.entry("b")])
    assert done.failed["a"] == "not a GGUF file"
    assert "gone.gguf" in done.failed["gone"]
    assert done.empty == ("a", "gone")
    assert {each.model for each in store.samples()} == {"b"}
    assert bench.backends["a"].closed == 1


def test_a_full_disk_ends_the_job_with_what_to_do_and_loses_nothing(bench: Bench, store: ReviewStore) -> None:
    def fill(request: Any) -> None:
        if len(bench.backends["a"].requests) == 3:
            pages = store._db.execute("PRAGMA page_count").fetchone()[0]
            store._db.execute(f"PRAGMA max_page_count={pages}")

    bench.backends["a"] = FakeBackend(lambda request, seed: "long " * 5000, on_sample=fill)
    entry = bench.entry("a", max_tokens=10_000)
    with pytest.raises(FtuiError) as caught:
        bench.run(store, [entry])
    assert "full" in caught.value.message
    assert "goes on from there" in caught.value.hint
    assert store.count() == 2
    assert bench.backends["a"].closed == 1
    store._db.execute("PRAGMA max_page_count=1000000")
    bench.backends.clear()
    bench.cancel = Cancellation()
    assert bench.run(store, [entry]).done == 5
    assert len(bench.backends["a"].requests) == 3


def test_a_fault_in_one_lane_ends_the_others(bench: Bench, store: ReviewStore) -> None:
    """A server that answers for ever is cancelled when the review cannot be written any more."""
    answering = threading.Event()

    def hold(request: Any) -> None:
        answering.set()
        assert bench.backends["server"].cancelled.wait(60)

    def fail(request: Any) -> None:
        assert answering.wait(60)
        raise RuntimeError("a defect")

    bench.backends["server"] = FakeBackend(on_sample=hold)
    bench.backends["a"] = FakeBackend(on_sample=fail)
    server = replace(bench.entry("a"), model=ReviewModel("server", server="http://localhost:1/v1"))
    with pytest.raises(RuntimeError, match="a defect"):
        bench.run(store, [server, bench.entry("a")])
    # The server once more, after it was asked which model it serves.
    assert [backend.closed for backend in bench.backends.values()] == [2, 1]


def test_servers_answer_at_the_same_time_as_files(bench: Bench, store: ReviewStore) -> None:
    meeting = threading.Barrier(3, timeout=60)

    for name in ("a", "one", "two"):
        first = iter([True])

        def once(request: Any, first: Iterator[bool] = first) -> None:
            if next(first, False):
                meeting.wait()

        bench.backends[name] = FakeBackend(on_sample=once)
    entries = [
        replace(bench.entry("a"), model=ReviewModel(name, server=f"http://localhost/{name}/v1"))
        for name in ("one", "two")
    ]
    done = bench.run(store, [bench.entry("a"), *entries])
    assert done.done == 15


def test_cancel_keeps_what_is_done_and_a_resumed_job_goes_on(bench: Bench, store: ReviewStore) -> None:
    backend = bench.backends["a"] = FakeBackend(
        on_sample=lambda request: bench.cancel.cancel() if len(backend.requests) == 3 else None
    )
    done = bench.run(store, [bench.entry("a", temperature=1), bench.entry("b", temperature=1)], Order(2))
    assert (done.done, done.total, done.cancelled) == (4, 20, True)
    assert store.count() == 4
    assert backend.closed == 1
    assert bench.opened == ["a"]
    bench.cancel = Cancellation()
    bench.backends.clear()
    done = bench.run(store, [bench.entry("a", temperature=1), bench.entry("b", temperature=1)], Order(2))
    assert (done.done, store.count(), done.cancelled) == (20, 20, False)
    assert len(bench.backends["a"].requests) == 3


def test_what_a_cancelled_output_holds_is_kept_and_sampled_again(bench: Bench, store: ReviewStore) -> None:
    class Half(FakeBackend):
        def _one(self, request: Any, which: int, on_event: Any) -> Any:
            return replace(super()._one(request, which, on_event), output="half", stop_reason="cancelled")

    bench.backends["a"] = Half(on_sample=lambda request: bench.cancel.cancel())
    done = bench.run(store, [bench.entry("a")], prompts=PROMPTS[:1])
    assert (done.done, reasons(store)) == (0, [("cancelled", None)])
    bench.cancel = Cancellation()
    bench.backends.clear()
    bench.run(store, [bench.entry("a")], prompts=PROMPTS[:1])
    assert reasons(store) == [("end-token", None)]


def test_cancel_while_files_are_hashed_and_while_a_model_loads(bench: Bench, store: ReviewStore) -> None:
    bench.hear = lambda event: bench.cancel.cancel() if isinstance(event, Hashing) else None
    done = bench.run(store, [bench.entry("a")])
    assert (done.cancelled, bench.opened) == (True, [])
    bench.hear, bench.cancel = lambda event: None, Cancellation()

    class Slow(FakeBackend):
        ended = threading.Event()

        def start(self) -> Any:
            bench.cancel.cancel()
            assert self.ended.wait(60)
            raise FtuiError("the child was ended")

        def close(self) -> None:
            super().close()
            self.ended.set()

    bench.backends["a"] = Slow()
    done = bench.run(store, [bench.entry("a")])
    assert (done.cancelled, done.failed) == (True, {})
    assert not bench.heard(ModelFailed)


class Flagger:
    """Says of each output how many stood beside it, and at the end whose base it had."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.asked: list[tuple[str, tuple[str, ...], str | None]] = []

    def examine(
        self, prompt: Prompt, samples: Sequence[Sample], base: str | None = None
    ) -> dict[str, list[Flag]]:
        if self.fails is not None:
            raise self.fails
        self.asked.append((prompt.prompt_id, tuple(f"{each.model}{each.page}" for each in samples), base))
        return {each.sample_id: [Flag("loop", {"message": each.model})] for each in samples}

    def examine_all(
        self, prompts: Mapping[str, Prompt], samples: Iterable[Sample], base: str | None = None
    ) -> dict[str, list[Flag]]:
        return {each.sample_id: [*each.flags, Flag("same-as-base", {"of": len(prompts)})] for each in samples}


def codes(store: ReviewStore) -> set[tuple[str, ...]]:
    return {tuple(flag.code for flag in each.flags) for each in store.samples()}


def test_flags_are_looked_for_as_samples_come_and_at_the_end(bench: Bench, store: ReviewStore) -> None:
    flagger = Flagger()
    base = bench.entry("base")
    base = replace(base, model=replace(base.model, base=True))
    bench.run(store, [base, bench.entry("tuned", adapter="lora.gguf")], examiner=flagger)
    assert codes(store) == {("loop", "same-as-base")}
    assert {base for _, _, base in flagger.asked} == {"base"}
    assert flagger.asked[-1][1] == ("base", "tuned")
    assert len(bench.heard(Examined)) == 11


def test_flags_of_a_checkpoint_are_looked_for_beside_the_base_and_no_other_page(
    bench: Bench, store: ReviewStore
) -> None:
    base = bench.entry("base")
    bench.run(store, [replace(base, model=replace(base.model, base=True))])
    bench.run(store, [bench.entry("tuned", adapter="1.gguf")], Order(page="-1"))
    flagger = Flagger()
    bench.run(store, [bench.entry("tuned", adapter="2.gguf")], Order(page="-2"), examiner=flagger)
    beside = {(names, base) for _, names, base in flagger.asked}
    assert (("base", "tuned-2"), "base") in beside
    assert not [names for names, _ in beside if "tuned-1" in names]


def test_samples_that_a_kill_left_unexamined_are_examined_by_the_next_run(
    bench: Bench, store: ReviewStore
) -> None:
    entry = bench.entry("a")
    bench.run(store, [entry])
    assert len(store.unexamined()) == 5
    bench.run(store, [entry], examiner=Flagger())
    assert store.unexamined() == []


def test_a_defect_in_a_flag_is_told_after_everything_is_sampled(bench: Bench, store: ReviewStore) -> None:
    flagger = Flagger()
    flagger.fails = ZeroDivisionError("a defect")
    with pytest.raises(ZeroDivisionError):
        bench.run(store, [bench.entry("a")], examiner=flagger)
    assert (len(store.finished()), len(store.unexamined())) == (5, 5)


def test_progress_counts_what_was_there_and_measures_what_is_new(bench: Bench, store: ReviewStore) -> None:
    entry = bench.entry("a", temperature=1)
    bench.run(store, [entry], Order(2), prompts=PROMPTS[:1])
    ticks = iter(range(100))
    bench.run(store, [entry], Order(2), prompts=PROMPTS[:3], clock=lambda: float(next(ticks)))
    # Two of four new samples after one second, three tokens each: "answer", the seed, the end token.
    assert bench.heard(Progress)[-2:] == [Progress(4, 6, 6.0, 1.0), Progress(6, 6, 6.0, 0.0)]


def test_outputs_are_told_as_they_come_where_that_is_wanted(bench: Bench, store: ReviewStore) -> None:
    bench.run(store, [bench.entry("a", temperature=1)], Order(2, stream=True), prompts=PROMPTS[:1])
    pieces = [(each.model, each.prompt_id, each.stratum, each.which) for each in bench.heard(Streamed)]
    assert pieces == [("a", PROMPTS[0].prompt_id, "random", which) for which in range(2)]
    kinds = [type(event) for event in bench.events if not isinstance(event, Note | Hashing)]
    assert kinds == [
        Started,
        Loading,
        ModelLoaded,
        Streamed,
        Streamed,
        SampleDone,
        SampleDone,
        Progress,
        Finished,
    ]


def test_exact_samples_are_asked_one_by_one(bench: Bench, store: ReviewStore) -> None:
    bench.run(store, [bench.entry("a", temperature=1)], Order(3, exact=True), prompts=PROMPTS[:1])
    assert [request.exact for request in bench.backends["a"].requests] == [True]
    assert {each.batch_width for each in store.samples()} == {1}


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.review.fake_backend import FakeBackend
from tests.review.test_job import Bench
from ftui.review.store import ReviewStore
root = Path(sys.argv[1])
bench = Bench(root)
backend = FakeBackend()
def die(request):
    if len(backend.requests) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
backend.on_sample = die
bench.backends["a"] = backend
bench.run(ReviewStore.create(root / "review"), [bench.entry("a")])
"""


def test_a_job_killed_in_the_middle_goes_on_where_it_stopped(bench: Bench, store: ReviewStore) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(bench.root)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert store.count() == 3
    bench.run(store, [bench.entry("a")])
    assert store.count() == 5
    assert len(bench.backends["a"].requests) == 2


def test_a_server_that_serves_another_model_is_sampled_again(bench: Bench, store: ReviewStore) -> None:
    """Its address and the model's name stay the same; what it says of the file does not."""
    entry = replace(bench.entry("a"), model=ReviewModel("server", server="http://localhost:1/v1"))
    backend = bench.backends["server"] = FakeBackend(served={"id": "tuned", "size": 1})
    made = []
    for said in ({"id": "tuned", "size": 1}, {"id": "tuned"}, None, {"id": "tuned", "size": 2}):
        backend.served = said
        backend.no_start = "" if said else "nothing answers there"
        before = len(backend.requests)
        assert not bench.run(store, [entry]).failed
        made.append(len(backend.requests) - before)
    assert made == [5, 0, 0, 5]
    assert store.count() == 10
    assert {each.backend for each in store.samples(everything=False)} == {
        "fake 1.0 {'id': 'tuned', 'size': 2}"
    }
    assert store.models()["server"]["served"] == {"id": "tuned", "size": 2}
