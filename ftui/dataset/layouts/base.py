"""What a layout is, and the quick constructors that its readers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ftui.dataset.example import Example, LayoutProblem, Role, Text
from ftui.dataset.layouts.shapes import shape_of
from ftui.project.errors import FtuiError

Value = dict[str, Any] | list[Any]
Foreign = Callable[[str, Value, str], Example]
"""Reads a row that has none of its layout's fields: told the layout, the row and the field that it needs most."""


class Layout(Protocol):
    """How a row's value is read as a canonical example, and how its turns are edited.

    A layout is picklable and keeps no state between rows.
    """

    name: str
    label_field: str | None
    """Path of the label that one key sets; None where rows have no label, or a label that is no text."""
    has_turns: bool
    """Whether rows are lists of turns that can be added, removed and given another role."""

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises, what is wrong goes to `problems`."""

    def template(self) -> Value:
        """The value of an empty new row."""

    def add_turn(self, value: Value, index: int, role: Role, text: str) -> Value:
        """The value with a new turn before turn `index` (their number: at the end). Raises FtuiError."""

    def remove_turn(self, value: Value, index: int) -> Value:
        """The value without turn `index`. Raises FtuiError."""

    def set_role(self, value: Value, index: int, role: Role) -> Value:
        """The value with another role for turn `index`, in the layout's own word. Raises FtuiError."""


class Turnless:
    """The turn edits of a layout whose rows are no conversations: a clear refusal."""

    name: str
    has_turns = False

    def add_turn(self, value: Value, index: int, role: Role, text: str) -> Value:  # noqa: ARG002
        """Raises FtuiError: there are no turns."""
        raise self._refusal()

    def remove_turn(self, value: Value, index: int) -> Value:  # noqa: ARG002
        """Raises FtuiError: there are no turns."""
        raise self._refusal()

    def set_role(self, value: Value, index: int, role: Role) -> Value:  # noqa: ARG002
        """Raises FtuiError: there are no turns."""
        raise self._refusal()

    def _refusal(self) -> FtuiError:
        return FtuiError(
            f"rows in the {self.name} layout have no turns", "edit the fields, or duplicate or delete the row"
        )


def make_text(field: str, role: Any, text: Any) -> Text:
    """A Text, role and text unchecked, in half the time of its constructor (0.13 against 0.28 µs)."""
    return tuple.__new__(Text, (field, role, text))


def make_example(
    layout: str,
    texts: Sequence[Text],
    prompt: str,
    answer: str,
    system: str = "",
    label: str | None = None,
    problems: Sequence[LayoutProblem] = (),
    has_tool_call: bool = False,
) -> Example:
    """An Example from lists or tuples."""
    return tuple.__new__(
        Example, (layout, tuple(texts), prompt, answer, system, label, tuple(problems), has_tool_call)
    )


def kind_of(value: object) -> str:
    """A JSON type in the words of a person: a number, a list, null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    for kind, word in (
        (str, "a text"),
        (int, "a number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return f"a {type(value).__name__}"


def missing(field: str, what: str) -> LayoutProblem:
    """FMT003 for a field that is not there."""
    return LayoutProblem("FMT003", field, f"{field} is missing: the row has no {what}")


def wrong_type(field: str, value: object, expected: str = "a text") -> LayoutProblem:
    """FMT003 for a field that is there with another type."""
    return LayoutProblem("FMT003", field, f"{field} is {kind_of(value)}, expected {expected}")


def nothing(layout: str, problem: LayoutProblem) -> Example:
    """The example of a value with nothing to read."""
    return make_example(layout, (), "", "", problems=(problem,))


def lacking(layout: str, value: Value, needed: str) -> Example:
    """The example of a row without its layout's fields; a text alone is kept, without a role."""
    problem = LayoutProblem("FMT003", needed, f"{needed} is missing ({_keys(value)})")
    empty = nothing(layout, problem)
    if isinstance(value, dict) and shape_of(value) == "text":
        return empty._replace(texts=(make_text("text", "other", value["text"]),))
    return empty


def _keys(value: object) -> str:
    if not isinstance(value, dict):
        return f"the row is {kind_of(value)}"
    if not value:
        return "the row is an empty object"
    shown = ", ".join(str(key)[:40] for key in list(value)[:5])
    return f"the row has {shown}" + (", …" if len(value) > 5 else "")
