"""Small LoRA adapters for SmolLM2-135M, good and bad."""

from __future__ import annotations

from pathlib import Path

import numpy as np

BLOCKS, WIDTH, VALUES = 30, 576, 192


def write_adapter(path: Path, strength: float, architecture: str = "llama", rank: int = 4) -> Path:
    """An adapter of the query and value weights; strength 0 changes nothing."""
    import gguf

    chance = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 16.0)
    for block in range(BLOCKS):
        for name, rows in (("attn_q", WIDTH), ("attn_v", VALUES)):
            down = chance.normal(0, 0.05, (rank, WIDTH)).astype(np.float32)
            up = (chance.normal(0, 1, (rows, rank)) * strength).astype(np.float32)
            writer.add_tensor(f"blk.{block}.{name}.weight.lora_a", down)
            writer.add_tensor(f"blk.{block}.{name}.weight.lora_b", up)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
