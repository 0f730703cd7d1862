"""An output in the version that is shown: as deployed, raw, or raw with what was cut, and the words that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ftui.review.judging.blind import BlindOutput
from ftui.review.judging.word_diff import different_words, taken_away
from ftui.tui.special_marks import folded, special_spans

Against = Literal["", "reference", "others"]
Version = Literal["as deployed", "raw", "raw, with what was cut"]
VERSIONS: tuple[Version, ...] = ("as deployed", "raw", "raw, with what was cut")
Spans = list[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a reviewer wants to read outputs."""

    version: Version = "as deployed"
    against: Against = ""
    spelt: bool = False
    """Whether special tokens are spelt out."""

    def text(self, output: BlindOutput, cut: str = "") -> tuple[str, Spans]:
        """The text with its special tokens and what was cut marked."""
        text = output.processed if self.version == "as deployed" else output.raw
        if self.version == "raw, with what was cut":
            gone = [(start, end, "cut") for start, end in taken_away(output.raw, output.processed)]
            if cut:
                gone.append((len(text), len(text) + len(cut), "cut"))
            text += cut
            return text, [*gone, *((start, end, "special") for start, end in special_spans(text))]
        if self.spelt:
            return text, [(start, end, "special") for start, end in special_spans(text)]
        return folded(text)

    def differing(
        self, outputs: Sequence[BlindOutput], number: int, reference: str | None
    ) -> list[tuple[int, int]]:
        """The words of one output that the reference, or the next output, does not have."""
        text = self.text(outputs[number])[0]
        if self.against == "reference" and reference is not None:
            return list(different_words(text, reference)[0])
        if self.against == "others" and len(outputs) > 1:
            return list(different_words(text, self.text(outputs[(number + 1) % len(outputs)])[0])[0])
        return []

    def of_reference(self, output: BlindOutput, reference: str) -> Spans:
        """The words of the reference that the output does not have, where these are wanted."""
        if self.against != "reference":
            return []
        return [(*each, "differs") for each in different_words(self.text(output)[0], reference)[1]]

    def in_words(self) -> str:
        """What of it is not the usual; "" where all is."""
        parts: list[str] = [self.version] if self.version != "as deployed" else []
        if self.against:
            parts.append(
                f"words that differ from the {'reference' if self.against == 'reference' else 'next'}"
            )
        return " · ".join(parts)
