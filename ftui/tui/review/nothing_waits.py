"""What a reviewer reads where nothing waits: why, and which key leads on."""

from __future__ import annotations

from collections.abc import Callable

from ftui.review.judging.session import Sitting
from ftui.review.prompt import is_probe


def why_nothing(sitting: Sitting, key: Callable[[str], str]) -> tuple[str, str]:
    """A title and what is to be done; `key` names the key of an action."""
    counts = sitting.counts
    if not sitting.models:
        shell = "ftui sample --model NAME=FILE.gguf"
        return (
            "no outputs yet",
            f"Press {key('review-sample')} to sample some, or in a shell:\n\n    {shell}",
        )
    if sitting.wanted != type(sitting.wanted)() and not counts.total:
        return (
            "no output passes the filter",
            f"{key('review-filter')} changes it, {key('review-filter-drop')} drops it.",
        )
    if all(is_probe(each) for each in sitting.strata):
        return (
            "only probes were sampled",
            "They measure what is known by heart, not quality, so they wait for no verdict."
            f" {key('review-figures')} shows what they found, {key('review-filter')} shows a stratum all the same.",
        )
    if sitting.mode == "pair" and not counts.total:
        same = f"{sitting.same:,} prompts got the same text from every model.\n" if sitting.same else ""
        only = "Only one model was sampled.\n" if len(sitting.models) < 2 else ""
        more = f"{key('review-mode')} judges single outputs; {key('review-sample')} samples more."
        return "nothing to compare", f"{only}{same}{more}"
    return (
        f"everything here is judged: {counts.done:,} of {counts.total:,}",
        f"{key('review-figures')} shows the figures, {key('review-filter')} shows other outputs,"
        f" {key('review-mode')} goes from one output to several side by side and back,"
        f" {key('review-undo')} takes the last one back.",
    )
