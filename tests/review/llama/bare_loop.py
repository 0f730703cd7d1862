"""llama.cpp driven by hand, as little as it takes: what the backend's exact greedy samples must equal."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

_KEPT: list[Any] = []
"""What llama.cpp calls with its log, which it goes on doing when the model here is gone."""


class Said(NamedTuple):
    """What the model said, and how fast."""

    token_ids: list[int]
    seconds: float
    """From the first token to the last."""
    end_probability: float
    """The largest over the places where it went on; 0 where nobody looked."""


class BareModel:
    """A model file; every greedy run gets a fresh context."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        import llama_cpp

        self._llama: Any = llama_cpp
        self._threads = threads
        _KEPT.append(self._llama.llama_log_callback(lambda _level, _text, _data: None))
        self._llama.llama_log_set(_KEPT[-1], None)
        self.raw = self._llama.llama_model_load_from_file(
            str(path).encode(), self._llama.llama_model_default_params()
        )
        self.vocab = self._llama.llama_model_get_vocab(self.raw)
        self.size = self._llama.llama_vocab_n_tokens(self.vocab)

    def tokens(self, text: str) -> list[int]:
        data = text.encode()
        room = len(data) + 1
        found = (self._llama.llama_token * room)()
        count = self._llama.llama_tokenize(self.vocab, data, len(data), found, room, False, True)
        return list(found[:count])

    def text(self, token_ids: list[int]) -> bytes:
        """The tokens' text with special tokens written out."""
        buffer = self._llama.ctypes.create_string_buffer(256)
        pieces = b""
        for token in token_ids:
            length = self._llama.llama_token_to_piece(self.vocab, token, buffer, 256, 0, True)
            pieces += buffer.raw[:length]
        return pieces

    def greedy(self, prompt: str, most: int, look: bool = False) -> Said:
        """The likeliest tokens until an end token or `most` of them."""
        llama = self._llama
        params = llama.llama_context_default_params()
        params.n_ctx, params.n_batch = 1024, 512
        params.n_threads = params.n_threads_batch = self._threads
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        context = llama.llama_init_from_model(self.raw, params)
        sampler = llama.llama_sampler_init_greedy()
        ids, said, largest = self.tokens(prompt), [], 0.0
        for start in range(0, len(ids), 512):
            part = (llama.llama_token * len(ids[start : start + 512]))(*ids[start : start + 512])
            assert llama.llama_decode(context, llama.llama_batch_get_one(part, len(part))) == 0
        token = llama.llama_sampler_sample(sampler, context, -1)
        begun = perf_counter()
        while True:
            said.append(token)
            ended = llama.llama_vocab_is_eog(self.vocab, token)
            if look and not ended:
                largest = max(largest, self._end_probability(context))
            if ended or len(said) == most:
                break
            one = (llama.llama_token * 1)(token)
            assert llama.llama_decode(context, llama.llama_batch_get_one(one, 1)) == 0
            token = llama.llama_sampler_sample(sampler, context, -1)
        seconds = perf_counter() - begun
        llama.llama_sampler_free(sampler)
        llama.llama_free(context)
        return Said(said, seconds, largest)

    def close(self) -> None:
        self._llama.llama_model_free(self.raw)

    def _end_probability(self, context: Any) -> float:
        row = np.ctypeslib.as_array(self._llama.llama_get_logits_ith(context, -1), shape=(self.size,))
        odds = np.exp(row.astype(np.float64) - row.max())
        ends = [token for token in range(self.size) if self._llama.llama_vocab_is_eog(self.vocab, token)]
        return float(odds[ends].sum() / odds.sum())
