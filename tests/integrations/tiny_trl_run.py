"""Trains a tiny random model with TRL's SFT or DPO trainer, for a console log with the metrics that these add.

    python -m tests.integrations.tiny_trl_run --out DIR --kind sft|dpo > console.log 2>&1

Needs trl beside torch and transformers; no download: model and tokenizer are made here.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

from tests.integrations.tiny_run import tiny_model

WORDS = ("hay", "rick", "bale", "sheaf", "lock", "key", "read", "write", "move", "keep", "drop", "find")
SPECIAL = {"pad_token": "<pad>", "eos_token": "<end>", "unk_token": "<unk>"}


def tokenizer() -> Any:
    """A tokenizer of a dozen words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    numbered = {word: number for number, word in enumerate((*SPECIAL.values(), *WORDS))}
    made = Tokenizer(models.WordLevel(numbered, unk_token=SPECIAL["unk_token"]))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=made, **SPECIAL)


def text(made: random.Random, count: int) -> str:
    """Random words."""
    return " ".join(made.choices(WORDS, k=count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=("sft", "dpo"), default="sft")
    given = parser.parse_args()
    import torch
    import trl
    from datasets import Dataset

    torch.set_num_threads(1)
    made = random.Random(0)
    model: Any = tiny_model()
    settings: dict[str, Any] = {
        "output_dir": str(given.out),
        "per_device_train_batch_size": 4,
        "num_train_epochs": 4,
        "learning_rate": 1e-2,
        "logging_steps": 4,
        "eval_strategy": "epoch",
        "save_strategy": "no",
        "report_to": [],
        "use_cpu": True,
        "bf16": False,
        "gradient_checkpointing": False,
        "max_length": 12,
    }
    if given.kind == "sft":
        rows = [{"text": text(made, 8)} for _ in range(48)]
        kind, config = trl.SFTTrainer, trl.SFTConfig(**settings)
    else:
        rows = [
            {"prompt": text(made, 4), "chosen": " " + text(made, 4), "rejected": " " + text(made, 4)}
            for _ in range(48)
        ]
        kind, config = trl.DPOTrainer, trl.DPOConfig(**settings)
    # A copy that stands still: DPO would look for one on the hub.
    reference: dict[str, Any] = {} if given.kind == "sft" else {"ref_model": tiny_model()}
    trainer = kind(
        model=model,
        **reference,
        args=config,
        train_dataset=Dataset.from_list(rows[:32]),
        eval_dataset=Dataset.from_list(rows[32:]),
        processing_class=tokenizer(),
    )
    trainer.train()
    trainer.save_state()


if __name__ == "__main__":
    main()
