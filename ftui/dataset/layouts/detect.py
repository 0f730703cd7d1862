"""Which layout a file has, by the share of a sample of its rows, and how a row of another layout is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ftui.dataset.example import Example, LayoutProblem
from ftui.dataset.layouts.base import Layout, Value, lacking
from ftui.dataset.layouts.chat import ChatLayout
from ftui.dataset.layouts.classification import classification_for
from ftui.dataset.layouts.columns import CANONICAL, ColumnsLayout, TextLayout
from ftui.dataset.layouts.pairs import pair_layout
from ftui.dataset.layouts.preference import kto_for, preference_for
from ftui.dataset.layouts.shapes import (
    ALPACA_ANSWER_KEYS,
    COMPLETION_KEYS,
    CONVERSATION_KEYS,
    LAYOUT_NAMES,
    QUESTION_ANSWER_KEYS,
    first_key,
    shape_of,
)
from ftui.dataset.layouts.turns import OPENAI, SHAREGPT
from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest

MAJORITY = 0.5
"""The share of rows that must agree on a layout; below it the rows are read by the names of their columns."""


def find_layout(
    values: Sequence[Value], forced: str | None = None, columns: Mapping[str, str] | None = None
) -> Layout:
    """The layout of a sample of rows; `forced` names it, `columns` maps canonical names to columns.

    Raises FtuiError for an unknown name or mapping; never for data.
    """
    if columns:
        _check_columns(columns)
    if forced is not None:
        if forced not in LAYOUT_NAMES:
            raise FtuiError(
                f"unknown layout {forced!r}{nearest(forced, LAYOUT_NAMES)}",
                f"one of {', '.join(LAYOUT_NAMES)}",
            )
        return layout_for(forced, values, columns)
    if columns:
        return ColumnsLayout(columns)
    rows = [value for value in values if isinstance(value, (dict, list))]
    shapes = Counter(shape for value in rows if (shape := shape_of(value)) is not None)
    if not shapes:
        return ColumnsLayout()
    name, count = shapes.most_common(1)[0]
    return layout_for(name if count >= MAJORITY * len(rows) else "columns", rows)


def layout_for(name: str, values: Sequence[Value], columns: Mapping[str, str] | None = None) -> Layout:
    """The named layout, with the keys that most of these rows have."""
    typical = _typical(name, values)
    held: dict[str, Any] = typical if isinstance(typical, dict) else {}
    if name == "messages":
        return ChatLayout(OPENAI, "messages", drifted)
    if name == "sharegpt":
        return ChatLayout(SHAREGPT, first_key(held, CONVERSATION_KEYS) or "conversations", drifted)
    if name == "preference":
        return preference_for(held, drifted)
    if name == "kto":
        return kto_for(held, drifted)
    if name == "classification":
        return classification_for(typical, drifted)
    if name == "text":
        return TextLayout(drifted)
    if name == "columns":
        return ColumnsLayout(columns)
    keys = {"alpaca": ALPACA_ANSWER_KEYS, "question-answer": QUESTION_ANSWER_KEYS}.get(name, COMPLETION_KEYS)
    extra = "context" if "context" in held and "input" not in held else None
    return pair_layout(name, first_key(held, keys), extra, drifted)


def drifted(layout: str, value: Value, needed: str) -> Example:
    """A row that has none of its layout's fields: read as what it looks like, with FMT002 first.

    One text alone is too little to speak of another layout.
    """
    shape = shape_of(value)
    if shape in (None, "text", layout):
        return lacking(layout, value, needed)
    other = layout_for(str(shape), (value,)).example(value)
    problem = LayoutProblem("FMT002", "", f"the row has the {shape} layout, the other rows have {layout}")
    return other._replace(layout=layout, problems=(problem, *other.problems))


def _typical(name: str, values: Sequence[Value]) -> Value | None:
    """A row of this shape with the most common set of keys."""
    rows = [value for value in values if shape_of(value) == name]
    if not rows:
        return next((value for value in values if isinstance(value, (dict, list))), None)
    keys = Counter(
        tuple(sorted(map(str, value))) if isinstance(value, dict) else len(value) for value in rows
    )
    most = keys.most_common(1)[0][0]
    return next(v for v in rows if (tuple(sorted(map(str, v))) if isinstance(v, dict) else len(v)) == most)


def _check_columns(columns: Mapping[str, str]) -> None:
    for name in columns:
        if name not in CANONICAL:
            raise FtuiError(
                f"unknown column role {name!r}{nearest(name, CANONICAL)}", f"one of {', '.join(CANONICAL)}"
            )
