"""GGUF headers: what they say, end tokens as llama.cpp finds them, and files that lie about their lengths."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.model.end_tokens import end_tokens
from ftui.model.gguf import read_header
from ftui.project.errors import FtuiError
from tests.model.tiny_gguf import TEMPLATE, bpe_model, gguf_bytes, write_gguf


@pytest.mark.parametrize("more", [{}, {"version": 2}, {"order": ">"}])
def test_a_header_is_read(tmp_path: Path, more: dict[str, Any]) -> None:
    values = bpe_model(
        **{"tokenizer.chat_template.tool_use": "{{ tools }}", "tokenizer.ggml.scores": [0.5, -1.0]}
    )
    header = read_header(write_gguf(tmp_path / "m.gguf", values, **more))
    assert (header.architecture, header.name, header.context_length) == ("llama", "tiny", 64)
    assert (header.tokenizer_model, header.tokenizer_pre) == ("gpt2", "smollm")
    assert list(header.tokens) == values["tokenizer.ggml.tokens"]
    assert list(header.merges) == values["tokenizer.ggml.merges"]
    assert header.token_types.tolist()[:4] == [3, 3, 3, 1]
    assert header.scores.tolist() == [0.5, -1.0]
    assert header.chat_templates == {"default": TEMPLATE, "tool_use": "{{ tools }}"}
    assert (header.special_text("eos"), header.special_text("eot")) == ("<|im_end|>", None)
    assert [(each.text, each.why) for each in header.end_tokens] == [
        ("<|endoftext|>", "name"),
        ("<|im_end|>", "eos"),
    ]
    assert header.control_tokens == ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    assert header.flag("add_bos_token") is False


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", {"general.name": "one"})
    assert read_header(path).name == "one"
    write_gguf(path, {"general.name": "three"})
    assert read_header(path).name == "three"
    assert read_header(path).end_tokens == ()
    assert read_header(path).context_length is None


@pytest.mark.parametrize(
    ("tokens", "special", "model", "expected"),
    [
        (["<unk>", "<s>", "</s>"], {}, "llama", [2]),
        (["<|endoftext|>", "x", "<|im_end|>", "y", "<reponame>"], {"eos": 2}, "gpt2", [0, 2, 4]),
        (["<|end|>", "<|return|>", "<|call|>"], {"eos": 1}, "gpt2", [1, 2]),
        (["<|end|>", "<|return|>"], {"eos": 1}, "gpt2", [0, 1]),
        (["<eos>", "</s>", "<|tool_response>"], {"eos": 0}, "llama", [0, 2]),
        (["a", "b"], {"eos": 1, "eot": 9}, "bert", [1]),
        (["a", "<|eot_id|>", "<|eom_id|>"], {"eos": 0}, "bert", [0, 1, 2]),
        (["a", "<fim_pad>", "[PAD]"], {"eos": 0}, "bert", [0, 1]),
        ([], {}, "gpt2", []),
    ],
)
def test_end_tokens_as_llama_cpp_finds_them(
    tokens: list[str], special: dict[str, int], model: str, expected: list[int]
) -> None:
    assert [each.id for each in end_tokens(tokens, special, model)] == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"GGUF", "0 are left"),
        (b"PK\x03\x04" + b"\0" * 40, "does not begin with GGUF"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 40), "keys"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 60), "are announced"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<I", 77), "type 77"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 8, 1 << 62), "strings"),
        (
            b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 10, 1 << 62),
            "are announced",
        ),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 9, 1), "type 9"),
        (
            b"GGUF"
            + struct.pack("<IQQQ", 3, 0, 1, 21)
            + b"tokenizer.ggml.tokens"
            + struct.pack("<IIQ", 9, 8, 1 << 23),
            "8,388,608 items",
        ),
    ],
)
def test_broken_files_say_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "m.gguf").write_bytes(content)
    with pytest.raises(FtuiError) as raised:
        read_header(tmp_path / "m.gguf")
    assert said in raised.value.message
    assert raised.value.hint


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.gguf"):
        with pytest.raises(FtuiError):
            read_header(path)


WHOLE = gguf_bytes(bpe_model())


@given(stop=st.integers(0, len(WHOLE) - 1))
@settings(max_examples=60, deadline=None)
def test_truncated_headers_are_refused(tmp_path_factory: pytest.TempPathFactory, stop: int) -> None:
    path = tmp_path_factory.mktemp("gguf") / "m.gguf"
    path.write_bytes(WHOLE[:stop])
    with pytest.raises(FtuiError):
        read_header(path)


@given(
    places=st.lists(
        st.tuples(
            st.integers(0, len(WHOLE) - 9), st.sampled_from([0, 1, 255, 1 << 31, 1 << 40, (1 << 64) - 1])
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=200, deadline=None)
def test_changed_headers_never_take_more_than_the_file(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[int, int]]
) -> None:
    data = bytearray(WHOLE)
    for at, number in places:
        data[at : at + 8] = struct.pack("<Q", number)
    path = tmp_path_factory.mktemp("gguf") / "m.gguf"
    path.write_bytes(bytes(data))
    tracemalloc.start()
    try:
        header = read_header(path)
        assert len(header.end_tokens) <= len(header.tokens)
    except FtuiError:
        pass  # refused in words; anything else that is raised fails the test
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100 * len(WHOLE) + 3_000_000
