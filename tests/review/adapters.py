"""Small LoRA adapters for SmolLM2-135M, written with the `gguf` package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFWriter

WEIGHTS: Mapping[str, tuple[int, int]] = {"attn_q": (576, 576), "attn_v": (192, 576)}
"""Outward and inward size of the weights that are changed."""


def write_adapter(
    path: Path,
    *,
    architecture: str = "llama",
    scale: float = 0.05,
    rank: int = 4,
    blocks: int = 2,
    weights: Mapping[str, tuple[int, int]] = WEIGHTS,
    metadata: Mapping[str, Any] | None = None,
    sides: tuple[str, ...] = ("lora_a", "lora_b"),
    dtype: type = np.float32,
    extra: Mapping[str, tuple[int, ...]] | None = None,
) -> Path:
    """An adapter of random weights; each argument can make it wrong in one way. `metadata` None leaves a key out."""
    random = np.random.default_rng(0)
    writer = GGUFWriter(path, architecture)
    said = {"general.type": "adapter", "adapter.type": "lora", "adapter.lora.alpha": 16.0} | dict(
        metadata or {}
    )
    for key, value in said.items():
        if isinstance(value, str):
            writer.add_string(key, value)
        elif value is not None:
            writer.add_float32(key, value)
    for block in range(blocks):
        for name, (outward, inward) in weights.items():
            shapes = {"lora_a": (rank, inward), "lora_b": (outward, rank)}
            for side in sides:
                factor = scale if side == "lora_b" else 0.05
                held = (random.normal(0, 1, shapes[side]) * factor).astype(dtype)
                writer.add_tensor(f"blk.{block}.{name}.weight.{side}", held)
    for name, shape in (extra or {}).items():
        writer.add_tensor(name, np.zeros(shape, dtype=dtype))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
