"""llama.cpp's working memory: the prompt in sequence 0, its continuations in the sequences above."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from ftui.project.errors import FtuiError

SLICE = 512
"""Prompt tokens a call: llama.cpp's own default, so that an exact sample equals its own output bit by bit."""
GPU_SLICE = 128
"""Where a GPU ignores the abort call, a cancel waits for the slice that runs."""
PROMPT = 0
"""The sequence that holds the prompt, and keeps it for the next request."""

OnRead = Callable[[int, int], None]
"""Tokens of the prompt that are evaluated, and all."""


class Aborted(Exception):  # noqa: N818 - no error: what the person asked for
    """The cancel switch was pressed while llama.cpp computed."""


class Switch:
    """The cancel switch: a byte that llama.cpp itself reads between two operations.

    C's `strlen` is the abort callback: 0 for an empty string, else 1. A callback in Python would need the
    interpreter's lock at each of the ~900 operations of a token.
    """

    def __init__(self) -> None:
        self._byte = ctypes.create_string_buffer(2)

    def press(self) -> None:
        """End what runs; from any thread."""
        self._byte[0] = b"\x01"

    def release(self) -> None:
        """Before the next request."""
        self._byte[0] = b"\x00"

    @property
    def pressed(self) -> bool:
        """Whether what runs must end."""
        return self._byte[0] != b"\x00"

    def connect(self, binding: Any, context: Any) -> None:
        """Let llama.cpp read it."""
        callback = ctypes.cast(ctypes.CDLL(None).strlen, binding.ggml_abort_callback)
        binding.llama_set_abort_callback(context, callback, ctypes.cast(self._byte, ctypes.c_void_p))


class Context:
    """Room for `cells` tokens in `width` continuations of one prompt."""

    def __init__(
        self, binding: Any, model: Any, *, cells: int, width: int, threads: int, flash: bool, switch: Switch
    ) -> None:
        self._binding, self._switch = binding, switch
        params = binding.llama_context_default_params()
        params.n_ctx = cells
        params.n_batch = params.n_ubatch = SLICE
        params.n_seq_max = width + 1
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = threads
        params.no_perf = True
        if not flash:
            params.flash_attn_type = binding.LLAMA_FLASH_ATTN_TYPE_DISABLED
        if hasattr(params, "n_outputs_max"):
            # Else logits for a whole slice are reserved: 98 MB with a vocabulary of 49 152.
            params.n_outputs_max = width + 1
        self.raw = binding.llama_init_from_model(model, params)
        if not self.raw:
            raise FtuiError(f"no memory for a context of {cells:,} tokens", "ask for a smaller --context")
        self.cells, self.width = cells, width
        self._memory = binding.llama_get_memory(self.raw)
        self._batch = binding.llama_batch_init(SLICE, 0, 1)
        for place in range(SLICE):
            self._batch.n_seq_id[place] = 1
        self._held: list[int] = []
        self._window: int = binding.llama_model_n_swa(model)
        switch.connect(binding, self.raw)

    def close(self) -> None:
        """Free the memory."""
        if self.raw:
            self._binding.llama_batch_free(self._batch)
            self._binding.llama_free(self.raw)
            self.raw = None

    def forget(self) -> None:
        """Clear everything: another adapter, an abort, or a sample that must not lean on the one before."""
        self._binding.llama_memory_clear(self._memory, True)
        self._held = []

    def threads(self, count: int) -> None:
        """Compute with so many threads from now on."""
        self._binding.llama_set_n_threads(self.raw, count, count)

    def read(self, tokens: Sequence[int], *, shared: bool, size: int = SLICE, on_read: OnRead) -> None:
        """Evaluate a prompt; the logits of its last token are then those of row -1.

        `shared`: what it has in common with the prompt before is not evaluated again.
        """
        done = self._keep(tokens) if shared else 0
        if not done:
            self.forget()
        total = len(tokens)
        while done < total:
            part = tokens[done : done + size]
            for place, token in enumerate(part):
                self._put(place, token, done + place, PROMPT, done + place == total - 1)
            self._decode(len(part))
            self._held.extend(part)
            done += len(part)
            on_read(done, total)

    def fork(self, sequence: int) -> None:
        """Let a sequence go on from the prompt, without a copy of it."""
        self._binding.llama_memory_seq_cp(self._memory, PROMPT, sequence, -1, -1)

    def drop(self, sequence: int) -> None:
        """Free what a sequence held."""
        self._binding.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def step(self, rows: Sequence[tuple[int, int, int]]) -> None:
        """Evaluate one token (sequence, token, position) of several sequences; row i holds the logits of the i-th."""
        for place, (sequence, token, position) in enumerate(rows):
            self._put(place, token, position, sequence, True)
        self._decode(len(rows))

    def logits(self, row: int) -> Any:
        """The logits of a row of the last batch, as a C array."""
        return self._binding.llama_get_logits_ith(self.raw, row)

    def _keep(self, tokens: Sequence[int]) -> int:
        """Cut sequence 0 down to what the prompt begins with; how many tokens that leaves.

        The last token is always evaluated again: its logits are wanted.
        """
        most = min(len(self._held), len(tokens) - 1)
        same = next((place for place in range(most) if self._held[place] != tokens[place]), most)
        if not same:
            return 0
        first: int = self._binding.llama_memory_seq_pos_min(self._memory, PROMPT)
        # A sliding window has let go of what the tokens behind the cut would look at.
        if self._window > 0 and first > max(0, same - self._window):
            return 0
        # A recurrent model cannot go back.
        if not self._binding.llama_memory_seq_rm(self._memory, PROMPT, same, -1):
            return 0
        del self._held[same:]
        return same

    def _put(self, place: int, token: int, position: int, sequence: int, wanted: bool) -> None:
        batch = self._batch
        batch.token[place] = token
        batch.pos[place] = position
        batch.seq_id[place][0] = sequence
        batch.logits[place] = wanted

    def _decode(self, count: int) -> None:
        if self._switch.pressed:
            raise Aborted
        self._batch.n_tokens = count
        code: int = self._binding.llama_decode(self.raw, self._batch)
        if code == 2 or (code and self._switch.pressed):
            # What it holds now is half computed. The next prompt clears it: 20 ms that this cancel need not wait for.
            self._held = []
            raise Aborted
        if code:
            self.forget()
            reason = "no room in the context" if code == 1 else f"llama_decode returned {code}"
            raise FtuiError(f"llama.cpp could not evaluate the tokens: {reason}")
