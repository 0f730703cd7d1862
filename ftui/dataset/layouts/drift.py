"""Rows of another layout than their file: read by the layout they look like, and named."""

from __future__ import annotations

from ftui.dataset.example import Example, LayoutProblem
from ftui.dataset.layouts.base import Value, kind_of, nothing
from ftui.dataset.layouts.shapes import shape_of


def drifted(layout: str, value: Value) -> Example:
    """A row that has none of its layout's fields: read as what it looks like, with FMT002 first."""
    shape = shape_of(value)
    if shape is None or shape == layout:
        return nothing(
            layout,
            LayoutProblem("FMT002", "", f"the row has no field of the {layout} layout ({_keys(value)})"),
        )
    from ftui.dataset.layouts.detect import layout_for

    other = layout_for(shape, (value,)).example(value)
    problem = LayoutProblem("FMT002", "", f"the row has the {shape} layout, the file has {layout}")
    return other._replace(layout=layout, problems=(problem, *other.problems))


def _keys(value: object) -> str:
    if not isinstance(value, dict):
        return f"it is {kind_of(value)}"
    if not value:
        return "it is an empty object"
    shown = ", ".join(str(key)[:40] for key in list(value)[:5])
    return f"it has {shown}" + (", …" if len(value) > 5 else "")
