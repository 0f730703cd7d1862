"""What an ftui.toml for a folder would say, with the reason for every guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ftui.project.write import render_project

NAMED = 12
"""Files left out that are named."""
TABLE_OF = {
    "split": "splits",
    "layout": "data",
    "columns": "data",
    "end marker": "stop",
    "stop sequences": "stop",
    "modelfile": "model",
    "gguf": "model",
    "tokenizer": "model",
    "tokenizer config": "model",
    "generation config": "model",
    "chat template": "model",
    "logs": "training",
}


class Reason(NamedTuple):
    """One guess: what was guessed, the guess, and why."""

    what: str
    guess: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An ftui.toml as tables, and why it is so."""

    project_toml: dict[str, dict[str, Any]]
    reasons: list[Reason]
    left_out: list[Reason] = field(default_factory=list)
    """Data files that are no split, each with the reason."""

    def text(self) -> str:
        """The file's text, with each reason as a comment over its table."""
        notes: dict[str, list[str]] = {}
        if self.left_out:
            notes["splits"] = [f"Left out: {name}: {why}." for _, name, why in self.left_out[:NAMED]]
            if (more := len(self.left_out) - NAMED) > 0:
                notes["splits"].append(f"Left out: {more:,} more files.")
        for what, guess, why in self.reasons:
            table = TABLE_OF.get(what)
            if table in self.project_toml:
                notes.setdefault(str(table), []).append(f"Guessed: {what} {guess}: {why}.".replace("\n", " "))
        return render_project(self.project_toml, {table: "\n".join(lines) for table, lines in notes.items()})
