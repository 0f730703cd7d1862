"""What goes wrong around the child process: it says so in one line, and the next call works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import BackendDiedError, Decoding, Event, Piece, Reading, Request
from ftui.review.backends.llama.engine_log import telling
from ftui.review.backends.llama.handle import LlamaBackend
from tests.review.llama.conftest import Open

PARIS = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
ANSWER = "The capital of France is Paris."
LONG = "The sea and the wind blew over the hills " * 60


def answer(backend: LlamaBackend) -> str:
    """What it says to a question that it can answer."""
    (found,) = backend.sample(Request("q", PARIS, Decoding(max_tokens=16)), lambda _event: None)
    return found.output


def test_cancel_while_it_writes_keeps_what_was_there(opened: Open) -> None:
    backend = opened()

    def on_event(event: Event) -> None:
        if isinstance(event, Piece) and event.tokens == 3:
            backend.cancel()

    request = Request("r", "Once upon a time", Decoding(max_tokens=900), seeds=(0, 0), stream=True)
    found = backend.sample(request, on_event)
    assert [each.stop_reason for each in found] == ["cancelled", "cancelled"]
    assert all(3 <= (each.completion_tokens or 0) < 900 for each in found)
    assert answer(backend) == ANSWER


def test_cancel_in_the_middle_of_a_prompt(opened: Open) -> None:
    backend = opened()

    def on_event(event: Event) -> None:
        if isinstance(event, Reading):
            backend.cancel()

    (found,) = backend.sample(Request("r", LONG, Decoding(max_tokens=900)), on_event)
    assert (found.stop_reason, found.output, found.cut) == ("cancelled", "", "")
    assert found.first_token_s is None
    assert found.end_probability is None
    assert answer(backend) == ANSWER


def test_cancel_with_nothing_running_ends_nothing(opened: Open) -> None:
    backend = opened()
    backend.cancel()
    assert answer(backend) == ANSWER
    backend.cancel()
    assert answer(backend) == ANSWER


def test_cancel_ends_the_loading_of_a_model(opened: Open) -> None:
    backend = opened()
    faults: list[FtuiError] = []

    def load() -> None:
        try:
            backend.sample(Request("r", PARIS, Decoding()), lambda event: None)
        except FtuiError as fault:
            faults.append(fault)

    loading = threading.Thread(target=load)
    loading.start()
    while (pid := backend.pid) is None:
        pass
    os.kill(pid, signal.SIGSTOP)  # now it loads for ever
    while loading.is_alive():  # as a job tells it, again and again
        backend.cancel()
        loading.join(0.02)
    (fault,) = faults
    assert fault.message.endswith("was closed while it loaded the model")
    assert not isinstance(fault, BackendDiedError), "nobody is to load it anew"
    assert answer(backend) == ANSWER


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_dies_is_named_and_started_again(opened: Open, number: signal.Signals) -> None:
    backend = opened()
    backend.start()

    def on_event(event: Event) -> None:
        if isinstance(event, Piece) and event.tokens == 2 and backend.pid is not None:
            os.kill(backend.pid, number)

    with pytest.raises(FtuiError, match=f"ended by {number.name} while it sampled") as told:
        backend.sample(Request("r", PARIS, Decoding(max_tokens=900), stream=True), on_event)
    assert "engine.log" in told.value.hint
    assert "ret = 2" not in told.value.message
    assert answer(backend) == ANSWER


def test_a_child_that_dies_between_two_requests_is_replaced(opened: Open) -> None:
    backend = opened()
    backend.start()
    assert backend.pid is not None
    os.kill(backend.pid, signal.SIGKILL)
    psutil.Process(backend.pid).wait(60)
    assert answer(backend) == ANSWER


def test_a_child_that_hangs_is_ended(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = opened()
    backend.start()
    stopped = backend.pid
    # Only now: a busy machine may need longer than that to start one.
    monkeypatch.setattr(backend, "_silence", 1.5)

    def on_event(event: Event) -> None:
        if isinstance(event, Piece) and event.tokens == 1 and backend.pid is not None:
            os.kill(backend.pid, signal.SIGSTOP)

    with pytest.raises(FtuiError, match=r"no sign of life for 1\.5 s"):
        backend.sample(Request("r", PARIS, Decoding(max_tokens=900), stream=True), on_event)
    monkeypatch.undo()
    assert not psutil.pid_exists(stopped or 0)
    assert answer(backend) == ANSWER


def test_an_exception_of_the_listener_leaves_the_backend_whole(opened: Open) -> None:
    backend = opened()

    def on_event(event: Event) -> None:
        if isinstance(event, Piece):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        backend.sample(Request("r", "Once", Decoding(max_tokens=900), stream=True), on_event)
    heard: list[Event] = []
    (found,) = backend.sample(Request("q", PARIS, Decoding(max_tokens=16), stream=True), heard.append)
    assert found.output == ANSWER
    assert {event.request_id for event in heard if isinstance(event, Piece | Reading)} == {"q"}


def test_no_process_and_no_file_is_left_behind(opened: Open) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the folder itself is what is counted

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("there is no /proc here")
    before = open_files()
    for _ in range(2):
        backend = opened()
        backend.start()
        child = backend.pid
        backend.close()
        assert not psutil.pid_exists(child or 0)
    assert open_files() == before


def test_the_child_ends_with_its_parent(smol: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from ftui.review.backends.llama.handle import LlamaBackend;"
        f"b = LlamaBackend(Path({str(smol)!r}), threads=1, log=Path({str(tmp_path / 'log')!r}));"
        "b.start(); print(b.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
    child.wait(60)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("", "is not llama-cpp-python: another package has taken its name"),
        ("raise ModuleNotFoundError(\"No module named 'llama_cpp'\", name='llama_cpp')", "is not installed"),
        ("raise RuntimeError('Failed to load shared library')", "library cannot be loaded"),
        ("Llama = None; __version__ = '0.2.1'", "llama-cpp-python 0.2.1 is too old"),
    ],
)
def test_a_missing_or_wrong_binding_is_one_line_with_the_command(
    opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, said: str
) -> None:
    (tmp_path / "llama_cpp.py").write_text(module)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(FtuiError, match=said) as told:
        opened().start()
    assert 'pip install "ftui[llama]"' in told.value.hint
    assert "\n" not in told.value.message


def test_a_pipe_in_the_place_of_the_log_stops_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "engine.log")
    told = subprocess.run(  # a process of its own: one that waits for a reader can only be ended from outside
        [sys.executable, "-c", f"from pathlib import Path; from ftui.project.child_process import opened_log;"
         f"print(opened_log(Path({str(tmp_path / 'engine.log')!r}), fresh=True).writable())"],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.stdout == b"True\n"


def test_a_log_that_cannot_be_written_stops_nothing(smol: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    (tmp_path / "engine.log").symlink_to(target)
    backend = LlamaBackend(smol, threads=1, log=tmp_path / "engine.log")
    try:
        assert answer(backend) == ANSWER
    finally:
        backend.close()
    assert target.read_text() == "kept"


def test_the_reason_is_what_the_log_says_before_it_gives_up() -> None:
    """llama.cpp's last line is always the same."""
    lines = [
        "llama_model_load: error loading model: unknown model architecture: 'lamas'",
        "llama_model_load_from_file_impl: failed to load model",
    ]
    assert telling(lines) == "unknown model architecture: 'lamas'"
    assert telling(lines[1:]) == "failed to load model"
    assert telling(["loading", "f: failed to allocate CUDA0 buffer of size 9"]) == (
        "failed to allocate CUDA0 buffer of size 9"
    )
    aborted = ["process_ubatch: failed to compute graph", "llama_decode: failed to decode, ret = 2", "loaded"]
    assert telling(aborted) == "loaded"
    assert telling(aborted, or_last=False) == "", "no reason of a later death"
