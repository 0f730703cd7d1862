"""Samples in whose place later ones of the same prompt stand: under other settings, from another file or text.

They stay in the review, with what was said of them, but are in no queue and in no figure: an average over two settings
is that of neither.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

LUCK_AND_PLACE = ("seed", "threads", "gpu_layers")
"""Settings under which samples are still of one kind: another seed gives more of them."""
NOT_OUTPUTS = frozenset({"cancelled", "error"})
"""Stop reasons of samples that are sampled again."""


class Made(NamedTuple):
    """Of a sample, what tells whether another may stand for it."""

    sample_id: str
    model: str
    page: str
    prompt_id: str
    stratum: str
    number: int
    """As `Sample.index`."""
    stop_reason: str


def kind_of(sample: Mapping[str, Any]) -> str:
    """What decided an output but its luck, of a sample as the review keeps it."""
    settings = {name: held for name, held in sample["settings"].items() if name not in LUCK_AND_PLACE}
    whose = [sample[name] for name in ("prompt", "backend", "model_sha256", "adapter_sha256")]
    return json.dumps([settings, *whose], sort_keys=True)


def superseded(
    samples: Iterable[Made], read: Callable[[Sequence[str]], Iterable[tuple[str, str]]]
) -> set[str]:
    """Ids of the samples that no longer count, of all samples in the order in which they were made.

    `read` gives ids and JSON of samples; it is asked only for prompts whose first sample is there twice, which are
    those that a model was asked again.
    """
    by_prompt: dict[tuple[str, str, str, str], list[Made]] = defaultdict(list)
    for each in samples:
        by_prompt[each.model, each.page, each.prompt_id, each.stratum].append(each)
    asked_again = [group for group in by_prompt.values() if len({each.number for each in group}) < len(group)]
    if not asked_again:
        return set()
    ids = [each.sample_id for group in asked_again for each in group]
    kinds = {sample_id: kind_of(json.loads(value)) for sample_id, value in read(ids)}
    gone: set[str] = set()
    for group in asked_again:
        outputs = [each for each in group if each.stop_reason not in NOT_OUTPUTS]
        if outputs:
            counts = kinds.get(outputs[-1].sample_id)
            gone |= {each.sample_id for each in group if kinds.get(each.sample_id) != counts}
    return gone
