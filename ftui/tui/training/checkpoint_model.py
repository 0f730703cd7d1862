"""Which file of a checkpoint can be sampled, or what makes one of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import NamedTuple

MOST_ENTRIES = 2_000
"""Of a folder that are looked at."""


class Sampled(NamedTuple):
    """A checkpoint as the sampling screen takes it: `spec` as `--model` names it, or what is to be done first."""

    spec: str
    missing: str = ""
    command: str = ""
    """What makes a file that can be sampled."""


def checkpoint_model(folder: Path, step: int, base: Path | None) -> Sampled:
    """The GGUF of a checkpoint; an adapter's stands on the project's base model."""
    name = f"step-{step}"
    found = _gguf(folder)
    adapter = (folder / "adapter_config.json").is_file()
    if found is not None and not adapter:
        return Sampled(f"{name}={found}")
    if found is not None and base is not None:
        return Sampled(f"{name}={base}+{found}")
    if found is not None:
        return Sampled("", "The adapter needs its base model: set gguf under [model] in ftui.toml.")
    script = "convert_lora_to_gguf.py" if adapter else "convert_hf_to_gguf.py"
    file = folder / f"{folder.name}.gguf"
    command = f"python {script} {shlex.quote(str(folder))} --outfile {shlex.quote(str(file))}"
    return Sampled("", f"There is no GGUF in {folder}, and only one of those can be sampled.", command)


def _gguf(folder: Path) -> Path | None:
    try:
        entries = [entry for entry, _ in zip(folder.iterdir(), range(MOST_ENTRIES), strict=False)]
    except OSError:
        return None
    return min((each for each in entries if each.suffix.lower() == ".gguf"), default=None)
