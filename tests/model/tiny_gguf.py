"""Writes small valid GGUF files for tests: only a header, as a model would have it."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CONTROL = 3


def gguf_bytes(values: Mapping[str, Any], version: int = 3, order: str = "<") -> bytes:
    """A GGUF file with these keys and no tensors; lists of str, int and float become arrays."""
    out = [b"GGUF", struct.pack(order + "IQQ", version, 0, len(values))]
    for key, held in values.items():
        out += [_string(key, order), _value(held, order)]
    return b"".join(out)


def write_gguf(path: Path, values: Mapping[str, Any], **more: Any) -> Path:
    path.write_bytes(gguf_bytes(values, **more))
    return path


def _string(text: str, order: str) -> bytes:
    held = text.encode()
    return struct.pack(order + "Q", len(held)) + held


def _value(held: Any, order: str) -> bytes:
    if isinstance(held, bool):
        return struct.pack(order + "I?", 7, held)
    if isinstance(held, int):
        return struct.pack(order + "II", 4, held)
    if isinstance(held, float):
        return struct.pack(order + "If", 6, held)
    if isinstance(held, str):
        return struct.pack(order + "I", 8) + _string(held, order)
    kind, letter = (8, "") if held and isinstance(held[0], str) else (6, "f") if _floats(held) else (5, "i")
    parts = [struct.pack(order + "IIQ", 9, kind, len(held))]
    parts += [_string(each, order) if kind == 8 else struct.pack(order + letter, each) for each in held]
    return b"".join(parts)


def _floats(held: Sequence[Any]) -> bool:
    return bool(held) and isinstance(held[0], float)


TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def byte_alphabet() -> list[str]:
    """The 256 printable stand-ins of bytes that byte-level BPE uses, in byte order."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    stand_ins, extra = {}, 0
    for byte in range(256):
        stand_ins[byte] = chr(byte) if byte in plain else chr(256 + extra)
        extra += byte not in plain
    return [stand_ins[byte] for byte in range(256)]


def bpe_model(
    merges: Sequence[str] = ("t h", "th e", "a n", "an d", "Ġ the", "i n"), **more: Any
) -> dict[str, Any]:
    """The keys of a model with a byte-level BPE vocabulary: three control tokens, the bytes, some merges."""
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *byte_alphabet()]
    tokens += [merge.replace(" ", "") for merge in merges]
    kinds = [CONTROL] * 3 + [1] * (len(tokens) - 3)
    return {
        "general.architecture": "llama",
        "general.name": "tiny",
        "llama.context_length": 64,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": list(merges),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": TEMPLATE,
        **more,
    }
