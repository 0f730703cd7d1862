"""What a split came to: its parts, what was left out, and notes for the person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Part:
    """One split that was made."""

    name: str
    rows: int
    classes: Counter[str]
    paths: list[str] = field(default_factory=list)
    first: str = ""
    """Of dated rows, the oldest and the newest moment."""
    last: str = ""


@dataclass
class Splitting:
    """What a split came to."""

    by: str
    seed: int
    rows: int
    unreadable: int
    parts: list[Part]
    copies: int
    between: int
    """Rows left out because they are tied to rows of two splits."""
    groups: int
    """How many ties of several rows there are: copies, near copies, one prompt, one group."""
    crossing: int
    """Ties between rows of two splits that were written: always 0."""
    left_out: list[dict[str, Any]] = field(default_factory=list)
    """Each row that is in no split, with the reason."""
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report."""
        return {
            "by": self.by,
            "seed": self.seed,
            "rows": self.rows,
            "unreadable": self.unreadable,
            "duplicates": self.copies,
            "between_splits": self.between,
            "tied_rows": self.groups,
            "overlap": self.crossing,
            "splits": [
                {
                    "name": part.name,
                    "rows": part.rows,
                    "share": round(part.rows / max(sum(each.rows for each in self.parts), 1), 4),
                    "files": part.paths,
                    "classes": dict(part.classes.most_common()),
                    **({"first": part.first, "last": part.last} if part.first else {}),
                }
                for part in self.parts
            ],
            "notes": self.notes,
        }
