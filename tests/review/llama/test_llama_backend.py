"""The llama.cpp backend with a real model: what a sample's record says is true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ftui.review.backend import Decoding, Event, Piece, Request
from ftui.review.llama.handle import LlamaBackend

PARIS = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"


def nobody(_event: Event) -> None:
    """Hears nothing."""


@pytest.fixture(scope="module")
def backend(smol: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaBackend]:
    log = tmp_path_factory.mktemp("logs") / "smol.log"
    found = LlamaBackend(smol, context=1024, threads=1, width=4, log=log)
    yield found
    found.close()


def test_an_answer_ends_with_its_end_token(backend: LlamaBackend) -> None:
    (found,) = backend.sample(Request("r", PARIS, Decoding(max_tokens=16), exact=True), nobody)
    assert (found.output, found.cut) == ("The capital of France is Paris.", "<|im_end|>")
    assert (found.stop_reason, found.stop_text) == ("end-token", "<|im_end|>")
    assert found.completion_tokens == len(found.token_ids or ())
    assert found.prompt_tokens == 16


def test_a_stop_sequence_over_tokens_is_cut_and_was_never_streamed(backend: LlamaBackend) -> None:
    events: list[Event] = []
    request = Request("r", PARIS, Decoding(max_tokens=16, stop=("tal of Fr",)), stream=True)
    (found,) = backend.sample(request, events.append)
    assert (found.output, found.cut, found.stop_text) == ("The capi", "tal of France", "tal of Fr")
    assert found.stop_reason == "stop-sequence"
    assert "".join(event.text for event in events if isinstance(event, Piece)) == "The capi"


def test_the_limit_is_the_number_of_tokens(backend: LlamaBackend) -> None:
    (found,) = backend.sample(Request("r", PARIS, Decoding(max_tokens=3)), nobody)
    assert (found.stop_reason, found.output, found.completion_tokens) == ("limit", "The capital of", 3)
