"""A LoRA adapter beside its base: one model in memory, the adapter put on and taken off by request."""

from __future__ import annotations

import ctypes
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.llama.engine_log import EngineLog
from ftui.review.backends.llama.vocabulary import as_bytes


class Adapter:
    """One adapter of a loaded model, off at first."""

    def __init__(self, binding: Any, model: Any, path: str, log: EngineLog) -> None:
        self._binding = binding
        self._raw = binding.llama_adapter_lora_init(model, as_bytes(path))
        # ctypes gives an object for NULL too; decoding with it would end the process.
        if not self._raw:
            raise FtuiError(
                f"llama.cpp does not load the adapter {path}{log.reason()}",
                "it must be a LoRA adapter in GGUF form, made from this base "
                "(convert_lora_to_gguf.py of llama.cpp)",
            )

    def put(self, context: Any, on: bool) -> None:
        """Put it on or take it off; what the context holds was computed the other way and must be cleared."""
        adapters = (self._binding.llama_adapter_lora_p_ctypes * 1)(self._raw)
        scales = (ctypes.c_float * 1)(1.0)
        code = self._binding.llama_set_adapters_lora(context, adapters, 1 if on else 0, scales)
        if code:
            raise FtuiError(f"llama.cpp could not switch the adapter (code {code})")
