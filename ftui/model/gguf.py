"""A GGUF model's header, read without loading the model: chat templates, vocabulary, special and end tokens.

The file is not trusted: every length is held against the file's size before anything is read or made, nothing behind
the header is touched, and a fault is an FtuiError that says where.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ftui.model.end_tokens import DEFAULT_IDS, EndToken, end_tokens
from ftui.project.errors import FtuiError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_BYTES = 256 << 20
"""A header longer than this is refused; the largest vocabularies (262,144 items with merges) need 16 MB."""
_FIRST_READ = 1 << 20
_MOST_KEYS = 1 << 16
_STRING, _ARRAY = 8, 9
_PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""GGUF value types as struct and array letters; 8 is a string, 9 an array."""
_MOST_ITEMS = 1 << 22
"""Items of an array that is kept; the largest vocabularies have 262,144 tokens and twice as many merges."""
_WANTED_ARRAYS = frozenset(
    f"tokenizer.{name}"
    for name in ("ggml.tokens", "ggml.merges", "ggml.scores", "ggml.token_type", "chat_templates")
)
"""Other arrays are skipped: only their length is kept."""
SPECIAL_KEYS: Mapping[str, str] = {
    "bos_token_id": "bos",
    "eos_token_id": "eos",
    "eot_token_id": "eot",
    "eom_token_id": "eom",
    "unknown_token_id": "unk",
    "seperator_token_id": "sep",  # so misspelt in the format
    "padding_token_id": "pad",
    "mask_token_id": "mask",
    "fim_pre_token_id": "fim_pre",
    "fim_suf_token_id": "fim_suf",
    "fim_mid_token_id": "fim_mid",
    "fim_pad_token_id": "fim_pad",
    "fim_rep_token_id": "fim_rep",
    "fim_sep_token_id": "fim_sep",
}
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
"""Values of `token_types`."""


@dataclass(frozen=True)
class GgufHeader:
    """What a model file says about itself."""

    path: Path
    version: int
    metadata: Mapping[str, Any] = field(repr=False)
    """Every key with a plain value or string; arrays that are not wanted stand as their length."""
    tokens: tuple[str, ...] = field(repr=False)
    """The vocabulary, by id; empty where the file brings none."""
    merges: tuple[str, ...] = field(repr=False)
    scores: array[float] = field(repr=False)
    token_types: array[int] = field(repr=False)
    order: str = "<"
    """Byte order, as `struct` writes it."""
    tensor_count: int = 0
    tensors_at: int = 0
    """Where the list of tensors begins, which `gguf_tensors` reads."""

    @property
    def architecture(self) -> str:
        """llama, qwen2, gemma3, …; "" where the file says none."""
        return self._text("general.architecture")

    @property
    def name(self) -> str:
        """The model's own name, "" where it has none."""
        return self._text("general.name")

    @property
    def context_length(self) -> int | None:
        """Tokens that the model was trained to see at once."""
        held = self.metadata.get(f"{self.architecture}.context_length")
        return held if isinstance(held, int) and not isinstance(held, bool) and held > 0 else None

    @property
    def tokenizer_model(self) -> str:
        """gpt2 (byte-level BPE), llama (SentencePiece), bert, t5, …; "" where there is no vocabulary."""
        return self._text("tokenizer.ggml.model")

    @property
    def tokenizer_pre(self) -> str:
        """The name of the pre-tokenizer: smollm, llama-bpe, qwen2, …"""
        return self._text("tokenizer.ggml.pre")

    @property
    def chat_template(self) -> str | None:
        """The default Jinja chat template; None where the model brings none."""
        return self._text("tokenizer.chat_template") or None

    @cached_property
    def chat_templates(self) -> dict[str, str]:
        """All chat templates by name; the default one is "default"."""
        prefix = "tokenizer.chat_template."
        found = {"default": self.chat_template} if self.chat_template else {}
        for key, held in self.metadata.items():
            if key.startswith(prefix) and isinstance(held, str):
                found[key.removeprefix(prefix)] = held
        return found

    @cached_property
    def special(self) -> dict[str, int]:
        """Special token ids that the header names (bos, eos, eot, eom, unk, pad, …) and llama.cpp's defaults."""
        found = dict(DEFAULT_IDS.get(self.tokenizer_model, {}))
        for key, name in SPECIAL_KEYS.items():
            held = self.metadata.get(f"tokenizer.ggml.{key}")
            if isinstance(held, int) and not isinstance(held, bool) and 0 <= held < len(self.tokens):
                found[name] = held
        return {name: number for name, number in found.items() if number < len(self.tokens)}

    def special_text(self, name: str) -> str | None:
        """The text of a special token by its short name (bos, eos, …), None where there is none."""
        number = self.special.get(name)
        return None if number is None else self.tokens[number]

    @cached_property
    def end_tokens(self) -> tuple[EndToken, ...]:
        """All end-of-generation tokens, as llama.cpp determines them."""
        return end_tokens(self.tokens, self.special, self.tokenizer_model)

    @cached_property
    def control_tokens(self) -> tuple[str, ...]:
        """Texts of the vocabulary's control and user-defined tokens, unused ones left out, by id."""
        wanted = (CONTROL, USER_DEFINED)
        pairs = zip(self.tokens, self.token_types, strict=False)
        return tuple(text for text, kind in pairs if kind in wanted and text.strip())

    def flag(self, key: str) -> bool | None:
        """A yes or no of the tokenizer (add_bos_token, add_eos_token, add_space_prefix); None where it is not said."""
        held = self.metadata.get(f"tokenizer.ggml.{key}")
        return held if isinstance(held, bool) else None

    def _text(self, key: str) -> str:
        held = self.metadata.get(key)
        return held if isinstance(held, str) else ""


