"""Training arguments that a log holds: into the facts of its run, with what they say of the length of training."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import orjson

from ftui.training.readers.values import number
from ftui.training.record import Facts

_OF_THE_MODEL = ("vocab_size", "model_type", "problem_type", "num_labels", "_name_or_path")
LARGEST_CONFIG = 1_000_000
"""Bytes of a file with arguments that are read."""
_LONGEST_VALUE = 2000
_LARGEST_VALUE = 20_000
"""Bytes of a list or an object as JSON: a configuration of DeepSpeed has 3,000."""
_MOST_SETTINGS = 5000
"""Names of arguments that are kept; the Trainer has 130, with a model's own 300."""


def take_config(facts: Facts, arguments: str | Mapping[str, object]) -> None:
    """Add arguments, given as JSON or as they are; what is known stays. What is no JSON object says nothing."""
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments)
        except ValueError:
            return
    if not isinstance(arguments, Mapping):
        return
    room = max(0, _MOST_SETTINGS - len(facts.config))
    new = ((str(name), value) for name, value in arguments.items() if str(name) not in facts.config)
    facts.config.update(islice(((name, value) for name, value in new if _is_setting(value)), room))
    steps = next(
        (arguments[name] for name in ("max_steps", "max_iters", "total_steps") if name in arguments), None
    )
    limit, epochs = number(steps), number(arguments.get("num_train_epochs"))
    if limit is not None and 0 < limit < 2**53:
        facts.total_steps = facts.total_steps or int(limit)
    elif epochs is not None and 0 < epochs < 1e9:
        facts.total_epochs = facts.total_epochs or epochs


def _is_setting(value: object) -> bool:
    """Whether a value is one that a rule may ask for: a log may hold anything of any size."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_VALUE
    try:
        return not isinstance(value, dict | list) or len(orjson.dumps(value)) <= _LARGEST_VALUE
    except TypeError:  # nested too deeply
        return False


def take_model_config(facts: Facts, arguments: str) -> None:
    """Add what a model's own configuration says that matters for training: its labels, its vocabulary."""
    try:
        found = orjson.loads(arguments)
    except ValueError:
        return
    if not isinstance(found, dict):
        return
    kept: dict[str, object] = {name: found[name] for name in _OF_THE_MODEL if name in found}
    labels = found.get("id2label")
    if isinstance(labels, dict) and labels:
        kept["num_labels"] = len(labels)
    facts.config = kept | facts.config


def plain_yaml(path: Path) -> dict[str, object]:
    """The scalars of a simple YAML file: `name: value`, and the `name:` over `  value: …` of wandb.

    Not a YAML parser: lists, nested tables and long texts are passed over. Empty where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_CONFIG).decode("utf-8", "replace")
    except (OSError, ValueError):
        return {}
    found: dict[str, object] = {}
    above = ""
    for line in content.splitlines():
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or name.lstrip().startswith(("#", "-")):
            continue
        if name[0] != " ":
            above = name.strip("'\" ")
            if value.strip():
                found[above] = scalar(value)
        elif name.strip() == "value" and len(name) - len(name.lstrip()) <= 4 and above and value.strip():
            found.setdefault(above, scalar(value))
    return found


def scalar(value: str) -> object:
    """A YAML scalar or an argument kept as text: true and false, null, a number, or the text itself."""
    bare = value.strip()
    word = bare.lower()
    if word in ("true", "false"):
        return word == "true"
    if word in ("null", "none", "~", ""):
        return None
    if bare[:1] in "'\"":
        return bare.strip("'\"")
    found = number(bare)
    if found is None:
        return bare
    return int(found) if found == found and bare.lstrip("+-").isdecimal() and abs(found) < 2**53 else found
