"""A run's own configuration: the trainer's arguments, an adapter's, DeepSpeed's, found beside the log."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from ftui.project.errors import FtuiError
from ftui.training.readers.config import LARGEST_CONFIG, scalar

_MOST_FILES = 16
_MOST_ENTRIES = 10_000
_DEEPEST = 6
_LONGEST_VALUE = 2000
_NAMES = {
    "micro_batch_size": "per_device_train_batch_size",
    "train_micro_batch_size_per_gpu": "per_device_train_batch_size",
    "batch_size": "per_device_train_batch_size",
    "per_gpu_train_batch_size": "per_device_train_batch_size",
    "accumulate_grad_batches": "gradient_accumulation_steps",
    "gradient_clipping": "max_grad_norm",
    "gradient_clip_val": "max_grad_norm",
    "clip_grad_norm": "max_grad_norm",
    "grad_clip": "max_grad_norm",
    "num_epochs": "num_train_epochs",
    "max_epochs": "num_train_epochs",
    "epochs": "num_train_epochs",
    "max_iters": "max_steps",
    "warmup_iters": "warmup_steps",
    "num_warmup_steps": "warmup_steps",
    "warmup_num_steps": "warmup_steps",
    "lr_scheduler.num_warmup_steps": "warmup_steps",
    "lr": "learning_rate",
    "optimizer.lr": "learning_rate",
    "evaluation_strategy": "eval_strategy",
    "lr_scheduler": "lr_scheduler_type",
    "fp16.enabled": "fp16",
    "bf16.enabled": "bf16",
    "bfloat16.enabled": "bf16",
    "lora_rank": "lora_r",
    "lora_parameters.rank": "lora_r",
    "dtype": "precision",
    "mixed_precision": "precision",
}
"""Names of Axolotl, torchtune, DeepSpeed, Lightning and nanoGPT for what the Hugging Face Trainer calls so."""
_KNOWN = frozenset(
    (
        *_NAMES.values(), "fp16", "bf16", "tf32", "lora_alpha", "peft_type", "adapter", "finetuning_type", "save_steps",
        "warmup_ratio", "load_best_model_at_end", "early_stopping_patience", "eval_steps", "use_cpu", "no_cuda",
        "weight_decay", "num_labels",
    )
)  # fmt: skip
_JSON = re.compile(
    r"(?:train\w*_|adapter_)?(?:args|arguments|params|config)\.json|(?:ds|deepspeed|zero)\w*\.json"
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_YAML = re.compile(r"[\w.-]+\.ya?ml")


def configuration(
    folders: Iterable[Path], named: Path | None = None
) -> tuple[dict[str, object], Path | None]:
    """The settings of a run by the Trainer's names, and the file that tells most of them.

    A named file is read alone; raises FtuiError where it cannot be. Files that are merely found and cannot be read, or
    tell nothing of training, count for nothing; of two that tell the same the fuller one is believed, but of two YAML
    files that contradict each other neither: they are those of two runs. Pickles (`training_args.bin`) are never
    opened: reading one runs whatever is in it.
    """
    if named is not None:
        return read_configuration(named), named
    told: list[tuple[dict[str, object], Path]] = []
    for path in islice((each for folder in folders for each in _candidates(folder)), _MOST_FILES):
        settings = _read_quietly(path)
        if len(_KNOWN & settings.keys()) >= (1 if path.suffix == ".json" else 2):
            told.append((settings, path))
    told.sort(key=lambda each: -len(_KNOWN & each[0].keys()))
    merged: dict[str, object] = {}
    for settings, _ in told:
        merged = settings | merged
    for name in _disputed([settings for settings, path in told if path.suffix != ".json"]):
        merged.pop(name, None)
    mine = [path for settings, path in told if "num_labels" not in settings]
    return merged, mine[0] if mine else None


def _disputed(several: Sequence[Mapping[str, object]]) -> set[str]:
    """Settings that have different values in several files."""
    held: dict[str, set[str]] = {}
    for settings in several:
        for name, value in settings.items():
            held.setdefault(name, set()).add(repr(value))
    return {name for name, values in held.items() if len(values) > 1}


def read_configuration(path: Path) -> dict[str, object]:
    """The settings of one JSON or YAML file by the Trainer's names; raises FtuiError where it cannot be read."""
    try:
        status = path.stat()
        return dict(_read(path, status.st_mtime_ns, status.st_size))
    except OSError as error:
        raise FtuiError(
            f"cannot read the training configuration {path}: {error.strerror}",
            "mend [training] config in ftui.toml",
        ) from error
    except ValueError as error:
        raise FtuiError(
            f"{path} is no training configuration: {error}",
            "[training] config names a JSON or YAML file of the trainer's arguments; pickles are not read",
        ) from error


