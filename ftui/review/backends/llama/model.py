"""A model file in llama.cpp's memory, with its adapter and what it says about itself."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.llama.adapters import Adapter
from ftui.review.backends.llama.engine_log import EngineLog
from ftui.review.backends.llama.vocabulary import Vocabulary, as_bytes

ALL_LAYERS = -1


@dataclass(frozen=True, slots=True)
class Load:
    """What the parent wants loaded."""

    gguf: str
    adapter: str | None
    context: int
    """Tokens of one prompt with its output; 0: what the model was trained with."""
    threads: int | None
    gpu_layers: int | None
    """None and -1: all, where there is a GPU."""
    width: int
    """The most samples that are decoded together."""


class LoadedModel:
    """A model and its adapter."""

    def __init__(self, binding: Any, wanted: Load, log: EngineLog, on_progress: Callable[[], None]) -> None:
        self.binding, self.log = binding, log
        self.can_offload = bool(binding.llama_supports_gpu_offload())
        params = binding.llama_model_default_params()
        params.n_gpu_layers = _layers_to_offload(wanted.gpu_layers) if self.can_offload else 0

        def progress(_part: float, _data: object) -> bool:
            on_progress()
            return True

        callback = binding.llama_progress_callback(progress)
        params.progress_callback = callback
        self.raw = binding.llama_model_load_from_file(as_bytes(wanted.gguf), params)
        if not self.raw:
            raise FtuiError(
                f"llama.cpp does not load {wanted.gguf}{log.reason()}",
                "check the file: whole, a GGUF, and of an architecture that this llama.cpp knows",
            )
        if binding.llama_model_has_encoder(self.raw):
            raise FtuiError(
                f"{wanted.gguf} is an encoder model", "only models that continue a text can be sampled"
            )
        self.vocab = binding.llama_model_get_vocab(self.raw)
        self.vocabulary = Vocabulary(binding, self.vocab)
        self.trained_context: int = binding.llama_model_n_ctx_train(self.raw)
        # As llama.cpp counts when it offloads: the output layer is one too.
        self.layers: int = binding.llama_model_n_layer(self.raw) + 1
        self.gpu_layers = self._offloaded()
        log.clear()
        self.adapter: Adapter | None = None
        if wanted.adapter is not None:
            self.adapter = Adapter(binding, self.raw, wanted.adapter, log)

    def said(self, key: str) -> str | None:
        """A value of the file's metadata as text."""
        buffer = ctypes.create_string_buffer(512)
        length = self.binding.llama_model_meta_val_str(self.raw, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length >= 0 else None

    def facts(self) -> dict[str, Any]:
        """What a person may want to know beyond what every backend tells."""
        binding = self.binding
        return {
            "can_offload": self.can_offload,
            "system": binding.llama_print_system_info().decode("utf-8", "replace"),
            "parameters": binding.llama_model_n_params(self.raw),
            "bytes": binding.llama_model_size(self.raw),
            "start_token": self.vocabulary.start_text,
            "adds_start_token": self.vocabulary.adds_start,
        }

    @property
    def architecture(self) -> str | None:
        """As the file names it."""
        return self.said("general.architecture")

    @property
    def fixed_context(self) -> bool:
        """Whether the size of the context changes what the model computes (longrope picks its factors by it)."""
        return self.said(f"{self.architecture}.rope.scaling.type") == "longrope"

    def _offloaded(self) -> int:
        for line in self.log.lines:
            if found := re.search(r"offloaded (\d+)/(\d+) layers", line.text):
                return int(found[1])
        return 0


def _layers_to_offload(asked: int | None) -> int:
    # llama.cpp before mid-2026 reads only positive numbers; more than there are means all of them.
    return 1_000_000 if asked is None or asked == ALL_LAYERS else asked


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
