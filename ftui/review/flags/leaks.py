"""Tokens and tags of the template that stand in an output."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.flags.words import counted
from ftui.review.sample import Flag
from ftui.text import near_recital, role_markers, special_tokens
from ftui.text.visible import shortened

_OF_CONTENT = re.compile(
    r"think|tool|function|reason|image|img|vision|audio|video|code|box|ref|quad|answer", re.I
)
"""Special tokens that a model is meant to write."""


def leaked_token(output: Output) -> Iterator[Flag]:
    """Special tokens among the words; what the engine counted itself, and what a server's text shows."""
    completion, case = output.sample.completion, output.case
    leaked = len(completion.special_at)
    marker = output.known.ending.marker
    spans: list[tuple[int, int]] = []
    if leaked or not special_tokens.speaks_of_tokens(case.given, output.known.control):
        control = [each for each in output.known.control if len(each) > 2 and not _OF_CONTENT.search(each)]
        found = special_tokens.find(output.body, control)
        spans = [
            (each.start, each.end)
            for each in found
            if each.token not in (marker, *output.known.ending.sequences)
        ]
        tags = [each for each in role_markers.find(output.body, answer=True) if each.token]
        spans += [(each.start, each.end) for each in tags if not _meets(each.start, each.end, spans)]
        spans = [span for span in sorted(spans) if output.text[slice(*span)] not in output.reference]
    if not spans and not leaked:
        return
    names = list(dict.fromkeys(output.text[start:end] for start, end in spans))
    number = max(leaked, len(spans))
    message = f"{counted(number, 'special token')} in the text"
    if names:
        message += f": {', '.join(shortened(name, 30) for name in names[:4])}"
    yield flag(
        "leaked-token",
        message,
        spans,
        tokens=names[:10],
        count=number,
        at_token=list(completion.special_at[:10]),
    )


def nearly_recited(output: Output) -> Iterator[Flag]:
    """The system prompt nearly word for word; the rule for data, which speaks of every word, comes before."""
    case = output.case
    system = "\n".join(each.content for each in case.prompt.messages if each.role == "system")
    run = near_recital.find(output.body, system, case.asked) if system else None
    if run is not None and near_recital.find(case.reference, system, case.asked) is None:
        message = f"it recites the system prompt nearly word for word: {run.words} words of {run.of}"
        span = (run.start, run.end)
        yield flag("leaked-prompt", message, [span], words=run.words, system_words=run.of)


def _meets(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in spans)


def leaked_tag(output: Output) -> Iterator[Flag]:
    """A line that opens the next turn as the training template does: `Question:` of “Question: {prompt}”."""
    if not output.known.tags or role_markers.asks_for_dialogue(output.case.given):
        return
    for tag in output.known.tags:
        at = re.search(rf"(?m)^[ \t]*{re.escape(tag)}", output.body)
        if at and at.start() and not re.search(rf"(?m)^[ \t]*{re.escape(tag)}", output.reference):
            message = f"it goes on with the next turn of the training template: “{shortened(tag, 40)}”"
            yield flag("leaked-prompt", message, [at.span()], marker=tag)
            return
