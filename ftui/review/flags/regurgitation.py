"""Outputs that recite a training answer, told apart by whose prompt it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftui.review.flags.output import Output, flag
from ftui.review.flags.training_answers import Recited, TrainingAnswers
from ftui.review.flags.words import size, tokens
from ftui.review.sample import Flag

CHARACTERS, WORDS, LEAST = 200, 50, 20
"""A run of so many characters and at least so many words, or of 50 words whatever their length, is no chance."""


def regurgitation(outputs: Sequence[Output], training: TrainingAnswers, base: str | None) -> dict[str, Flag]:
    """Flags by sample id for the outputs of one prompt; the base's longest run for it stands beside each."""
    found = {each.sample.sample_id: training.recited(each.body, each.case.given) for each in outputs}
    of_base = [_words(found[each.sample.sample_id]) for each in outputs if each.sample.model == base]
    at_base = max(of_base) if of_base else None
    flags: dict[str, Flag] = {}
    for each in outputs:
        held = found[each.sample.sample_id]
        if held is not None and _is_long(held):
            flags[each.sample.sample_id] = _flag(each, held, base, at_base)
    return flags


def _words(found: Recited | None) -> int:
    return found.run.words if found else 0


def _is_long(found: Recited) -> bool:
    run = found.run
    return run.words >= WORDS or (run.end - run.start >= CHARACTERS and run.words >= LEAST)


def _flag(output: Output, found: Recited, base: str | None, at_base: int | None) -> Flag:
    run, own = found.run, is_own(output, found)
    whose = "this prompt's own row" if own else "the row of another prompt"
    message = f"{run.words} words are those of {found.path}:{found.row}, {whose}"
    if at_base is not None and output.sample.model != base:
        message += f"; {base}: {at_base} words"
    evidence: dict[str, Any] = {
        "path": found.path,
        "row": found.row,
        "split": found.split,
        "own_prompt": own,
        "words": run.words,
        "characters": run.end - run.start,
        "output_words": size(output.body),
        "answer_words": found.answer_words,
        "base_words": at_base,
        "run": output.text[run.start : run.end][:400],
        "row_prompt": found.prompt[:200],
    }
    return flag("regurgitation", message, [(run.start, run.end)], **evidence)


def is_own(output: Output, found: Recited) -> bool:
    """Whether the output answers the very prompt of the row: taken from it, or the same words."""
    source = output.prompt.source
    if source is not None and (source.path, source.row) == (found.path, found.row):
        return True
    asked = tokens("\n".join(each.content for each in output.prompt.messages if each.role == "user"))
    of_row = tokens(found.prompt)
    return bool(asked) and asked == of_row[: len(asked)]
