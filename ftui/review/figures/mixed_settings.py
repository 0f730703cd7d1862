"""Models whose samples were made under more than one setting, which one figure holds all the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from ftui.review.figures.comparisons import Entrant
from ftui.review.figures.glance import Glance
from ftui.review.superseded import LUCK_AND_PLACE

Mixed = Mapping[str, Mapping[str, int]]
"""Setting to its values, as JSON, to the number of samples under each."""


def mixed_settings(samples: Iterable[Glance]) -> dict[Entrant, Mixed]:
    """Model and page to the settings that differ among their samples; those of one kind are left out."""
    found: dict[Entrant, Counter[str]] = {}
    for each in samples:
        if each.finished:
            found.setdefault((each.model, each.page), Counter())[each.settings] += 1
    differing = {who: _differing(kinds) for who, kinds in found.items() if len(kinds) > 1}
    return {who: mixed for who, mixed in differing.items() if mixed}


def _differing(kinds: Mapping[str, int]) -> Mixed:
    values: dict[str, Counter[str]] = {}
    for written, many in kinds.items():
        for name, value in json.loads(written).items():
            if name not in LUCK_AND_PLACE:
                values.setdefault(name, Counter())[json.dumps(value)] += many
    return {name: dict(counts) for name, counts in values.items() if len(counts) > 1}
