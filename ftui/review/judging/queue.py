"""What waits for a reviewer: single outputs, or two to four models side by side, in an order that a seed gives."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ftui.review.prompt import is_probe
from ftui.review.store import Outline
from ftui.review.superseded import NOT_OUTPUTS

Mode = Literal["single", "pair"]
"""One output against a rubric, or two to four side by side."""
Judged = Literal["open", "judged", "all"]
MOST_SIDES = 4


class Item(NamedTuple):
    """One thing to judge."""

    key: bytes
    """From the prompt and the outputs, so that it is the same after a re-run."""
    samples: tuple[Outline, ...]
    """Single: all samples with this very output; else one sample a side, the sides in no order."""

    @property
    def prompt_id(self) -> str:
        return self.samples[0].prompt_id

    @property
    def prompt_hash(self) -> bytes:
        return self.samples[0].prompt_hash

    @property
    def stratum(self) -> str:
        return self.samples[0].stratum

    @property
    def output_hash(self) -> bytes:
        """Of the first output."""
        return self.samples[0].output_hash


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reviewer wants to see; empty: all of it."""

    strata: frozenset[str] = field(default=frozenset())
    flags: frozenset[str] = field(default=frozenset())
    models: frozenset[str] = field(default=frozenset())
    judged: Judged = "open"

    def passes(self, item: Item) -> bool:
        """Whether an item is of a wanted stratum and has a wanted flag; models and judgements are looked at before."""
        return (not self.strata or item.stratum in self.strata) and (
            not self.flags or any(self.flags.intersection(each.flags) for each in item.samples)
        )

    def plain(self) -> dict[str, object]:
        """For a JSON note."""
        return {
            "strata": sorted(self.strata),
            "flags": sorted(self.flags),
            "models": sorted(self.models),
            "judged": self.judged,
        }

    @classmethod
    def of(cls, plain: object) -> Filter:
        """The filter of `plain`; one that shows everything where it cannot be read."""
        if not isinstance(plain, dict):
            return cls()
        sets = {
            name: frozenset(str(each) for each in plain.get(name) or ())
            for name in ("strata", "flags", "models")
        }
        judged = plain.get("judged")
        return cls(**sets, judged=judged if judged in ("judged", "all") else "open")


def items(outlines: Iterable[Outline], mode: Mode, wanted: Filter, seed: int) -> list[Item]:
    """What there is to judge, judged or not, in the seed's order; new samples join at places of their own.

    Probes measure recital, not quality: they are there only where their stratum is asked for.
    """
    made = [
        each
        for each in outlines
        if each.stop_reason not in NOT_OUTPUTS
        and (not wanted.models or each.model in wanted.models)
        and (not is_probe(each.stratum) or each.stratum in wanted.strata)
    ]
    found: dict[bytes, Item] = {}
    for item in _singles(made) if mode == "single" else _groups(made, seed):
        found.setdefault(item.key, item)
    kept = [item for item in found.values() if wanted.passes(item)]
    return sorted(kept, key=lambda item: drawn(seed, "order", item.key))


def same_outputs(outlines: Iterable[Outline]) -> int:
    """Prompts whose models all gave the same text: nothing to compare, so they are in no queue of pairs."""
    by_prompt: dict[tuple[str, int], list[Outline]] = defaultdict(list)
    for each in outlines:
        if each.stop_reason not in NOT_OUTPUTS and not is_probe(each.stratum):
            by_prompt[each.prompt_id, each.number].append(each)
    return sum(
        len(sides) > 1 and len({each.output_hash for each in sides}) == 1 for sides in by_prompt.values()
    )


def key_of(prompt_hash: bytes, outputs: Iterable[bytes]) -> bytes:
    """16 bytes for a prompt with these outputs, in whatever order they stand."""
    return hashlib.blake2b(b"".join([prompt_hash, *sorted(outputs)]), digest_size=16).digest()


def drawn(seed: int, purpose: str, *parts: bytes) -> bytes:
    """Eight bytes drawn by a seed for something; the same on every machine."""
    return hashlib.blake2b(b"\0".join([f"{seed} {purpose}".encode(), *parts]), digest_size=8).digest()


def _singles(made: Sequence[Outline]) -> Iterator[Item]:
    twins: dict[bytes, list[Outline]] = defaultdict(list)
    for each in made:
        twins[key_of(each.prompt_hash, [each.output_hash])].append(each)
    for key, samples in twins.items():
        yield Item(key, tuple(samples))


def _groups(made: Sequence[Outline], seed: int) -> Iterator[Item]:
    """Of each prompt, the first samples of all models, then the second ones; more than four in several groups."""
    by_prompt: dict[tuple[str, int], dict[tuple[str, str], Outline]] = defaultdict(dict)
    for each in made:
        by_prompt[each.prompt_id, each.number].setdefault((each.model, each.page), each)
    for sides in by_prompt.values():
        shuffled = sorted(
            sides.values(),
            key=lambda each: drawn(seed, "group", each.prompt_hash, f"{each.model}\0{each.page}".encode()),
        )
        for group in _cut(shuffled):
            outputs = [each.output_hash for each in group]
            if len(set(outputs)) > 1:
                yield Item(key_of(group[0].prompt_hash, outputs), tuple(group))


def _cut(sides: list[Outline]) -> Iterator[list[Outline]]:
    """As few groups as hold all, none with fewer than two."""
    if len(sides) < 2:
        return
    groups = -(-len(sides) // MOST_SIDES)
    size, more = divmod(len(sides), groups)
    at = 0
    for number in range(groups):
        stop = at + size + (number < more)
        yield sides[at:stop]
        at = stop
