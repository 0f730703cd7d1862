"""Outputs that recite a training answer, told apart by whose prompt it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftui.review.flags.output import Output, flag
from ftui.review.flags.training_answers import Recited, TrainingAnswers
from ftui.review.flags.words import size, stems, tokens
from ftui.review.sample import Flag

CHARACTERS, WORDS, LEAST = 200, 50, 20
"""A run of so many characters and at least so many words, or of 50 words whatever their length, is no chance."""
WHOLE, WHOLE_ALONE = 2, 15
"""So many whole answers of other rows in one output, or a single one of so many words, are no chance either."""
RELATED = 0.5
"""Share of the words of two prompts (Dice) from which one's answer may be right for the other."""


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
            continue
        whole = _of_others(each, training)
        if len(whole) >= WHOLE or any(one.run.words >= WHOLE_ALONE for one in whole):
            flags[each.sample.sample_id] = _flag_of_whole(each, whole, at_base)
    return flags


def _of_others(output: Output, training: TrainingAnswers) -> list[Recited]:
    """The training answers that stand whole in an output, and whose prompts ask for something else."""
    expected = " ".join(tokens(output.reference))
    asked = stems(output.case.asked)
    found: list[Recited] = []
    for each in training.whole(output.body, output.case.given):
        said = " ".join(tokens(output.text[each.run.start : each.run.end]))
        of_row = stems(each.prompt)
        both = len(asked) + len(of_row)  # “hi” and “hello” say nothing to be told apart by
        alike = both <= 1 or 2 * len(asked & of_row) >= RELATED * both
        if not alike and said not in expected and not is_own(output, each):
            found.append(each)
    return found


def _flag_of_whole(output: Output, found: Sequence[Recited], at_base: int | None) -> Flag:
    longest = max(found, key=lambda each: each.run.words)
    places = ", ".join(f"{each.path}:{each.row}" for each in found[:4])
    words = sum(each.run.words for each in found)
    which = "the whole answer" if len(found) == 1 else f"{len(found)} whole answers"
    message = f"{which} of other prompts, {words} words: {places}{', …' if len(found) > 4 else ''}"
    evidence = _evidence(output, longest, at_base) | {"words": words, "own_prompt": False}
    evidence["rows"] = [{"path": each.path, "row": each.row, "split": each.split} for each in found[:10]]
    return flag("regurgitation", message, [(each.run.start, each.run.end) for each in found], **evidence)


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
    evidence = _evidence(output, found, at_base) | {"own_prompt": own}
    return flag("regurgitation", message, [(run.start, run.end)], **evidence)


def _evidence(output: Output, found: Recited, at_base: int | None) -> dict[str, Any]:
    run = found.run
    return {
        "path": found.path,
        "row": found.row,
        "split": found.split,
        "words": run.words,
        "characters": run.end - run.start,
        "output_words": size(output.body),
        "answer_words": found.answer_words,
        "base_words": at_base,
        "run": output.text[run.start : run.end][:400],
        "row_prompt": found.prompt[:200],
    }


def is_own(output: Output, found: Recited) -> bool:
    """Whether the output answers the very prompt of the row: taken from it, or the same words."""
    source = output.prompt.source
    if source is not None and (source.path, source.row) == (found.path, found.row):
        return True
    asked = tokens("\n".join(each.content for each in output.prompt.messages if each.role == "user"))
    of_row = tokens(found.prompt)
    return bool(asked) and asked == of_row[: len(asked)]
