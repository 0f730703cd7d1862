"""Outputs that share no word of substance with what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.flags.words import SHORT, stems
from ftui.review.sample import Flag
from ftui.text.languages import language, names, scripts

SAID, ASKED = 10, 7
"""Different words of substance that the output, and prompt and reference together, must have to be compared."""


def off_topic(output: Output) -> Iterator[Flag]:
    """Nothing shared, both in one language."""
    case = output.case
    if "stems" not in case.memo:
        case.memo["stems"] = stems(f"{case.given}\n{case.reference}")
    asked: set[str] = case.memo["stems"]
    said = stems(output.body)
    if len(said) < SAID or len(asked) < ASKED or _shared(said, asked) or _written_together(output.body):
        return
    if not _one_language(output.body, f"{case.given}\n{case.reference}"):
        return
    message = f"none of its {len(said)} words of substance is in the prompt or the reference"
    evidence = {"asked": sorted(asked)[:12], "said": sorted(said)[:12]}
    yield flag("off-topic", message, [(0, output.body_end)], **evidence)


def _one_language(said: str, asked: str) -> bool:
    """Whether two texts are in one language, or in the same letters where it cannot be told and none is named."""
    told, wanted = language.language_of(said), language.language_of(asked)
    if told and wanted:
        return language.same(told, wanted)
    together = scripts.main(scripts.letters(said)) == scripts.main(scripts.letters(asked))
    return together and not names.names_one(asked)


def _written_together(text: str) -> bool:
    """Whether the script has no spaces between words."""
    return scripts.main(scripts.letters(text)) in ("Han", "Kana", "Hangul", "Thai")


def _shared(said: set[str], asked: set[str]) -> bool:
    """Whether a word, or the short form of one, is in both: app and application."""
    short = tuple(word for word in said if len(word) == SHORT)
    others = tuple(word for word in asked if len(word) == SHORT)
    return (
        not said.isdisjoint(asked)
        or any(word.startswith(short) for word in asked)
        or any(word.startswith(others) for word in said)
    )
