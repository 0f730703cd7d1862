"""Layouts: how the value of a row is read as a canonical example, whatever the names of its fields."""

from ftui.dataset.layouts.base import Layout, Value
from ftui.dataset.layouts.detect import find_layout
from ftui.dataset.layouts.shapes import LAYOUT_NAMES, shape_of

__all__ = ["LAYOUT_NAMES", "Layout", "Value", "find_layout", "shape_of"]
