"""A row as training reads it, on the screen: what is learnt has a mark and stays bright, what is masked is dimmed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.style import Style

from ftui.dataset.example import Text
from ftui.tui.desk.record_lines import Line, Said
from ftui.tui.palette import Palette
from ftui.tui.wrap import wrapped

MARK = "│"
"""Stands before every line of which something is trained on, so that no colour is needed to see it."""
TO_SET = (
    "No template is set, so these are the texts one after the other. Set template under [training], or chat_template, "
    "tokenizer or gguf under [model], in ftui.toml."
)


class TrainedText(NamedTuple):
    """The rendered text and the characters that are trained on; `borders` are the ends of its tokens, if known."""

    text: str
    trained: Sequence[tuple[int, int]] = ()
    found_in: str = ""
    template: str = "none"
    fault: str = ""
    tokens: int = 0
    trained_tokens: int = 0
    tokenizer: str = ""
    borders: Sequence[int] = ()
    cut: int = 0
    """Characters at the end that are not here."""

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> TrainedText:
        """From the worker's answer."""
        return cls(**dict(view) | {"trained": [(start, end) for start, end in view["trained"]]})

    def said(self) -> Iterator[str]:
        """What a person must know to read it."""
        if self.fault:
            yield f"The files of the model cannot be read: {self.fault}"
        if self.template == "none":
            yield TO_SET
        else:
            yield f"Rendered by {self.found_in}."
        about = "about " if self.tokenizer == "estimate" else ""
        counter = "estimate: no tokenizer is set" if self.tokenizer == "estimate" else self.tokenizer
        yield (
            f"{MARK} trained on: {about}{self.trained_tokens:,} of {self.tokens:,} tokens ({counter}); "
            "the rest is masked."
        )
        if not self.trained:
            yield "Nothing in this row is trained on."
        if self.cut:
            yield f"The last {self.cut:,} characters are left out here."

    def styles(
        self, start: int, end: int, palette: Palette, *, borders: bool = False
    ) -> tuple[str, list[Style]]:
        """The mark before a line, and a style for each of its characters.

        On a line that is trained on in part, that part is underlined; with `borders` every second token is bold.
        """
        masked, learnt = palette.dim, palette.text
        inside = [span for span in self.trained if span[0] < end and span[1] > start]
        styles = [masked] * (end - start)
        whole = any(first <= start and not self.text[last:end].strip() for first, last in inside)
        for first, last in inside:
            style = learnt if whole else learnt + Style(underline=True)
            for at in range(max(first, start) - start, min(last, end) - start):
                styles[at] = style
        if borders and self.borders:
            for number in range(
                bisect_right(self.borders, start), min(bisect_left(self.borders, end) + 1, len(self.borders))
            ):
                first = self.borders[number - 1] if number else 0
                if number % 2:
                    for at in range(max(first, start) - start, min(self.borders[number], end) - start):
                        styles[at] += Style(bold=True)
        return (f" {MARK}" if inside else ""), styles


NOT_READABLE = TrainedText("", fault="this row cannot be read")


def as_training_reads_it(rendering: TrainedText | None, width: int) -> tuple[list[Line], list[Text]]:
    """The lines above the text, and the text as the record view takes it."""
    if rendering is None:
        return [Said("rendering …")], []
    if rendering is NOT_READABLE:
        return [Said("This row cannot be read, so nothing of it is trained on.")], []
    heads = [
        Said(words[start:end].strip()) for words in rendering.said() for start, end in wrapped(words, width)
    ]
    return [*heads], [Text("", "other", rendering.text)]
