"""A text and its label: an object, or the two-element array of clinc150."""

from __future__ import annotations

from typing import Any

from ftui.dataset.example import Example, LayoutProblem, Text
from ftui.dataset.layouts.base import (
    Foreign,
    Turnless,
    Value,
    lacking,
    make_example,
    make_text,
    missing,
    wrong_type,
)
from ftui.dataset.layouts.shapes import CLASSIFIED_TEXT_KEYS, LABEL_KEYS, first_key


class ClassificationLayout(Turnless):
    """Rows with one text and one label (or a list of labels)."""

    name = "classification"

    def __init__(self, text_key: str = "text", label_key: str = "label", foreign: Foreign = lacking) -> None:
        self.text_key = text_key
        self.label_key = label_key
        self.label_field: str | None = label_key
        self._foreign = foreign

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if not isinstance(value, dict):
            return self._foreign(self.name, value, self.text_key)
        text, label = value.get(self.text_key), value.get(self.label_key)
        if text.__class__ is str and label.__class__ is str:
            pair = make_text(self.text_key, "user", text), make_text(self.label_key, "label", label)
            return make_example(self.name, pair, text, "", "", label)
        if self.text_key not in value and self.label_key not in value:
            return self._foreign(self.name, value, self.text_key)
        return self._careful(value, text, label)

    def _careful(self, value: dict[str, Any], text: object, label: object) -> Example:
        problems: list[LayoutProblem] = []
        texts: list[Text] = []
        if isinstance(text, str):
            texts.append(make_text(self.text_key, "user", text))
        elif self.text_key not in value:
            problems.append(missing(self.text_key, "text"))
        elif text is None:
            problems.append(LayoutProblem("FMT004", self.text_key, "the text is null"))
        else:
            problems.append(wrong_type(self.text_key, text))
        said = self._read_label(value, label, texts, problems)
        prompt = text if isinstance(text, str) else ""
        return make_example(self.name, texts, prompt, "", "", said, problems)

    def _read_label(
        self, value: dict[str, Any], label: object, texts: list[Text], problems: list[LayoutProblem]
    ) -> str | None:
        key = self.label_key
        if isinstance(label, str):
            texts.append(make_text(key, "label", label))
            return label
        if isinstance(label, (bool, int, float)):
            return str(label)
        if isinstance(label, list) and label and all(isinstance(one, (str, int)) for one in label):
            texts.extend(
                make_text(f"{key}[{i}]", "label", one) for i, one in enumerate(label) if isinstance(one, str)
            )
            return ", ".join(map(str, label))
        if key not in value:
            problems.append(missing(key, "label"))
        elif label is None or label == []:
            problems.append(
                LayoutProblem("FMT005", key, "the label is null" if label is None else "no label")
            )
        else:
            problems.append(wrong_type(key, label, "a text or a number"))
        return None

    def template(self) -> Value:
        """The value of an empty new row."""
        return {self.text_key: "", self.label_key: ""}


class PairedClassificationLayout(Turnless):
    """Rows that are bare arrays: [text, label]."""

    name = "classification"
    label_field: str | None = "[1]"

    def __init__(self, foreign: Foreign = lacking) -> None:
        self._foreign = foreign

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if not isinstance(value, list):
            return self._foreign(self.name, value, "[0]")
        texts: list[Text] = []
        problems: list[LayoutProblem] = []
        for i, role in enumerate(("user", "label")):
            if i >= len(value):
                problems.append(missing(f"[{i}]", "label" if i else "text"))
            elif isinstance(value[i], str):
                texts.append(make_text(f"[{i}]", role, value[i]))
            elif value[i] is None:
                problems.append(
                    LayoutProblem(
                        "FMT005" if i else "FMT004", f"[{i}]", f"the {'label' if i else 'text'} is null"
                    )
                )
            elif not (i and isinstance(value[i], (int, float))):
                problems.append(wrong_type(f"[{i}]", value[i]))
        if len(value) > 2:
            problems.append(
                LayoutProblem("FMT003", "[2]", f"the row has {len(value)} elements, expected [text, label]")
            )
        prompt = value[0] if value and isinstance(value[0], str) else ""
        label = value[1] if len(value) > 1 and isinstance(value[1], (str, int, float)) else None
        return make_example(self.name, texts, prompt, "", "", None if label is None else str(label), problems)

    def template(self) -> Value:
        """The value of an empty new row."""
        return ["", ""]


def classification_for(
    value: Value | None, foreign: Foreign = lacking
) -> ClassificationLayout | PairedClassificationLayout:
    """The classification layout with the keys that this row has."""
    if isinstance(value, list):
        return PairedClassificationLayout(foreign)
    held = value or {}
    return ClassificationLayout(
        first_key(held, CLASSIFIED_TEXT_KEYS) or "text", first_key(held, LABEL_KEYS) or "label", foreign
    )
