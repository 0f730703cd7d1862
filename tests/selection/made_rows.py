"""Rows for the tests of splitting and balancing: each unlike the others unless it is meant to be alike."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project

SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "io", "ur", "ol")]


def sentence(seed: object, words: int = 14) -> str:
    """Made-up words, the same for the same seed."""
    rng = random.Random(str(seed))
    return " ".join("".join(rng.choices(SYLLABLES, k=3)) for _ in range(words))


def row(number: object, **more: Any) -> dict[str, Any]:
    """A row like no other."""
    return {"instruction": sentence(f"q{number}"), "input": "", "output": sentence(f"a{number}", 20), **more}


def near(number: object, copy: int) -> dict[str, Any]:
    """A near duplicate of a row: one word of the answer changed."""
    made = row(number)
    words = made["output"].split()
    words[copy % len(words)] = f"changed{copy}"
    return {**made, "output": " ".join(words)}


def labelled(number: object, label: str) -> dict[str, str]:
    return {"text": sentence(f"t{number}", 9), "label": label}


def write(path: Path, rows: Iterable[Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return path


def opened(*paths: Path, project: Project | None = None) -> tuple[Dataset, Project]:
    project = project or Project(paths[0].parent)
    return Dataset.open(list(paths), project), project


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
