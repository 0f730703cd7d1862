"""Guesses the model: its Modelfile, its GGUF, its tokenizer."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ftui.discover.proposal import Reason
from ftui.project.errors import FtuiError

MODEL_FILES = (
    ("tokenizer.json", "tokenizer"),
    ("tokenizer_config.json", "tokenizer_config"),
    ("generation_config.json", "generation_config"),
    ("chat_template.jinja", "chat_template"),
)
"""File names and the keys of [model]; what lies beside a tokenizer is read with it."""
NO_MODEL = re.compile(r"lora|adapter|mmproj|projector|imatrix", re.I)
"""In the names of GGUF files that are no language model by themselves."""


def propose_modelfile(
    paths: list[Path], folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> str:
    """The Modelfile with its stop sequences; returns what its FROM names."""
    from ftui.model.modelfile import read_modelfile

    found = [
        path
        for path in paths
        if path.name.lower().startswith("modelfile") or path.suffix.lower() == ".modelfile"
    ]
    if not found:
        return ""
    named = found[0].relative_to(folder).as_posix()
    toml["model"] = {"modelfile": named}
    why = "found by its name" if len(found) == 1 else f"the first of {len(found)} by name"
    reasons.append(Reason("modelfile", named, why))
    try:
        modelfile = read_modelfile(found[0])
    except FtuiError as error:
        reasons[-1] = Reason("modelfile", named, f"{why}; {error.message}")
        return ""
    if modelfile.stops:
        toml.setdefault("stop", {})["sequences"] = list(modelfile.stops)
        said = ", ".join(map(repr, modelfile.stops))
        reasons.append(Reason("stop sequences", said, f"PARAMETER stop in {named}"))
    return str(found[0].parent / modelfile.base) if modelfile.base else ""


def propose_model_files(
    paths: list[Path], folder: Path, base: str, toml: dict[str, dict[str, Any]], reasons: list[Reason]
) -> None:
    """The model's own files: the GGUF that FROM names or the first, the tokenizer, what does not lie beside it."""

    def propose(key: str, named: str, why: str) -> None:
        toml.setdefault("model", {})[key] = named
        reasons.append(Reason(key.replace("_", " "), named, why))

    ggufs = [path for path in paths if path.suffix.lower() == ".gguf" and not NO_MODEL.search(path.name)]
    if ggufs:
        meant = [path for path in ggufs if base and os.path.normpath(base) == str(path)]
        several = "the first by name" if len(ggufs) > 1 else "found by its name"
        path = (meant or ggufs)[0]
        propose("gguf", path.relative_to(folder).as_posix(), "FROM of the Modelfile" if meant else several)
    place: Path | None = None
    for name, key in MODEL_FILES:
        path = next((each for each in paths if each.name == name), folder)
        if path == folder or path.parent == place:
            continue  # none there, or read with the tokenizer beside it
        where = path.parent.relative_to(folder).as_posix()
        whole = key == "tokenizer" and where != "."
        propose(key, where if whole else path.relative_to(folder).as_posix(), "found by its name")
        if key.startswith("tokenizer"):
            place = place or path.parent
