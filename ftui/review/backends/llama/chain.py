"""The sampler chain of one sequence, in llama.cpp's usual order.

Grammar, repeat penalty, top-k, top-p, min-p, temperature, then the draw by seed; at temperature 0 the likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Decoding
from ftui.review.backends.llama.vocabulary import as_bytes

LAST_TOKENS = 64
"""How far back the repeat penalty looks, in the prompt too: llama.cpp's own default."""
MAX_SEED = 0xFFFFFFFF
"""llama.cpp takes this one for "any seed", so that no sample of it could be repeated."""


class Chain:
    """Chooses the tokens of one sequence."""

    def __init__(
        self, binding: Any, vocab: Any, decoding: Decoding, seed: int, prompt: Sequence[int]
    ) -> None:
        self._binding = binding
        self._chain = binding.llama_sampler_chain_init(binding.llama_sampler_chain_default_params())
        try:
            self._fill(vocab, decoding, seed, prompt)
        except FtuiError:
            self.close()
            raise

    def choose(self, context: Any, row: int) -> int:
        """The next token after the logits of a row of the last decoded batch; -1: its last row."""
        token: int = self._binding.llama_sampler_sample(self._chain, context, row)
        return token

    def close(self) -> None:
        """Free it; llama.cpp frees the samplers in it."""
        if self._chain is not None:
            self._binding.llama_sampler_free(self._chain)
            self._chain = None

    def _fill(self, vocab: Any, decoding: Decoding, seed: int, prompt: Sequence[int]) -> None:
        binding = self._binding
        if decoding.grammar is not None:
            self._add(_grammar(binding, vocab, decoding.grammar))
        if decoding.repeat_penalty != 1.0:
            self._add(_penalties(binding, vocab, decoding.repeat_penalty, prompt))
        if decoding.temperature <= 0:
            self._add(binding.llama_sampler_init_greedy())
            return
        if decoding.top_k > 0:
            self._add(binding.llama_sampler_init_top_k(decoding.top_k))
        if decoding.top_p < 1.0:
            self._add(binding.llama_sampler_init_top_p(decoding.top_p, 1))
        if decoding.min_p > 0.0:
            self._add(binding.llama_sampler_init_min_p(decoding.min_p, 1))
        self._add(binding.llama_sampler_init_temp(decoding.temperature))
        self._add(binding.llama_sampler_init_dist(seed % MAX_SEED))

    def _add(self, sampler: Any) -> None:
        self._binding.llama_sampler_chain_add(self._chain, sampler)


def _grammar(binding: Any, vocab: Any, text: str) -> Any:
    sampler = binding.llama_sampler_init_grammar(vocab, as_bytes(text), b"root")
    if not sampler:
        # A NULL sampler in a chain ends the process.
        raise FtuiError(
            "llama.cpp does not read the grammar", "check the GBNF file; its start rule is `root`"
        )
    return sampler


def _penalties(binding: Any, vocab: Any, repeat: float, prompt: Sequence[int]) -> Any:
    create = binding.llama_sampler_init_penalties
    # The size of the vocabulary came, went and came back as the first argument.
    size = (binding.llama_vocab_n_tokens(vocab),) if len(create.argtypes) == 5 else ()
    sampler = create(*size, LAST_TOKENS, repeat, 0.0, 0.0)
    for token in prompt[-LAST_TOKENS:]:
        binding.llama_sampler_accept(sampler, token)
    return sampler
