"""Outputs that are several times as long as the reference, or a tenth of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.flags.words import counted, size, tokens
from ftui.review.sample import Flag
from ftui.text.style import asked_length, padding, short_answer
from ftui.text.style.prompt_topics import wants_long
from ftui.text.visible import shortened

LABEL_WORDS, BURIED = 12, 60
"""Words beyond which a label, and another reference of a few words, is buried."""
FEW = 5
"""Words of a reference that is a label or a bare fact."""
TIMES, MORE = 5, 150
"""How many times as long, and how many words longer, a text without structure is too long."""
CURT, CURT_OF, CURT_SHARE = 12, 50, 0.1
"""At most so many words where the reference has at least so many, and at most that share of it."""
_REASONS = re.compile(
    r"\b(?:explain\w*|why|reason\w*|justif\w*|describe\w*|elaborat\w*|detail\w*|step[- ]by[- ]step|how"
    r"|show your work)\b",
    re.I,
)
_FACT = re.compile(
    r"(?:(?:and|so|but|ok|okay|then|now|please tell me),? )*(?:when|who|whose|where|which"
    r"|how (?:many|much|old|long|far|tall)|is|are|was|were|do|does|did|can|could|will|would|should|has|have|am)\b",
    re.I,
)
"""Questions that a word, a name, a number or yes and no may answer."""
_CODE = re.compile(r"[`{}=<>|\\]|\w\(")


def too_verbose(output: Output) -> Iterator[Flag]:
    """Against the reference; the limits that a prompt sets are LEN001's."""
    case = output.case
    if output.cut or not case.reference or wants_long(case.asked):
        return
    words, wanted = size(output.body), size(case.reference)
    evidence = {"words": words, "reference_words": wanted}
    told = f"{counted(words, 'word')}, where the reference has {wanted:,}"
    if wanted <= FEW and "\n" not in case.reference:
        asks_more = _REASONS.search(case.asked) is not None
        most = max(LABEL_WORDS, 3 * wanted) if case.prompt.label is not None else BURIED
        if (
            words > most
            and (case.prompt.label is not None or not asks_more)
            and not _CODE.search(output.body)
        ):
            shown = shortened(case.reference, 40)
            yield flag(
                "too-verbose", f"{told}: “{shown}”", [(0, output.body_end)], reason="a few words", **evidence
            )
    elif words >= TIMES * wanted and words >= wanted + MORE and not padding.structured(output.body):
        message = f"{told}, and no structure"
        yield flag("too-verbose", message, [(0, output.body_end)], reason="several times as long", **evidence)


def too_short(output: Output) -> Iterator[Flag]:
    """A few words where the reference has many."""
    case = output.case
    wanted, words = size(case.reference), size(output.body)
    if output.cut or wanted < CURT_OF or words > min(CURT, CURT_SHARE * wanted):
        return
    if asked_length.limits(case.asked) or _FACT.match(case.asked.strip()) or _CODE.search(output.body):
        return
    if not short_answer.may_be_judged(case.asked, output.body) and not _REASONS.search(case.asked):
        return
    if _is_its_result(output):
        return
    message = f"{counted(words, 'word')}, where the reference has {wanted:,}"
    yield flag("too-short", message, [(0, output.body_end)], words=words, reference_words=wanted)


def _is_its_result(output: Output) -> bool:
    """Whether it gives what the reference comes to in its last line, without the way there."""
    said = " ".join(tokens(output.body))
    last = " ".join(tokens(output.reference.rstrip().rsplit("\n", 1)[-1]))
    return bool(said) and said in last
