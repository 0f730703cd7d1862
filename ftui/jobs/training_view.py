"""One row as training reads it: the rendered text, which characters are trained on, and how many tokens that is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from ftui.dataset.example import Example
from ftui.model import tokenizer, trained_tokens
from ftui.project.settings import Project
from ftui.rules import token_counts
from ftui.rules.rule import Context

LONGEST = 400_000
"""Characters that are told to the screen."""
TOKENISED = 100_000
"""Characters up to which the borders of tokens are told; counting takes 30 ms for these."""

Stamp = tuple[int | None, ...]


def stamp(project: Project) -> Stamp:
    """When the files under [model] changed last: a setup of another stamp is old."""
    model = project.model
    paths = [path for each in fields(model) if isinstance(path := getattr(model, each.name), Path)]
    return tuple(path.stat().st_mtime_ns if path.exists() else None for path in paths)


def setup(project: Project) -> token_counts.Setup:
    """How rows of a project become text and tokens."""
    return token_counts.of(Context(project, ()))


def training_view(example: Example, found: token_counts.Setup) -> dict[str, Any]:
    """What the screen needs: text, trained (start and end of each span), borders (of tokens), and counts.

    `borders` is empty where the counts are an estimate, or the text is very long.
    """
    rendered = token_counts.render(example, found)
    text = rendered.text[:LONGEST]
    exact = len(rendered.text) <= TOKENISED
    pieces = trained_tokens.tokens(rendered, found.recipe) if exact else []
    if pieces:
        total, trained = len(pieces), sum(piece.trained for piece in pieces)
    else:
        parts = [rendered.text[start:end] for start, end in rendered.trained]
        total, *each = tokenizer.counter(found.recipe).counts([rendered.text, *parts])
        trained = sum(each)
    return {
        "text": text,
        "cut": len(rendered.text) - len(text),
        "trained": [[start, min(end, len(text))] for start, end in rendered.trained if start < len(text)],
        "found_in": rendered.found_in,
        "template": found.template.kind,
        "fault": found.fault,
        "tokens": total,
        "trained_tokens": trained,
        "tokenizer": found.recipe.shown,
        "borders": [piece.end for piece in pieces],
    }