def read_header(path: Path | str) -> GgufHeader:
    """The header of a GGUF file (versions 2 and 3, either byte order), kept in mind until the file changes.

    Raises FtuiError where the file is missing, is no GGUF file, or its header is broken or cut off.
    """
    place = Path(path)
    try:
        stat = place.stat()
        if not place.is_file():
            raise FtuiError(f"{place}: not a file", "name the .gguf file itself")
    except OSError as error:
        raise FtuiError(
            f"{place}: {error.strerror or error}", "look at gguf under [model] in ftui.toml"
        ) from error
    if not stat.st_size:
        raise FtuiError(f"{place}: the file is empty", "download or copy it again")
    return _read(place, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, size: int, _changed: int) -> GgufHeader:
    wanted = _FIRST_READ
    try:
        with path.open("rb") as file:
            while True:
                # The buffer grows fourfold until the header fits: parsing again costs a third more at the most.
                file.seek(0)
                data = file.read(min(wanted, size))
                try:
                    return _Parser(data, size, path).header()
                except _MoreNeededError:
                    if len(data) >= size or len(data) < min(wanted, size):
                        raise _broken(path, "the file ends within its header", len(data)) from None
                    if wanted >= MOST_BYTES:
                        raise _broken(
                            path, f"its header is longer than {MOST_BYTES >> 20} MB", wanted
                        ) from None
                    wanted *= 4
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}") from error


class _MoreNeededError(Exception):
    """The header goes on behind what was read so far."""


def _broken(path: Path, what: str, at: int) -> FtuiError:
    hint = "download or convert the model again; `sha256sum` tells whether the file is whole"
    return FtuiError(f"{path}: not a readable GGUF file: {what} (byte {at:,})", hint)


