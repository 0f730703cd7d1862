"""Probes: how much of the held-back half of a text a model writes by heart."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ftui.review.flags.output import Case, Output, flag
from ftui.review.flags.words import tokens
from ftui.review.sample import Flag
from ftui.text.visible import shortened

SHARE, LEAST = 0.5, 15
"""Share of the reference's words in one run, and words of that run, from which a text is known by heart."""
LONG = 40
"""Words of a run that no chance explains, whatever share they are."""
_LOOKED_AT = 2_000


class Recital(NamedTuple):
    """The longest run of words that an output has from the reference."""

    words: int
    of: int
    """Words that could have been recited: of the reference, or fewer where the limit cut the output."""
    text: str

    @property
    def share(self) -> float:
        return self.words / self.of if self.of else 0.0


def recital(output: Output) -> Recital:
    """How much of the reference stands in the output in one run of words."""
    wanted = _reference(output.case)
    said = tokens(output.text)[:_LOOKED_AT]
    of = min(len(wanted), len(said)) if output.cut else len(wanted)
    found = SequenceMatcher(None, wanted, said, autojunk=False).find_longest_match()
    return Recital(found.size, of, " ".join(wanted[found.a : found.a + found.size]))


def _reference(case: Case) -> list[str]:
    if "reference words" not in case.memo:
        case.memo["reference words"] = tokens(case.reference)[:_LOOKED_AT]
    words: list[str] = case.memo["reference words"]
    return words


def memorised(outputs: Sequence[Output], base: str | None) -> dict[str, Flag]:
    """The outputs of one probe that go on as the held-back half does, by sample id."""
    found = {each.sample.sample_id: recital(each) for each in outputs}
    of_base = [found[each.sample.sample_id].share for each in outputs if each.sample.model == base]
    at_base = max(of_base) if of_base else None
    flags: dict[str, Flag] = {}
    for each in outputs:
        held = found[each.sample.sample_id]
        if held.words >= LONG or (held.words >= LEAST and held.share >= SHARE):
            message = f"{held.words} of {held.of} words of the held-back half in one run ({held.share:.0%})"
            if at_base is not None and each.sample.model != base:
                message += f"; {base}: {at_base:.0%}"
            evidence = {
                "words": held.words,
                "of": held.of,
                "share": round(held.share, 4),
                "base_share": at_base,
            }
            quote = shortened(held.text, 200)
            flags[each.sample.sample_id] = flag("memorised", message, run=quote, **evidence)
    return flags
