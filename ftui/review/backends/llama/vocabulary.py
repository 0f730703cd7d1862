"""The model's vocabulary: text to tokens, tokens to bytes, and which tokens end a generation."""

from __future__ import annotations

import ctypes
from typing import Any

from ftui.project.errors import FtuiError


class Vocabulary:
    """Tokens of one loaded model."""

    def __init__(self, binding: Any, vocab: Any) -> None:
        self._binding, self._vocab = binding, vocab
        self.size: int = binding.llama_vocab_n_tokens(vocab)
        self._pieces: dict[int, bytes] = {}
        self.ends = {
            token: self.text(token) for token in range(self.size) if binding.llama_vocab_is_eog(vocab, token)
        }
        first = binding.llama_vocab_bos(vocab)
        self.start: int | None = first if first >= 0 else None
        self.adds_start: bool = self.start is not None and bool(binding.llama_vocab_get_add_bos(vocab))

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text; special tokens written in it are read as such."""
        data = as_bytes(text)
        # Never more tokens than bytes, but for a space that the tokenizer may put before the first.
        room = len(data) + 8
        found = (ctypes.c_int32 * room)()
        count = self._binding.llama_tokenize(self._vocab, data, len(data), found, room, False, True)
        if count < 0:
            found = (ctypes.c_int32 * -count)()
            count = self._binding.llama_tokenize(self._vocab, data, len(data), found, -count, False, True)
        return list(found[: max(count, 0)])

    def prompt(self, text: str) -> list[int]:
        """The tokens of a prompt, with the start token where the model wants one and the text does not say it.

        Raises FtuiError where nothing is left to continue.
        """
        tokens = self.tokens(text)
        if self.adds_start and self.start is not None and tokens[:1] != [self.start]:
            tokens.insert(0, self.start)
        if not tokens:
            example = f", for example with {self.start_text}" if self.start is not None else ""
            raise FtuiError(
                "the prompt is empty, and this model has no start token of its own to go on from",
                f"begin the prompt with something{example}",
            )
        return tokens

    @property
    def start_text(self) -> str | None:
        """The start token's text; None where the model has none."""
        return None if self.start is None else self.text(self.start)

    def piece(self, token: int) -> bytes:
        """A token's bytes; special tokens as their text."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._read_piece(token)
        return known

    def text(self, token: int) -> str:
        """A token's text."""
        return as_text(self.piece(token))

    def is_control(self, token: int) -> bool:
        """Whether a token is one that a reader never meant to see."""
        return bool(self._binding.llama_vocab_is_control(self._vocab, token))

    def _read_piece(self, token: int) -> bytes:
        room = 64
        buffer = ctypes.create_string_buffer(room)
        length = self._binding.llama_token_to_piece(self._vocab, token, buffer, room, 0, True)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = self._binding.llama_token_to_piece(self._vocab, token, buffer, -length, 0, True)
        return buffer.raw[:length]


def as_text(data: bytes | bytearray) -> str:
    """Text of bytes; those that are no UTF-8 as surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """Bytes of a text, surrogate escapes as the bytes that they stand for, other lone surrogates as they are."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
