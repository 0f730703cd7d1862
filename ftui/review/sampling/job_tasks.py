"""What is still to be sampled of each model, in the order that evaluates shared beginnings once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.prompt import Prompt
from ftui.review.sample import text_hash
from ftui.review.sampling.file_hashes import Stamp
from ftui.review.sampling.sample_id import Asked, sample_id, seed_of
from ftui.review.sampling.settings import Settings

BLOCK = 16
"""Prompts after which the next model of the same file has its turn: a pair can soon be judged, and the prefix that the
adapter's toggle throws away is evaluated once in sixteen."""


class Question(NamedTuple):
    """A prompt as it goes to a model."""

    text: str
    """What is sent: the exact text, or with `messages` these as JSON."""
    messages: tuple[tuple[str, str], ...] | None = None
    """For a server that renders by itself."""
    notes: tuple[str, ...] = ()
    """What a person should know of the rendering."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model as the job samples it."""

    model: ReviewModel
    settings: Settings
    question: Callable[[Prompt], Question]
    """Raises FtuiError for a prompt that cannot be rendered."""


class Missing(NamedTuple):
    """One sample that is to be made."""

    which: int
    """As `Sample.index`."""
    seed: int
    sample_id: str


class Task(NamedTuple):
    """One prompt for one model."""

    prompt: Prompt
    question: Question
    missing: tuple[Missing, ...]
    error: str = ""
    """Why it cannot be asked."""


@dataclass(frozen=True, slots=True)
class Share:
    """One model's part of the job."""

    entry: Entry
    sha256: str | None
    adapter_sha256: str | None
    page: str
    tasks: tuple[Task, ...]
    kept: tuple[str, ...]
    """Ids of the samples that are there already."""
    notes: tuple[str, ...]
    """What a person should know of the settings and of how prompts are rendered."""
    stamps: Mapping[Path, Stamp | None] = field(default_factory=dict)
    """Its files as they were hashed."""
    exact: bool = False
    """Whether each sample repeats by its seed alone."""
    served: Mapping[str, Any] | None = None
    """As `Hashes.served`."""

    @property
    def done(self) -> int:
        """Number of samples that are there already."""
        return len(self.kept)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.entry.model.name


@dataclass(frozen=True, slots=True)
class Hashes:
    """Of the files of one entry; None for a server."""

    model: str | None
    adapter: str | None
    stamps: Mapping[Path, Stamp | None] = field(default_factory=dict)
    served: Mapping[str, Any] | None = None
    """What a server tells of its model."""


def share(
    entry: Entry,
    hashes: Hashes,
    prompts: Sequence[Prompt],
    per_prompt: int,
    page: str,
    finished: set[str],
    *,
    exact: bool = False,
) -> Share:
    """Render every prompt and leave out what is finished. Greedy samples of a prompt would be equal: one is made.

    One that leans on others does not stand in for an exact one.
    """
    count = 1 if entry.settings.temperature.value == 0 else per_prompt
    values = plain_settings(entry.settings) | ({"exact": True} if exact else {})
    told = [json.dumps(hashes.served, sort_keys=True)] if hashes.served else []
    server = " ".join([f"{entry.model.server} {entry.model.served_as or ''}", *told])
    tasks: list[Task] = []
    kept: list[str] = []
    notes = dict.fromkeys(entry.settings.warnings)
    for prompt in prompts:
        try:
            question, error = entry.question(prompt), ""
        except FtuiError as refused:
            question, error = Question(""), refused.message
        notes |= dict.fromkeys(question.notes)
        asked = Asked(
            prompt.prompt_id,
            prompt.stratum,
            entry.model.name,
            hashes.model or server,
            hashes.adapter or "",
            question.text,
            values,
            page,
        )
        seeds = [seed_of(entry.settings.seed.value, prompt.prompt_id, index) for index in range(count)]
        wanted = [Missing(index, seed, sample_id(asked, seed)) for index, seed in enumerate(seeds)]
        missing = tuple(each for each in wanted if each.sample_id not in finished)
        kept += [each.sample_id for each in wanted if each.sample_id in finished]
        if missing:
            tasks.append(Task(prompt, question, missing, error))
    tasks.sort(key=lambda task: task.question.text)
    return Share(
        entry,
        hashes.model,
        hashes.adapter,
        page,
        tuple(tasks),
        tuple(kept),
        tuple(notes),
        hashes.stamps,
        exact,
        hashes.served,
    )


def plain_settings(settings: Settings) -> dict[str, Any]:
    """The values for the record of a sample; a grammar, which may be long, by its digest."""
    values = settings.plain()
    if values.get("grammar"):
        values["grammar"] = f"blake2b:{text_hash(values['grammar']).hex()}"
    return values


def turns(shares: Iterable[Share]) -> Iterator[tuple[Share, Task]]:
    """The tasks of models that share one file: block by block, the models in turn."""
    blocks = [
        [
            [(each, task) for task in each.tasks[start : start + BLOCK]]
            for start in range(0, len(each.tasks), BLOCK)
        ]
        for each in shares
    ]
    for row in zip_longest(*blocks, fillvalue=[]):
        yield from chain.from_iterable(row)
