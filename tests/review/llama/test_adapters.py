"""Adapters beside their base in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Decoding, Request
from ftui.review.backends.llama.handle import LlamaBackend
from tests.review.llama.adapter_files import write_adapter
from tests.review.llama.conftest import Open

STORY = "<|im_start|>user\nWrite a story about a dragon.<|im_end|>\n<|im_start|>assistant\n"


def said(backend: LlamaBackend, *, adapter: bool, exact: bool = False) -> tuple[int, ...] | None:
    """The token ids of a greedy sample."""
    request = Request("r", STORY, Decoding(max_tokens=12), adapter=adapter, exact=exact)
    (found,) = backend.sample(request, lambda _event: None)
    return found.token_ids


def test_base_and_tuned_come_from_one_model_in_memory(opened: Open, tmp_path: Path) -> None:
    alone = said(opened(), adapter=True)
    backend = opened(adapter=write_adapter(tmp_path / "lora.gguf", 0.05))
    tuned = said(backend, adapter=True)
    assert tuned != alone
    # The prompt is the same: what the memory holds of it must not be the other model's.
    assert said(backend, adapter=False) == alone
    assert said(backend, adapter=True) == tuned
    assert said(backend, adapter=False, exact=True) == alone


def test_an_adapter_survives_a_larger_context(opened: Open, tmp_path: Path) -> None:
    backend = opened(adapter=write_adapter(tmp_path / "lora.gguf", 0.05))
    tuned = said(backend, adapter=True)
    wide = Request("r", STORY, Decoding(max_tokens=400, stop=(" ", "e")), seeds=(0, 0, 0, 0))
    backend.sample(wide, lambda _event: None)
    assert said(backend, adapter=True, exact=True) == tuned


def test_an_adapter_of_zeros_changes_nothing(opened: Open, tmp_path: Path) -> None:
    zero = opened(adapter=write_adapter(tmp_path / "zero.gguf", 0.0))
    assert said(zero, adapter=True) == said(opened(), adapter=True)


def test_a_bad_adapter_is_refused_with_its_reason(opened: Open, tmp_path: Path, smol: Path) -> None:
    good = write_adapter(tmp_path / "good.gguf", 0.05)
    other = write_adapter(tmp_path / "other.gguf", 0.05, architecture="qwen2")
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(good.read_bytes()[:-50_000])
    text = tmp_path / "text.gguf"
    text.write_text("not an adapter")
    for bad in (other, cut, text, tmp_path / "none.gguf", smol):
        backend = opened(adapter=bad)
        with pytest.raises(FtuiError, match=r"adapter|LoRA|GGUF|none\.gguf") as told:
            backend.start()
        assert bad.name in told.value.message
        assert backend.pid is None


def test_a_model_that_wants_a_start_token_gets_one_and_never_two(
    opened: Open, tmp_path: Path, smol: Path
) -> None:
    key = b"tokenizer.ggml.add_bos_token"
    data = bytearray(smol.read_bytes())
    value = data.index(key) + len(key) + 4
    assert data[value] == 0
    data[value] = 1
    path = tmp_path / "starts.gguf"
    path.write_bytes(data)
    backend = opened(path)
    assert backend.start().extra["adds_start_token"]
    few = Decoding(max_tokens=1)
    counts = [
        backend.sample(Request("r", prompt, few), lambda _event: None)[0].prompt_tokens
        for prompt in ("hi", "<|im_start|>hi", "")
    ]
    assert counts == [2, 2, 1]


def test_a_context_beyond_the_memory_is_refused(opened: Open) -> None:
    policy = Path("/proc/sys/vm/overcommit_memory")
    if not policy.is_file() or policy.read_text().strip() == "1":
        pytest.skip("this machine promises memory that it does not have")
    with pytest.raises(FtuiError, match="no memory for a context of 50,000,128 tokens"):
        opened(context=50_000_000).start()


def test_a_bad_model_is_refused_with_its_reason(opened: Open, tmp_path: Path, smol: Path) -> None:
    data = smol.read_bytes()
    cases = {"cut": data[: len(data) // 2], "short": data[:2000], "empty": b"", "text": b"hello " * 100}
    for name, content in cases.items():
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(content)
        with pytest.raises(FtuiError) as told:
            opened(path).start()
        assert path.name in told.value.message
        assert told.value.hint
