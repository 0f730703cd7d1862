"""Train a small language model from scratch on the samples, on the CPU, for so long that it overfits.

    mkdir run
    python -u samples/training/train.py --out run > run/console.log 2>&1 &
    ftui logs run/console.log --stop-file run/stop

Needs ftui, torch and transformers. Nothing is downloaded: the model is made from its configuration and reads bytes,
so it needs no tokenizer. The defaults take about three minutes on one core; README.md beside this file tells more.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
SAMPLES = Path(__file__).resolve().parents[1]
END = 256
"""The id after the bytes: ends an answer, and fills a row up."""
NOT_LEARNT = -100


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder for checkpoints and trainer_state.json")
    add(
        "--stop-by",
        choices=("file", "diagnosis", "nothing"),
        default="file",
        help="what may end the run early: the file OUT/stop, ftui's own rules in the trainer, or nothing",
    )
    add("--rows", type=int, default=200, help="training rows; few are soon known by heart")
    add("--steps", type=int, default=480)
    add(
        "--evaluate-every",
        type=int,
        default=10,
        help="steps; a checkpoint is kept of every second evaluation",
    )
    add("--length", type=int, default=160, help="bytes of a row; the rest is cut off")
    add("--width", type=int, default=128)
    add("--layers", type=int, default=3)
    add("--batch", type=int, default=16)
    add("--rate", type=float, default=2e-3)
    add("--threads", type=int, default=1, help="two are hardly faster with a model so small")
    add("--seed", type=int, default=0)
    return parser.parse_args()


def rows_of(path: Path, length: int, most: int) -> list[dict[str, list[int]]]:
    """The first rows of a split as bytes of one length, of which only the answer is learnt."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            prompt, answer = (message["content"].encode() for message in json.loads(line)["messages"][-2:])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # the samples hold rows that are broken on purpose
        asked = [*prompt[: length // 2], *b"\n"]
        told = [*answer, END][: length - len(asked)]
        fill = length - len(asked) - len(told)
        rows.append(
            {
                "input_ids": [*asked, *told, *[END] * fill],
                "labels": [*[NOT_LEARNT] * len(asked), *told, *[NOT_LEARNT] * fill],
            }
        )
    return rows[:most]


def callbacks(given: argparse.Namespace) -> list[Any]:
    """What may end the run early."""
    from ftui.integrations.transformers import FtuiCallback, StopFileCallback

    if given.stop_by == "file":
        return [StopFileCallback(given.out / "stop")]
    return [FtuiCallback()] if given.stop_by == "diagnosis" else []


def trainer(given: argparse.Namespace) -> Any:
    """A Llama with 0.7 million parameters, and the real Trainer."""
    import transformers

    transformers.set_seed(given.seed)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=END + 1,
            hidden_size=given.width,
            intermediate_size=3 * given.width,
            num_hidden_layers=given.layers,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=given.length,
            bos_token_id=END,
            eos_token_id=END,
        )
    )
    settings = transformers.TrainingArguments(
        output_dir=str(given.out),
        per_device_train_batch_size=given.batch,
        per_device_eval_batch_size=30,
        max_steps=given.steps,
        learning_rate=given.rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=20,
        logging_steps=5,
        eval_strategy="steps",
        eval_steps=given.evaluate_every,
        save_strategy="steps",
        save_steps=2 * given.evaluate_every,
        save_only_model=True,
        report_to=[],
        use_cpu=True,
        dataloader_pin_memory=False,
        seed=given.seed,
    )
    return transformers.Trainer(
        model=model,
        args=settings,
        train_dataset=rows_of(SAMPLES / "train.jsonl", given.length, given.rows),
        eval_dataset=rows_of(SAMPLES / "validation.jsonl", given.length, 60),
        callbacks=callbacks(given),
    )


def main() -> None:
    """Train, and leave trainer_state.json in the folder."""
    given = options()
    import torch

    torch.set_num_threads(given.threads)
    made = trainer(given)
    made.train()
    made.save_state()


if __name__ == "__main__":
    main()
