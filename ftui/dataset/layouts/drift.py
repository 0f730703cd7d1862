"""Rows of another layout than their file: read by the layout they look like, and named."""

from __future__ import annotations

from ftui.dataset.example import Example, LayoutProblem
from ftui.dataset.layouts.base import Value, kind_of, make_text, nothing
from ftui.dataset.layouts.shapes import shape_of


def drifted(layout: str, value: Value, needed: str) -> Example:
    """A row that has none of its layout's fields: read as what it looks like, with FMT002 first.

    Where it looks like nothing known, `needed` is missing. One text alone is too little to speak of another layout.
    """
    shape = shape_of(value)
    if shape in (None, "text", layout):
        problem = LayoutProblem("FMT003", needed, f"{needed} is missing ({_keys(value)})")
        if shape != "text" or not isinstance(value, dict):
            return nothing(layout, problem)
        return nothing(layout, problem)._replace(texts=(make_text("text", "other", value["text"]),))
    from ftui.dataset.layouts.detect import layout_for

    other = layout_for(str(shape), (value,)).example(value)
    problem = LayoutProblem("FMT002", "", f"the row has the {shape} layout, the other rows have {layout}")
    return other._replace(layout=layout, problems=(problem, *other.problems))


def _keys(value: object) -> str:
    if not isinstance(value, dict):
        return f"the row is {kind_of(value)}"
    if not value:
        return "the row is an empty object"
    shown = ", ".join(str(key)[:40] for key in list(value)[:5])
    return f"the row has {shown}" + (", …" if len(value) > 5 else "")
