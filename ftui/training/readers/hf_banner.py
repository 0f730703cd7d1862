"""What Transformers and Unsloth print before training begins: rows, epochs, batch size, steps."""

from __future__ import annotations

import re

from ftui.training.record import Facts

_FIELDS = {
    "num examples": "num_examples",
    "num epochs": "num_train_epochs",
    "instantaneous batch size per device": "per_device_train_batch_size",
    "batch size per device": "per_device_train_batch_size",
    "total train batch size": "total_train_batch_size",
    "total batch size": "total_train_batch_size",
    "gradient accumulation steps": "gradient_accumulation_steps",
    "total optimization steps": "max_steps",
    "total steps": "max_steps",
    "number of trainable parameters": "trainable_parameters",
    "trainable parameters": "trainable_parameters",
}
_FIELD = re.compile(r"([A-Z][A-Za-z ]{5,40}?)(?: \([^()]{0,80}\))? = (\d[\d,]{0,18})(?![\d.])")
_LONGEST = 1000
"""Characters of a line of the banner; looking for fields in a megabyte takes seconds."""
_TRAINING = "***** Running training *****"


class Banner:
    """Reads the block "***** Running training *****" and Unsloth's sloth into the facts of a run."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._evaluating = False

    def read(self, line: str) -> None:
        """Take in one line, without its colours; a line that tells nothing changes nothing."""
        if len(line) > _LONGEST:
            return
        if "*****" in line:
            self._evaluating = _TRAINING not in line
            return
        fields = [(_FIELDS.get(name.strip().lower()), value) for name, value in _FIELD.findall(line)]
        if any(name in ("num_train_epochs", "max_steps") for name, _ in fields):
            self._evaluating = False
        if self._evaluating:
            return
        for name, value in fields:
            if name is not None:
                self._facts.config[name] = int(value.replace(",", ""))
        steps, epochs = (self._facts.config.get(name) for name in ("max_steps", "num_train_epochs"))
        if isinstance(steps, int):
            self._facts.total_steps = steps
        if isinstance(epochs, int):
            self._facts.total_epochs = float(epochs)
