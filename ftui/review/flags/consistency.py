"""The samples of one prompt and model, held against each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import mean

from ftui.review.flags.output import Output, flag
from ftui.review.flags.words import size, tokens
from ftui.review.sample import Flag
from ftui.text.style import asked_length
from ftui.text.visible import shortened

FACT = 12
"""Words of a reference that is a fact: the samples should say much the same."""
APART = 0.2
"""Mean share of words that two samples have in common, below which short facts differ widely."""
_VERDICT = re.compile(r"\W*(yes|no|true|false)\b", re.I)
_SIDE = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?![\w])")
_OPEN = re.compile(
    r"\b(?:suggest|recommend|creat\w*|imagin\w*|write|generate|compose|invent|make up|come up with|joke|story|poem"
    r"|tell me|an? (?:\w+ )?(?:example|idea|sentence|name|tip|word|quote)|any|random|some|give|paraphrase|rewrite"
    r"|rephrase|summar\w*|translat\w*|describe|explain|list|pick|choose an?|favou?rite|slogan|tagline|title"
    r"|brainstorm|synonyms?)\b",
    re.I,
)


def inconsistent(outputs: Sequence[Output]) -> Iterator[tuple[str, Flag]]:
    """Every sample of a prompt whose samples contradict each other; what the limit cut is left out."""
    judged = [each for each in outputs if not each.cut and each.body.strip()]
    if len(judged) < 2:
        return
    found = _labels(judged) or _verdicts(judged) or _numbers(judged) or _facts(judged)
    if found is None:
        return
    reason, said = found
    sides = Counter(said)
    first = {side: judged[said.index(side)] for side in sides}
    quotes = [
        {"sample": each.sample.sample_id, "says": shortened(str(side), 40), "text": each.body.strip()[:200]}
        for side, each in list(first.items())[:4]
    ]
    told = ", ".join(f"{n} × “{shortened(str(side), 30)}”" for side, n in sides.most_common(4))
    for each in judged:
        message = f"{len(judged)} samples of this prompt {reason}: {told}"
        yield each.sample.sample_id, flag("inconsistent", message, samples=quotes, sides=len(sides))


_Sides = tuple[str, list[str]]


def _labels(outputs: Sequence[Output]) -> _Sides | None:
    """Different labels, in a labelled task."""
    if outputs[0].prompt.label is None:
        return None
    said = [" ".join(tokens(each.body)) for each in outputs]
    return (
        ("give different labels", said)
        if len(set(said)) > 1 and all(len(each) < 80 for each in said)
        else None
    )


def _verdicts(outputs: Sequence[Output]) -> _Sides | None:
    """Yes and no to one question."""
    found = [_VERDICT.match(each.body) for each in outputs]
    said = [_SIDE[each[1].lower()] if each else "" for each in found]
    return ("say yes and no", said) if "" not in said and len(set(said)) > 1 else None


def _numbers(outputs: Sequence[Output]) -> _Sides | None:
    """Different numbers, where the reference comes to one number that stands in its first words, or is one."""
    case = outputs[0].case
    if _open(outputs) or size(case.reference) > FACT or len(_figures(case.reference)) != 1:
        return None
    given = set(_figures(case.given))
    said = [[number for number in _figures(each.body) if number not in given] for each in outputs]
    if any(len(each) != 1 for each in said):
        return None
    numbers = [each[0] for each in said]
    return ("give different numbers", numbers) if len(set(numbers)) > 1 else None


def _facts(outputs: Sequence[Output]) -> _Sides | None:
    """Short answers that have hardly a word in common, where the reference is short."""
    case = outputs[0].case
    if not case.reference or size(case.reference) > FACT or _open(outputs):
        return None
    asked = set(tokens(case.given))
    said = [frozenset(tokens(each.body)) - asked for each in outputs]
    if any(not each or size(output.body) > 3 * FACT for each, output in zip(said, outputs, strict=True)):
        return None
    shared = mean(len(a & b) / min(len(a), len(b)) for a, b in combinations(said, 2))
    return ("differ widely", [each.body.strip() for each in outputs]) if shared < APART else None


def _open(outputs: Sequence[Output]) -> bool:
    """Whether many answers are right, so that samples may well differ."""
    asked = outputs[0].case.asked
    return _OPEN.search(asked) is not None or (bool(asked_length.limits(asked)) and "?" not in asked)


def _figures(text: str) -> list[str]:
    """The numbers of a text, in one spelling, each once."""
    found = (each.group().replace(",", "").replace("−", "-") for each in _NUMBER.finditer(text))
    return list(dict.fromkeys(each.rstrip("0").rstrip(".") if "." in each else each for each in found))
