"""`ftui sample` with broken files, settings, reviews and servers: one line each that says what to do, and exit 2."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import psutil
import pytest

from tests.cli.sampled_project import ROWS, command, kept, write_rows
from tests.review.adapters import write_adapter
from tests.review.conftest import smol as smol
from tests.review.http_server import Answer, plain, raw, says, serving
from tests.run_ftui import Ran, ftui

ESCAPES = "\x1b[31m\x1b]0;title\x07"
FEW = ("--n", "2", "--strata", "random", "--threads", "1", "--context", "512", "--max-tokens", "4")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty rows in the working folder."""
    write_rows(tmp_path, ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sample(*words: str | Path) -> Ran:
    return ftui("sample", "train.jsonl", *FEW, *words)


def assert_refused(ran: Ran, *said: str) -> None:
    """Exit 2, one error, a hint, nothing for a terminal to obey, and no process left behind."""
    assert ran.code == 2, ran
    errors = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, ran.err
    for each in said:
        assert each in errors[0]
    assert "\nhint: " in ran.err
    assert "Traceback" not in ran.err
    assert not set(ran.out + ran.err) & {"\x1b", "\x07"}
    # Not just any Python: multiprocessing keeps a process of its own for other tests.
    assert not [
        each for each in psutil.Process().children() if "ftui.review.backends.llama.child" in each.cmdline()
    ]


def vocabulary_alone(path: Path) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_token_list(["<s>", "a", "b"])
    writer.add_tokenizer_model("llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


Make = Callable[[Path, bytes], Any]
MODELS: dict[str, tuple[Make, str]] = {
    "empty": (lambda path, whole: path.write_bytes(b""), "the file is empty"),
    "only the magic": (lambda path, whole: path.write_bytes(whole[:4]), "not a readable GGUF file"),
    "cut in the header": (lambda path, whole: path.write_bytes(whole[:5_000]), "not a readable GGUF file"),
    "cut in the weights": (lambda path, whole: path.write_bytes(whole[:-1_000]), "1,000 bytes are missing"),
    "pipe": (lambda path, whole: os.mkfifo(path), "not a file"),
    "text": (lambda path, whole: path.write_text("a model\n" * 99), "does not begin with GGUF"),
    "huge counts": (lambda path, whole: path.write_bytes(whole[:8] + b"\xff" * 16 + whole[24:]), "keys"),
    "version": (lambda path, whole: path.write_bytes(whole[:4] + b"\xff\0\0\0" + whole[8:]), "version 255"),
    "folder": (lambda path, whole: path.mkdir(), "a folder"),
    "vocabulary": (lambda path, whole: vocabulary_alone(path), "weights"),
    "adapter": (lambda path, whole: write_adapter(path), "an adapter, not a model"),
}


@pytest.mark.parametrize(("make", "said"), MODELS.values(), ids=MODELS)
def test_a_broken_model(project: Path, smol: Path, make: Make, said: str) -> None:
    make(project / "broken.gguf", smol.read_bytes())
    ran = sample("--model", "tuned=broken.gguf")
    assert_refused(ran, "broken.gguf", said)
    assert "max-tokens" not in ran.err, "settings of a model that cannot be sampled"
    assert not (project / ".ftui" / "reviews").exists()


ADAPTERS: dict[str, tuple[Make, str]] = {
    "cut": (lambda path, _: path.write_bytes(write_adapter(path).read_bytes()[:-100]), "bytes are missing"),
    "text": (lambda path, _: path.write_text("an adapter"), "does not begin with GGUF"),
    "architecture": (lambda path, _: write_adapter(path, architecture="qwen2"), "made for qwen2"),
    "size": (lambda path, _: write_adapter(path, weights={"attn_q": (64, 64)}), "64 x 64"),
    "half": (lambda path, _: write_adapter(path, sides=("lora_a",)), "has no lora_b"),
    "model": (lambda path, whole: path.write_bytes(whole), "not an adapter"),
    "PEFT": (lambda path, _: (path.mkdir(), (path / "adapter_config.json").write_text("{}")), "PEFT"),
}


@pytest.mark.parametrize(("make", "said"), ADAPTERS.values(), ids=ADAPTERS)
def test_an_adapter_that_does_not_fit(project: Path, smol: Path, make: Make, said: str) -> None:
    make(project / "broken.gguf", smol.read_bytes())
    assert_refused(sample("--model", f"tuned={smol}+broken.gguf"), "broken.gguf", said)


def test_a_file_name_and_a_header_reach_the_terminal_without_their_escapes(project: Path, smol: Path) -> None:
    (project / f"a{ESCAPES}.gguf").write_text("no model")
    assert_refused(sample("--model", f"tuned=a{ESCAPES}.gguf"), "␛[31m")
    write_adapter(project / "adapter.gguf", architecture=f"llama{ESCAPES}")
    assert_refused(sample("--model", f"tuned={smol}+adapter.gguf"), "adapter.gguf", "␛[31m")


@pytest.mark.parametrize(
    ("grammar", "said"),
    [
        (f'root ::= "{ESCAPES}', "U+001B"),
        ("root ::= [", "column"),
        ('root ::= root "a"', "calls itself"),
        ('other ::= "a"', "root"),
        ("", "root"),
    ],
)
def test_a_malformed_grammar(project: Path, smol: Path, grammar: str, said: str) -> None:
    (project / "ftui.toml").write_text('[sampling]\ngrammar = "answer.gbnf"\n')
    (project / "answer.gbnf").write_text(grammar)
    assert_refused(sample("--model", f"tuned={smol}"), "answer.gbnf", said)


TEMPLATES = {
    "endless": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "attributes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "huge": "{{ 'a' * 9999999999 }}",
    "huge in pieces": "{% for i in range(99999) %}{{ 'a' * 99999 }}{% endfor %}",
    "refusal": "{{ raise_exception('no \x1b[31m way') }}",
    "broken": "{% if %}",
    "recursion": "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "power": "{{ 9 ** 9 ** 9 ** 9 }}",
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_hostile_template(project: Path, smol: Path, template: str) -> None:
    (project / "hostile.jinja").write_text(template)
    assert_refused(
        sample("--model", f"tuned={smol}", "--template", "hostile.jinja"), "tuned", "hostile.jinja"
    )


def test_a_template_that_looks_behind_its_values_sees_nothing(project: Path, smol: Path) -> None:
    (project / "hostile.jinja").write_text("{{ '{0.__class__}'.format(messages) }}")
    ran = sample("--model", f"tuned={smol}", "--template", "hostile.jinja")
    assert_refused(ran, "tuned: 2 of 2 samples failed: the prompt is empty")


def test_a_prompt_beyond_the_context(project: Path, smol: Path) -> None:
    write_rows(project, [{"prompt": "word " * 900, "completion": "x"}] * 2)
    ran = sample("--model", f"tuned={smol}", "--review", "kept")
    assert_refused(ran, "tuned", "context 512")
    assert "--context" in ran.err
    write_rows(project, [{"prompt": "word " * 900, "completion": "x"}, *ROWS[:3]])
    ran = sample("--model", f"tuned={smol}", "--n", "4", "--review", "other")
    assert ran.code == 0, ran.err
    assert "warning: tuned: 1 of 4 samples failed: " in ran.err
    assert sorted(kept(project / "other")) == ["error", "limit", "limit", "limit"]


def test_a_review_that_cannot_be_used(project: Path, smol: Path) -> None:
    model = ("--model", f"tuned={smol}")
    (project / "garbage").mkdir()
    (project / "garbage" / "review.sqlite").write_bytes(b"not a database" * 99)
    (project / "folder" / "review.sqlite").mkdir(parents=True)
    (project / "link").mkdir()
    (project / "link" / "review.sqlite").symlink_to(project / "elsewhere")
    assert_refused(sample(*model, "--review", "garbage"), "garbage", "no review, or a broken one")
    assert_refused(sample(*model, "--review", "folder"), "folder")
    assert_refused(sample(*model, "--review", "link"), "link", "symlink")
    assert_refused(sample(*model, "--review", "train.jsonl"), "train.jsonl")
    assert not (project / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_may_not_be_written(project: Path, smol: Path, mode: int) -> None:
    (project / "closed").mkdir(mode=mode)
    try:
        assert_refused(sample("--model", f"tuned={smol}", "--review", "closed"), "closed")
        assert_refused(sample("--model", f"tuned={smol}", "--review", "closed/new"), "closed")
    finally:
        (project / "closed").chmod(0o700)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_a_place_where_nobody_may_write(project: Path, smol: Path) -> None:
    assert_refused(sample("--model", f"tuned={smol}", "--review", "/proc/review"), "/proc/review")


def test_a_review_of_a_newer_ftui(project: Path, smol: Path) -> None:
    model = ("--model", f"tuned={smol}")
    assert sample(*model, "--review", "kept").code == 0
    db = sqlite3.connect(project / "kept" / "review.sqlite")
    db.execute("PRAGMA user_version=99")
    db.close()
    before = (project / "kept" / "review.sqlite").read_bytes()
    ran = sample(*model, "--review", "kept")
    assert_refused(ran, "review.sqlite", "newer ftui (schema 99)")
    assert "hint: update ftui" in ran.err
    assert (project / "kept" / "review.sqlite").read_bytes() == before


SHIMS = {
    "missing": (
        "raise ModuleNotFoundError(\"No module named 'llama_cpp'\", name='llama_cpp')",
        "not installed",
    ),
    "another package": ("", "not llama-cpp-python"),
    "old": ("Llama = None; __version__ = '0.2.1'", "0.2.1 is too old"),
    "broken": ("raise RuntimeError('Failed to load shared library')", "cannot be loaded"),
}


@pytest.mark.parametrize(("module", "said"), SHIMS.values(), ids=SHIMS)
def test_no_llama_cpp_or_the_wrong_one(project: Path, smol: Path, module: str, said: str) -> None:
    (project / "shim").mkdir()
    (project / "shim" / "llama_cpp.py").write_text(module)
    done = command(project, *FEW, "--model", f"tuned={smol}", "--review", "kept", path=project / "shim")
    assert_refused(done, said)
    assert 'pip install "ftui[llama]"' in done.err
    done = command(project, *FEW, "--model", f"tuned={smol}", "--review", "kept")
    assert done.code == 0, done.err
    assert len(kept(project / "kept")) == 2


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_server_that_is_not_there(project: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}/v1"
    assert_refused(sample("--model", f"tuned={address}"), address)


MODELS_LISTED = says({"data": [{"id": "m"}]})
SERVERS: dict[str, tuple[dict[str, Answer], str]] = {
    "500": ({"/v1/models": says({"error": f"out {ESCAPES} of memory"}, 500)}, "500"),
    "garbage": ({"/v1/models": raw(b"SSH-2.0-OpenSSH_9.2\r\n")}, "HTTP"),
    "no JSON": ({"/v1/models": says(b"<html>\x1b[31m")}, "JSON"),
    "redirect": (
        {"/v1/models": raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/v1/models\r\n\r\n")},
        "not followed",
    ),
    "500 to prompts": (
        {"/v1/models": MODELS_LISTED, "/v1/completions": says({"error": {"message": "tired"}}, 500)},
        "tired",
    ),
    "hangs up": ({"/v1/models": MODELS_LISTED, "/v1/completions": raw(b"")}, "127.0.0.1"),
}


@pytest.mark.parametrize(("answers", "said"), SERVERS.values(), ids=SERVERS)
def test_a_server_that_misbehaves(project: Path, answers: dict[str, Answer], said: str) -> None:
    chat = {"/v1/chat/completions": answers["/v1/completions"]} if "/v1/completions" in answers else {}
    with serving({**answers, **chat}) as server:
        assert_refused(sample("--model", f"tuned={server.address}"), "tuned", said)


def test_a_server_that_falls_silent(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftui.review.backends.server.SILENCE_S", 0.3)

    def silent(path: str, body: Any, headers: Any, connection: socket.socket) -> None:
        connection.sendall(plain({}, 200)[:40])
        connection.recv(1)  # until the other side hangs up

    answers = {"/v1/models": MODELS_LISTED, "/v1/completions": silent, "/v1/chat/completions": silent}
    with serving(answers) as server:
        assert_refused(sample("--model", f"tuned={server.address}"), "tuned")
