"""`ftui sample`: what it prints, where it keeps it, how it ends; with scripted backends and with the real model."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftui.cli.command_line import parser
from ftui.project.settings import ReviewModel
from ftui.review import location
from ftui.review.sampling.settings import Settings
from ftui.review.store import ReviewStore
from tests.review.conftest import smol as smol
from tests.review.fake_backend import FakeBackend
from tests.run_ftui import Ran, ftui

ROOT = Path(__file__).resolve().parents[2]
ROWS = [{"prompt": f"What is {n} and {n}?", "completion": f"It is {2 * n}. ### End"} for n in range(30)]
Backends = dict[str, FakeBackend]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data and two model files in a folder without ftui.toml."""
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    for name in ("base", "tuned"):
        (tmp_path / f"{name}.gguf").write_text(f"weights of {name}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> Backends:
    """Scripted backends by the models' names; what a test puts in is used."""
    made: Backends = {}

    def open_backend(model: ReviewModel, settings: Settings, folder: Path) -> FakeBackend:
        return made.setdefault(model.name, FakeBackend(context=1000))

    monkeypatch.setattr("ftui.review.backends.choose.open_backend", open_backend)
    # The files of these models are not read by anything here; what is refused has tests of its own.
    monkeypatch.setattr("ftui.review.backends.usable.refuse_broken", lambda models: None)
    return made


def sample(*words: str) -> Ran:
    return ftui("sample", "train.jsonl", *words)


@contextlib.contextmanager
def review(folder: Path) -> Iterator[ReviewStore]:
    store = ReviewStore.open(folder)
    try:
        yield store
    finally:
        store.close()


def test_every_option_of_the_interface_is_there() -> None:
    options = {option for action in parser("sample")._actions for option in action.option_strings}
    promised = (
        "--model --prompts --n --per-prompt --strata --stop --max-tokens --temperature --top-p --top-k --min-p"
        " --repeat-penalty --seed --context --threads --gpu-layers --template --system --shots --watch --review"
    )
    assert set(promised.split()) <= options
    for shell in ("bash", "zsh", "fish"):
        script = ftui("completion", shell).out
        assert "sample" in script
        assert "per-prompt" in script


def test_a_data_file_and_a_model_are_enough(project: Path, backends: Backends) -> None:
    ran = sample("--model", "tuned=tuned.gguf", "--n", "4", "--strata", "random", "--max-tokens", "64")
    assert ran.code == 0, ran.err
    head, line, ended, *_ = ran.out.splitlines()
    assert head.split() == ["model", "stratum", "samples", "tokens", "tok/s", "first"]
    assert line.split()[:3] == ["tuned", "random", "4"]
    assert ended.strip() == "ended by: end-token 4"
    folder = location.newest(project)
    assert f"judge them: ftui review {folder.relative_to(project)}" in ran.err
    assert folder.name.endswith("-tuned")
    assert str(project / "tuned.gguf") in (project / ".ftui" / "file-hashes.json").read_text()
    with review(folder) as store:
        assert store.count() == 4
        assert store.unexamined() == []
        assert len(store.prompts()) == 4


def test_settings_and_their_sources_are_told_on_stderr(project: Path, backends: Backends) -> None:
    (project / "ftui.toml").write_text('[splits]\ntrain = "train.jsonl"\n[sampling]\ntop_k = 7\n')
    ran = ftui("sample", "--model", "tuned=tuned.gguf", "--n", "1", "--stop", "a\nb", "--temperature", "0.5")
    told = {
        line.split()[0]: line.split(maxsplit=1)[1] for line in ran.err.splitlines() if line.startswith("  ")
    }
    assert told["top-k"].split() == ["7", "ftui.toml"]
    assert told["temperature"].split() == ["0.5", "--temperature"]
    assert told["stop"].split() == ["'a\\nb'", "--stop"]
    assert "no token limit is set" in ran.err
    assert "no token limit" not in ran.out


def test_an_existing_review_is_resumed_and_a_later_model_gets_its_prompts(
    project: Path, backends: Backends
) -> None:
    words = ("--model", "tuned=tuned.gguf", "--max-tokens", "64", "--review", "kept")
    assert sample(*words, "--n", "3").code == 0
    backends.clear()
    again = sample(*words)
    assert again.code == 0
    assert "3 samples, 3 of them are there" in again.err
    assert backends == {}
    (project / "train.jsonl").write_text(json.dumps(ROWS[0]) + "\n")
    assert sample("--model", "base=base.gguf", "--max-tokens", "64", "--review", "kept").code == 0
    with review(project / "kept") as store:
        asked = {name: {each.prompt_id for each in store.samples(model=name)} for name in ("base", "tuned")}
        assert len(asked["base"]) == 3
        assert asked["base"] == asked["tuned"]
        assert [name for name, known in store.models().items() if known["base"]] == ["base"]


def test_a_dry_run_shows_every_byte_and_leaves_nothing(project: Path, backends: Backends) -> None:
    row = {"prompt": "Say \x1b[31mred\u202e!\ntwice", "completion": "ok"}
    (project / "train.jsonl").write_text(json.dumps(row) + "\n")
    before = sorted(project.rglob("*"))
    ran = sample("--model", "tuned=tuned.gguf", "--dry-run", "--n", "1")
    assert ran.code == 0
    assert "Say ␛[31mred⟨U+202E⟩!↵\n    twice" in ran.out
    assert "temperature" in ran.out
    assert "\x1b" not in ran.out
    assert backends == {}
    assert sorted(project.rglob("*")) == before


def test_a_model_that_gives_nothing_is_exit_2_and_the_others_go_on(project: Path, backends: Backends) -> None:
    backends["base"] = FakeBackend(no_start="base.gguf: not a GGUF file")
    ran = sample("--model", "base=base.gguf", "--model", "tuned=tuned.gguf", "--n", "2")
    assert ran.code == 2
    assert "error: base: base.gguf: not a GGUF file\nhint: another file" in ran.err
    assert "tuned" in ran.out
    assert "ftui review" in ran.err


def test_a_model_that_is_given_up_late_is_told_and_what_it_gave_counts(
    project: Path, backends: Backends
) -> None:
    backends["tuned"] = FakeBackend(context=1000, dies_at=range(1, 99))
    ran = sample("--model", "tuned=tuned.gguf", "--n", "6", "--strata", "random")
    assert ran.code == 2
    assert "the engine died: signal 11" in ran.err
    assert "ended by: error 3, end-token 1" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no model is named"),
        (["--model", "tuned=gone.gguf"], "gone.gguf: no such file"),
        (["--model", "tuned=tuned.gguf", "--per-prompt", "0"], "--per-prompt 0"),
        (["--model", "tuned=tuned.gguf", "--strata", "rare"], "unknown stratum 'rare'"),
        (["--model", "tuned=tuned.gguf", "--temperature", "hot"], "invalid float value"),
        (["--model", "tuned=tuned.gguf", "--temperature", "nan"], "--temperature nan"),
        (["--model", "tuned=tuned.gguf", "--stop", ""], "--stop: an empty text"),
        (["--model", "tuned=tuned.gguf", "--prompts", "gone.jsonl"], "gone.jsonl"),
        (["--model", "tuned=tuned.gguf", "--watch", "gone"], "gone is no folder"),
        (["--model", "tuned=tuned.gguf", "--review", "train.jsonl"], "train.jsonl"),
        (["--mdoel", "x"], "no option --mdoel"),
        (["--n", "0"], "argument --n: '0' is no whole number from 1"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_2(
    project: Path, backends: Backends, words: list[str], said: str
) -> None:
    ran = sample(*words)
    assert ran.code == 2
    assert said in ran.err
    assert not ran.out
    assert not (project / ".ftui" / "reviews").exists()


def test_a_file_of_prompts_is_taken_whole(project: Path, backends: Backends) -> None:
    (project / "asked.txt").write_text("What is up?\n\nTell me a joke ☺\n", encoding="utf-8")
    ran = ftui("sample", "--model", "tuned=tuned.gguf", "--prompts", "asked.txt", "--review", "kept")
    assert ran.code == 0, ran.err
    assert {each.prompt for each in backends["tuned"].requests} == {"What is up?", "Tell me a joke ☺"}
    (project / "asked.jsonl").write_text('{"prompt": "ok"}\n{"prompt": \n')
    ran = ftui("sample", "--model", "tuned=tuned.gguf", "--prompts", "asked.jsonl", "--review", "other")
    assert "asked.jsonl" in ran.err


def test_hostile_text_of_a_model_reaches_no_terminal(project: Path, backends: Backends) -> None:
    backends["tuned"] = FakeBackend(no_start="bad \x1b]0;title\x07 header")
    ran = sample("--model", "tuned=tuned.gguf", "--n", "1")
    assert "\x1b" not in ran.err + ran.out
    assert "bad ␛]0;title␇ header" in ran.err


INTERRUPTED = """
import os, signal, sys
from ftui.cli import main
from ftui.review.backends import choose as backends
from tests.review.conftest import smol as smol
from tests.review.fake_backend import FakeBackend
fake = FakeBackend(context=1000)
def hold(request):
    if len(fake.requests) == 3:
        os.kill(os.getpid(), signal.{signal})
        fake.cancelled.wait(60)
fake.on_sample = hold
backends.open_backend = lambda *_: fake
from ftui.review.backends import usable
usable.refuse_broken = lambda models: None
sys.exit(main(["sample", "train.jsonl", "--model", "tuned=tuned.gguf", "--n", "5", "--review", "kept"]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupted_run_keeps_what_is_done_and_says_how_to_go_on(
    project: Path, backends: Backends, name: str, code: int
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.replace("{signal}", name)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    assert "Traceback" not in ran.stderr
    if name == "SIGINT":
        assert "2 of 5 samples are kept; the same command with --review kept goes on from there" in ran.stderr
    with review(project / "kept") as store:
        assert store.count() == 2
    assert sample("--model", "tuned=tuned.gguf", "--n", "5", "--review", "kept").code == 0
    assert len(backends["tuned"].requests) == 3


def test_two_models_and_k_samples_are_told_by_model_and_stratum(project: Path, backends: Backends) -> None:
    backends["base"] = FakeBackend(lambda request, seed: "word " * 50, context=1000)
    ran = sample(
        "--model", "base=base.gguf", "--model", "tuned=tuned.gguf", "--n", "4", "--strata", "random,edge",
        "--per-prompt", "3", "--max-tokens", "20", "--temperature", "1",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    rows = [line.split()[:4] for line in ran.out.splitlines()[1:] if not line.startswith(" ")]
    assert sorted(rows) == [
        ["base", "edge", "6", "20"], ["base", "random", "6", "20"],
        ["tuned", "edge", "6", "3"], ["tuned", "random", "6", "3"],
    ]  # fmt: skip
    assert "ended by: limit 6" in ran.out
    assert "runaway 6" in ran.out


def test_checkpoints_are_watched_until_somebody_interrupts(
    project: Path, backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftui.review.sampling.watch.INTERVAL", 0.0)
    monkeypatch.setattr(
        "ftui.review.sampling.watch.model_of", lambda path, name, base: ReviewModel(name, gguf=path)
    )
    (project / "out").mkdir()
    for step in (1, 2):
        (project / "out" / f"step-{step}.gguf").write_text(f"weights {step}")
    words = ("--model", "base=base.gguf", "--watch", "out", "--n", "2", "--review", "kept")

    def interrupt(request: object) -> None:
        if len(backends["tuned"].requests) == 3:
            os.kill(os.getpid(), signal.SIGINT)
            assert backends["tuned"].cancelled.wait(60), "nobody felt the interrupt"

    backends["tuned"] = FakeBackend(on_sample=interrupt, context=1000)
    ran = sample(*words)
    assert ran.code == 0, ran.err
    assert "tuned step-1" in ran.out
    assert "ftui review kept" in ran.err
    with review(project / "kept") as store:
        pages = [(each.model, each.page) for each in store.samples()]
    assert pages == [("base", "")] * 2 + [("tuned", "step-1")] * 2
    assert len({each.prompt for each in backends["base"].requests}) == 2


def test_the_real_model_gives_true_records(smol: Path, project: Path) -> None:
    """Output and cut are the text of the token ids; what the table counts is what the review holds."""
    ran = sample(
        "--model", f"tuned={smol}", "--n", "3", "--per-prompt", "2", "--strata", "random", "--max-tokens", "12",
        "--stop", " and", "--temperature", "0.8", "--threads", "1", "--context", "512", "--review", "kept",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    import llama_cpp

    model = llama_cpp.Llama(str(smol), vocab_only=True, verbose=False)
    with review(project / "kept") as store:
        samples = [*store.samples()]
        known = store.models()["tuned"]
    for each in samples:
        done = each.completion
        assert done.token_ids is not None
        text = b"".join(model.detokenize([token], special=True) for token in done.token_ids)
        assert text == (done.output + done.cut).encode("utf-8", "surrogateescape")
        assert done.completion_tokens == len(done.token_ids) <= 12
        assert (done.stop_reason == "limit") == (len(done.token_ids) == 12 and done.cut == "")
        assert " and" not in done.output
        assert each.prompt.endswith("<|im_start|>assistant\n")
    model.close()
    assert len(samples) == 6
    assert {each.batch_width for each in samples} == {2}
    assert known["sha256"] == hashlib.sha256(smol.read_bytes()).hexdigest()
    assert known["engine"]["backend"].startswith("llama.cpp")
    assert "tuned  random                   6" in ran.out


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"not a model " * 100, None], ids=["empty", "magic", "text", "cut"]
)
def test_a_file_that_is_no_model_is_one_clear_line(project: Path, smol: Path, content: bytes | None) -> None:
    held = smol.read_bytes()[:3_000_000] if content is None else content
    (project / "tuned.gguf").write_bytes(held)
    ran = sample("--model", "tuned=tuned.gguf", "--n", "1")
    assert ran.code == 2
    (line,) = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert "tuned.gguf" in line
    assert "Traceback" not in ran.err