class _Parser:
    """The header in the beginning of a file, of which `size` bytes exist."""

    def __init__(self, data: bytes, size: int, path: Path) -> None:
        self.data, self.size, self.path = data, size, path
        self.at = 0
        self.order = "<"

    def header(self) -> GgufHeader:
        if self._bytes(4) != MAGIC:
            raise _broken(self.path, "it does not begin with GGUF", 0)
        version = self._number("I")
        if version > 0xFFFF and version & 0xFFFF == 0:
            self.order = ">"
            version = int.from_bytes(version.to_bytes(4, "little"), "big")
        if version not in VERSIONS:
            raise _broken(self.path, f"version {version} is not one of 2 and 3", 4)
        tensors = self._number("Q")
        keys = self._number("Q")
        if keys > _MOST_KEYS:
            raise _broken(self.path, f"{keys:,} keys", self.at)
        metadata: dict[str, Any] = {}
        arrays: dict[str, Any] = {}
        for _ in range(keys):
            key = self._string()
            kind = self._number("I")
            if kind == _ARRAY:
                self._array(key, metadata, arrays)
            else:
                metadata[key] = self._string() if kind == _STRING else self._number(self._letter(kind))
        return GgufHeader(
            self.path,
            version,
            metadata,
            _strings(arrays.get("tokenizer.ggml.tokens")),
            _strings(arrays.get("tokenizer.ggml.merges")),
            array("d", _numbers(arrays.get("tokenizer.ggml.scores"))),
            array(
                "q",
                (int(kind) for kind in _numbers(arrays.get("tokenizer.ggml.token_type")) if _is_kind(kind)),
            ),
            self.order,
            tensors,
            self.at,
        )

    def _letter(self, kind: int) -> str:
        if kind not in _PLAIN:
            raise _broken(self.path, f"unknown value type {kind}", self.at - 4)
        return _PLAIN[kind]

    def _bytes(self, count: int) -> bytes:
        stop = self.at + count
        if stop > self.size:
            raise _broken(
                self.path, f"{count:,} bytes are announced where {self.size - self.at:,} are left", self.at
            )
        if stop > len(self.data):
            raise _MoreNeededError
        held = self.data[self.at : stop]
        self.at = stop
        return held

    def _number(self, letter: str) -> Any:
        form = self.order + letter
        return struct.unpack(form, self._bytes(struct.calcsize(form)))[0]

    def _string(self) -> str:
        return self._bytes(self._number("Q")).decode("utf-8", errors="replace")

    def _array(self, key: str, metadata: dict[str, Any], arrays: dict[str, Any]) -> None:
        kind, count = self._number("I"), self._number("Q")
        metadata[key] = count
        if key in _WANTED_ARRAYS and count > _MOST_ITEMS:
            raise _broken(self.path, f"{key} with {count:,} items", self.at)
        if kind == _STRING:
            strings = self._string_array(count, keep=key in _WANTED_ARRAYS)
            if key in _WANTED_ARRAYS:
                arrays[key] = strings
            return
        letter = self._letter(kind)  # an array of arrays, which no model has, is refused here
        held = self._bytes(count * struct.calcsize("<" + letter))
        if key in _WANTED_ARRAYS:
            arrays[key] = struct.unpack(f"{self.order}{count}{letter}", held)

    def _string_array(self, count: int, keep: bool) -> list[str]:
        """Strings one after the other; a length of eight bytes each, so that a count is bounded by the file's size."""
        if count > (self.size - self.at) // 8:
            raise _broken(self.path, f"{count:,} strings are announced", self.at)
        length = struct.Struct(self.order + "Q").unpack_from
        data, at, ready = self.data, self.at, len(self.data)
        found: list[str] = []
        for _ in range(count):
            start = at + 8
            if start > ready:
                raise _MoreNeededError
            at = start + length(data, at)[0]
            if at > ready:
                self.at = start
                self._bytes(at - start)  # raises: beyond the file, or beyond what was read
            if keep:
                found.append(data[start:at].decode("utf-8", errors="replace"))
        self.at = at
        return found


def _strings(held: Any) -> tuple[str, ...]:
    return tuple(held) if isinstance(held, list) else ()


def _is_kind(kind: float) -> bool:
    return isinstance(kind, int) and 0 <= kind < 1 << 31


def _numbers(held: Any) -> tuple[float, ...]:
    return held if isinstance(held, tuple) else ()
