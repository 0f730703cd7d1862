"""Trains a tiny random model with the real Trainer: what the console logs beside it in the fixtures were made with.

    python -m tests.integrations.tiny_run --out DIR [--kind plain|nan|resumed|accumulated] > console.log 2>&1

Needs torch and transformers, no download: the model is made from its configuration and the ids are synthetic.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
WORDS, LENGTH = 32, 12


def rows(count: int, seed: int) -> list[dict[str, Any]]:
    """Random ids: nothing in them can be learnt for other rows, so a model overfits at once."""
    import torch

    made = torch.Generator().manual_seed(seed)
    ids = torch.randint(0, WORDS, (count, LENGTH), generator=made)
    return [{"input_ids": each, "labels": each} for each in ids]


def tiny_model(seed: int = 0) -> Any:
    """A Llama of two layers and 20,000 parameters."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=WORDS,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=LENGTH,
        )
    )


def tiny_trainer(out: Path, callbacks: tuple[Any, ...] = (), **settings: Any) -> Any:
    """A Trainer of the tiny model on 32 rows with 16 rows for validation: 8 steps an epoch, evaluated every 8."""
    import torch
    from transformers import Trainer, TrainingArguments

    torch.set_num_threads(1)  # two threads that wait for each other make so small a model ten times slower
    given = {
        "per_device_train_batch_size": 4,
        "num_train_epochs": 6,
        "learning_rate": 1e-2,
        "warmup_steps": 4,
        "logging_steps": 4,
        "eval_strategy": "steps",
        "eval_steps": 8,
        "save_strategy": "no",
        "report_to": [],
        "use_cpu": True,
        "seed": 0,
        "dataloader_pin_memory": False,
    } | settings
    return Trainer(
        model=tiny_model(),
        args=TrainingArguments(output_dir=str(out), **given),
        train_dataset=rows(32, 1),
        eval_dataset=rows(16, 2),
        callbacks=list(callbacks),
    )


def run(kind: str, out: Path) -> None:
    """One run of a kind; it leaves trainer_state.json in the folder."""
    if kind == "nan":
        # Without the filter, as people turn it off to see what happens; with it the Trainer logs loss 0.
        trainer = tiny_trainer(out, learning_rate=1e6, max_grad_norm=1e9, logging_nan_inf_filter=False)
    elif kind == "nan-filtered":
        trainer = tiny_trainer(out, learning_rate=1e6, max_grad_norm=1e9)
    elif kind == "accumulated":
        trainer = tiny_trainer(out, gradient_accumulation_steps=2, eval_strategy="epoch", num_train_epochs=4)
    elif kind == "resumed":
        first = tiny_trainer(out, save_strategy="steps", save_steps=16, max_steps=24)
        first.train()
        print("Traceback: the machine went away after step 24; resuming from checkpoint-16")
        trainer = tiny_trainer(out, save_strategy="steps", save_steps=16, max_steps=48)
        trainer.train(resume_from_checkpoint=str(out / "checkpoint-16"))
        trainer.save_state()
        return
    else:
        trainer = tiny_trainer(out)
    trainer.train()
    trainer.save_state()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    kinds = ("plain", "nan", "nan-filtered", "resumed", "accumulated")
    parser.add_argument("--kind", choices=kinds, default="plain")
    given = parser.parse_args()
    run(given.kind, given.out)


if __name__ == "__main__":
    main()
