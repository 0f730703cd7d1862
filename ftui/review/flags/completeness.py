"""Outputs that ended by themselves before they were done: in mid-sentence, or with fewer items than asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.sample import Flag
from ftui.text.style import asked_length
from ftui.text.truncation import cut_off
from ftui.text.visible import shortened

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
MOST_ITEMS = 20
_ASKED = re.compile(
    r"(?:^|[.!?\n:,]\s*|\b(?:please|to|and|you|then)\s+)"
    r"(?:list|name|give|provide|suggest|tell|generate|create|share|describe|come up with|identify|mention|recommend"
    r"|write|state|think of|propose|brainstorm)\s+"
    r"(?:me\s+|us\s+|out\s+|down\s+)?(?:the\s+|at least\s+|exactly\s+|your\s+|any\s+|some\s+)*"
    r"(?:top\s+|main\s+|first\s+)?"
    rf"(?P<n>{'|'.join(_NUMBERS)}|\d{{1,2}})\s+(?P<noun>(?:[a-z][\w'’-]*\s+){{0,3}}?[a-z][\w'’-]*s)\b",
    re.I,
)
_NO_ITEMS = re.compile(
    r"\b(?:words?|characters?|letters?|digits?|minutes?|hours?|days?|weeks?|months?|years?|times|dollars?|pages?|points?"
    r"|stars?|lines?|stanzas?|syllables?|verses?|miles|meters|metres|pounds|percents?|tokens|players|persons)\s*\Z",
    re.I,
)
_ITEM = re.compile(
    r"(?m)^(?P<indent>[ \t]*)(?:[*_]{0,2}\(?(?P<number>\d{1,3})[.):]|[-*+•–](?=\s))[*_]{0,2}\s*[^\s\d]"
)
_CALL = re.compile(r"\w\(|`|[{}=]")
_APART = re.compile(r"[,;]|\band\b|\n|\bor\b")


def incomplete(output: Output) -> Iterator[Flag]:
    """At most one flag: the surest sign. What the token limit cut is a runaway."""
    if output.cut or not output.body.strip():
        return
    broken = _breaks_off(output)
    missing = None if broken else _too_few(output)
    if broken is not None:
        yield broken
    elif missing is not None:
        yield missing


def _breaks_off(output: Output) -> Flag | None:
    habit = output.known.ending.habit
    found = cut_off(output.closed, habit)
    if found is None or "code block" in found.reason:  # an open block is broken code
        return None
    if output.reference and cut_off(output.reference, habit) is not None:
        return None
    by = output.sample.completion
    message = f"it breaks off: {found.reason}"
    if by.stop_reason == "stop-sequence" and by.stop_text:
        message += f", at the stop sequence {shortened(by.stop_text, 20)!r}"
    return flag(
        "incomplete", message, [(found.start, found.end)], reason=found.reason, stop_text=by.stop_text
    )


def _too_few(output: Output) -> Flag | None:
    """Fewer items than the one number of things that the prompt asks for."""
    asked = [found for found in _ASKED.finditer(output.case.asked) if not _NO_ITEMS.search(found["noun"])]
    if len(asked) != 1:
        return None
    word = asked[0]["n"].lower()
    wanted = _NUMBERS.get(word) or int(word)
    if not 2 <= wanted <= MOST_ITEMS:
        return None
    given = _items(output.body)
    if given == 1 and _CALL.search(output.body):
        return None
    if given >= wanted or (output.reference and _items(output.reference) < wanted):
        return None
    said = asked[0].group().strip(" .,!?:\n")
    message = f"it gives {given} where the prompt asks: “{shortened(said, 60)}”"
    return flag("incomplete", message, [(0, output.body_end)], asked=said, wanted=wanted, given=given)


def _items(text: str) -> int:
    """How many things an answer gives, by the most generous count; a list counts as it stands."""
    listed = list(_ITEM.finditer(text))
    if listed:
        least = min(len(each["indent"].expandtabs(4)) for each in listed)
        top = [each for each in listed if len(each["indent"].expandtabs(4)) == least]
        numbered = sum(each["number"] is not None for each in top)
        # A list that is numbered to ten has ten items, though one be written in a way of its own.
        last = max((int(each["number"]) for each in top if each["number"]), default=0)
        count = max(numbered, len(top) - numbered, last if numbered >= 2 else 0)
        if count >= 2:
            return count
    parts = sum(1 for part in _APART.split(text) if any(c.isalnum() for c in part))
    return max(parts, asked_length.sentences(text))
