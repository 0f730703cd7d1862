"""Greedy outputs of a tuned model that are those of its base, word for word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ftui.review.flags.output import Output, flag
from ftui.review.sample import Flag

LEAST_WORDS = 12
"""Words from which one identical output says something: two models may well give the same label."""
PAIRS, ALL = 5, 0.9
"""Identical pairs, and their share, from which the adapter seems not to matter at all, short outputs included."""


def same_as_base(outputs: Iterable[Output], base: str) -> Iterator[tuple[str, Flag]]:
    """Over all outputs of a review: greedy ones that the base gave too for the same prompt."""
    greedy = [each for each in outputs if _is_greedy(each) and not each.prompt.is_probe]
    given = {each.prompt.prompt_id: each for each in greedy if each.sample.model == base}
    pairs: dict[tuple[str, str], list[tuple[Output, bool]]] = {}
    for each in greedy:
        other = given.get(each.prompt.prompt_id)
        if each.sample.model != base and other is not None and each.text.strip():
            of = pairs.setdefault((each.sample.model, each.sample.page), [])
            of.append((each, each.text == other.text))
    for judged in pairs.values():
        same = [each for each, equal in judged if equal]
        everywhere = len(same) >= PAIRS and len(same) >= ALL * len(judged)
        for each in same:
            if everywhere or (len(each.text.split()) >= LEAST_WORDS and not _is_right(each)):
                told = f"{len(same)} of {len(judged)} greedy outputs are those of {base}"
                why = "the adapter has no effect" if each.sample.adapter else "nothing tells the two apart"
                message = f"{told}: {why}" if everywhere else told
                evidence: dict[str, Any] = {
                    "base": base,
                    "same": len(same),
                    "compared": len(judged),
                    "everywhere": everywhere,
                }
                yield each.sample.sample_id, flag("same-as-base", message, **evidence)


def _is_greedy(output: Output) -> bool:
    return output.sample.settings.get("temperature") == 0


def _is_right(output: Output) -> bool:
    """Whether both gave the reference itself."""
    return output.body.split() == output.reference.split()