def _candidates(folder: Path) -> Iterator[Path]:
    """Files whose name may be that of a configuration: those that trainers use first."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(each.name for each in islice(entries, _MOST_ENTRIES) if each.is_file())
    except OSError:
        return
    for pattern in (_JSON, _YAML):
        yield from (folder / name for name in names if pattern.fullmatch(name))


def _read_quietly(path: Path) -> dict[str, object]:
    try:
        return read_configuration(path)
    except FtuiError:
        return {}


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> dict[str, object]:  # noqa: ARG001
    """Read once for each version of a file: a watched run is judged twice a second."""
    if size > LARGEST_CONFIG:
        raise ValueError(f"it has more than {LARGEST_CONFIG:,} bytes")
    with path.open("rb") as file:
        content = file.read(LARGEST_CONFIG)
    if path.suffix.lower() == ".json":
        told = orjson.loads(content)
        return _of_a_model(told) or common(dict(_flat(told, "", 0)))
    if path.suffix.lower() not in (".yml", ".yaml"):
        raise ValueError("its name ends neither in .json nor in .yaml")
    return common(yaml_scalars(content.decode("utf-8", "replace")))


def common(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings by the Trainer's names. What already stands under such a name stays; "auto" says nothing."""
    kept = {
        name.removesuffix(".value"): value
        for name, value in settings.items()
        if not (isinstance(value, str) and (value.lower() == "auto" or len(value) > _LONGEST_VALUE))
    }
    for name, value in list(kept.items()):
        if name in _NAMES:
            kept.setdefault(_NAMES[name], value)
    if isinstance(kept.get("peft_type"), str) and "r" in kept:
        kept.setdefault("lora_r", kept["r"])
    return kept


def _of_a_model(told: Any) -> dict[str, object]:
    """Of a model's own `config.json` only how many classes it tells apart: its dtype is that of the file."""
    if not isinstance(told, dict) or "model_type" not in told:
        return {}
    labels, kinds = told.get("id2label"), str(told.get("architectures"))
    if isinstance(labels, dict) and labels:
        return {"num_labels": len(labels), "model_type": told["model_type"]}
    two = {"num_labels": 2} if "ForSequenceClassification" in kinds else {}
    return {**two, "model_type": str(told["model_type"])[:100]}


def _flat(value: Any, path: str, depth: int) -> Iterator[tuple[str, object]]:
    """The scalars of a JSON object by dotted path; lists are passed over."""
    if not isinstance(value, dict):
        if depth == 0:
            raise ValueError("it holds no object")
        if value is None or isinstance(value, str | int | float | bool):
            yield path, value
        return
    if depth < _DEEPEST:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name), depth + 1)


def yaml_scalars(text: str) -> dict[str, object]:
    """The scalars of a YAML file by dotted path, line by line: `optimizer.lr`.

    Not a YAML parser: lists, flow mappings, anchors, tags and texts over several lines are passed over.
    """
    found: dict[str, object] = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        told = re.match(r"( *)(['\"]?)([\w.-]+)\2\s*:(?:\s+(.*))?$", line)
        if told is None:
            continue
        indent, value = len(told[1]), _COMMENT.sub("", told[4] or "").strip()
        while above and above[-1][0] >= indent:
            above.pop()
        name = ".".join([*(each for _, each in above), told[3]])
        if not value:
            above.append((indent, told[3]))
            above = above[:_DEEPEST]
        elif value[0] not in "[{&*!|>":
            found.setdefault(name, scalar(value))
    return found
