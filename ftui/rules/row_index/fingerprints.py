"""What the families that compare rows know of each row: hashes of its content and the signatures of its texts.

DUP, LEK and LBL each return `fingerprints(chunk, context)` from their `map`; it is computed once a chunk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.example import Example
from ftui.dataset.layouts.shapes import KTO_LABEL_KEYS
from ftui.dataset.record import Parsed
from ftui.rules.chunk import Chunk, strings
from ftui.rules.row_index.gist import gist
from ftui.rules.row_index.shingles import (
    I64,
    SIZE,
    U32,
    U64,
    Words,
    distinct,
    is_member,
    sequence_hash,
    shingles_of,
    signatures,
    words_of,
)
from ftui.rules.rule import Context
from ftui.text.label_spelling import same_signs

FIELDS = ("prompt", "answer", "both")
PROMPT, ANSWER, BOTH = range(3)
FAMILIES = ("DUP", "LEK", "LBL")
"""The families that share fingerprints."""

MIN_WORDS = 5
"""Shorter texts have too few shingles for a verdict; equal ones are found by their hash."""
BRIEF_WORDS = 8
"""Up to here an answer states a fact rather than tells something: a second, other one contradicts it."""
_BRIEF_CHARACTERS = 80
_TEMPLATE_ROWS, _TEMPLATE_RUN = 8_000, 50
"""About how many rows tell the templates, and how many neighbours are taken together."""
_LONG_ANSWER = 200
"""Longer answers are compared by their words alone, which is 4x as fast."""
_BORDER = " .,;:!?\"'`…。！？，；：“”‘’«»()[]{}*_"


@dataclass(slots=True)
class Fingerprints:
    """The readable rows of a chunk, a line each."""

    rows: I64
    """Numbers in the file."""
    content: U64
    """Every text with its role, and the label, as they are."""
    prompt: U64
    """The prompt without regard to case, spacing and punctuation at its borders."""
    asked: U64
    """The same together with the system prompt."""
    answer: U64
    """The answer (the label where there is one) in the same way, without end marker."""
    sequence: U64
    """rows x 2: the words of prompt and answer in their order."""
    gist: U64
    """Of the prompts of brief rows, without articles and politeness; 0 where there is none."""
    words: NDArray[np.int32]
    """rows x 2: how many words prompt and answer have."""
    comparable: NDArray[np.bool_]
    """rows x 3: whether the field has enough words, and any that are not template."""
    labelled: NDArray[np.bool_]
    brief: NDArray[np.bool_]
    """A label, or an answer of a few words."""
    paired: NDArray[np.bool_]
    """Preference and KTO rows, where several answers to one prompt are the point."""
    signatures: Stored
    """uint16: fields x bands x rows x 4."""
    shingles: Stored
    """uint32: prompt, across, answer of each row; 0 where a template shingle stands."""


@dataclass(slots=True)
class Stored:
    """An array, held or in a scratch file."""

    path: str = ""
    array: NDArray[Any] | None = None

    @classmethod
    def keep(cls, array: NDArray[Any], scratch: str, name: str) -> Stored:
        """The array in a file of the scratch folder, if there is one."""
        if not scratch:
            return cls(array=array)
        path = Path(scratch) / f"{name}.npy"
        np.save(path, array)
        return cls(path=str(path))

    def open(self) -> NDArray[Any]:
        """The array, mapped into memory; its file loses its name, so that a killed process leaves nothing behind."""
        if self.array is None:
            self.array = np.asarray(np.load(self.path, mmap_mode="r"))
            Path(self.path).unlink()
        return self.array


def fingerprints(chunk: Chunk, context: Context) -> Fingerprints:
    """The fingerprints of a chunk, computed once for all families that want them."""
    found: Fingerprints | None = chunk.memo.get("fingerprints")
    if found is None:
        kept = [i for i, example in enumerate(chunk.examples) if example is not None]
        found = chunk.memo["fingerprints"] = describe(
            np.array([chunk.numbers[i] for i in kept], np.int64),
            [chunk.parsed[i] for i in kept],
            [example for example in chunk.examples if example is not None],
            context,
            f"{chunk.file}-{chunk.first}" if context.scratch else "",
        )
    return found


def describe(
    rows: I64, parsed: Sequence[Parsed], examples: Sequence[Example], context: Context, name: str = ""
) -> Fingerprints:
    """The fingerprints of rows; the large arrays go to scratch files called by `name`, if one is given."""
    marker = end_marker(context)
    answers = [without_marker(e.answer, marker) for e in examples]
    words = words_of([text for e, a in zip(examples, answers, strict=True) for text in (e.prompt, a)])
    counts = np.diff(words.offsets).reshape(-1, 2)
    shingles, _, kept = discounted(words, template_of(context))
    labelled = np.array([e.label is not None for e in examples], np.bool_)
    sizes = np.fromiter(map(len, answers), np.int64, len(answers))
    brief = labelled | ((counts[:, 1] > 0) & (counts[:, 1] <= BRIEF_WORDS) & (sizes <= _BRIEF_CHARACTERS))
    enough = np.stack([counts[:, 0], counts[:, 1], counts.sum(axis=1)], axis=1) >= MIN_WORDS
    left = shingles[shingles != 0]
    borders = np.zeros(kept.size + 1, np.int64)
    np.cumsum(kept.ravel(), out=borders[1:])
    prompts = [normal(e.prompt) for e in examples]
    sequence = sequence_hash(words).reshape(-1, 2)
    scratch = context.scratch if name else ""
    return Fingerprints(
        rows=rows,
        content=content_hashes(examples, parsed),
        prompt=hashes(prompts),
        asked=hashes([f"{e.system}\0{p}" if e.system else p for e, p in zip(examples, prompts, strict=True)]),
        answer=_answer_hashes(examples, answers, sequence[:, 1]),
        sequence=sequence,
        gist=_gists(examples, brief & enough[:, 0]),
        words=counts.astype(np.int32),
        comparable=enough & np.stack([kept[:, 0] > 0, kept[:, 2] > 0, kept.sum(axis=1) > 0], axis=1),
        labelled=labelled,
        brief=brief,
        paired=np.array([e.layout in ("preference", "kto") for e in examples], np.bool_),
        signatures=Stored.keep(signatures(left, borders), scratch, f"signatures-{name}"),
        shingles=Stored.keep(shingles, scratch, f"shingles-{name}"),
    )


def _gists(examples: Sequence[Example], wanted: NDArray[np.bool_]) -> U64:
    """The gist of each wanted prompt as a hash; 0 for the others, and where too few words are left."""
    found = np.zeros(len(examples), np.uint64)
    rows = np.flatnonzero(wanted)
    texts = [gist(examples[row].prompt) for row in rows.tolist()]
    told = np.array([bool(text) for text in texts], np.bool_)
    found[rows] = np.where(told, hashes(texts), 0) if len(rows) else found[rows]
    return found


def discounted(words: Words, template: U32) -> tuple[U32, I64, I64]:
    """Shingles of rows whose words come as prompt, answer, prompt, answer.

    Returns the shingles of each row (prompt, across, answer; 0 for a template shingle), the borders of the 3n parts,
    and rows x 3: how many of each part are no template.
    """
    shingles, _ = shingles_of(Words(words.hashes, words.offsets[::2]))
    shingles[is_member(shingles, template)] = 0
    parts = part_sizes(np.diff(words.offsets).reshape(-1, 2))
    segments = np.zeros(parts.size + 1, np.int64)
    np.cumsum(parts.ravel(), out=segments[1:])
    left = np.zeros(len(shingles) + 1, np.int64)
    np.cumsum(shingles != 0, out=left[1:])
    return shingles, segments, np.diff(left[segments]).reshape(-1, 3)


def part_sizes(counts: NDArray[Any]) -> I64:
    """rows x 3: how many shingles prompt, across and answer have, from rows x 2 numbers of words."""
    own = np.maximum(counts.astype(np.int64) - (SIZE - 1), 0)
    whole = np.maximum(counts.sum(axis=1, dtype=np.int64) - (SIZE - 1), 0)
    return np.stack([own[:, 0], whole - own[:, 0] - own[:, 1], own[:, 1]], axis=1)


def template_shingles(sample: Sequence[Chunk], context: Context) -> U32:
    """Shingles that more than 50 rows and more than 1 % of all rows carry, judged from an even sample; sorted."""
    found: U32 | None = context.shared.get("template")
    if found is None:
        examples = _part([e for chunk in sample for e in chunk.examples if e is not None])
        words = words_of([text for e in examples for text in (e.prompt, e.answer)])
        found = _frequent(Words(words.hashes, words.offsets[::2]), sum(file.rows for file in context.files))
        context.shared["template"] = found
    return found


def _part(examples: list[Example]) -> list[Example]:
    """An even part of a large sample, in runs of neighbours: 7,000 rows tell what 20,000 do."""
    step = -(-len(examples) // _TEMPLATE_ROWS)
    return (
        [example for i, example in enumerate(examples) if i // _TEMPLATE_RUN % step == 0]
        if step > 1
        else examples
    )


def _frequent(words: Words, rows: int) -> U32:
    shingles, offsets = shingles_of(words)
    sampled = len(offsets) - 1
    row = np.repeat(np.arange(sampled, dtype=np.uint64), np.diff(offsets))
    carried = distinct((row << np.uint64(32)) | shingles).astype(np.uint32)
    values, carriers = np.unique(carried, return_counts=True)
    limit = max(50, rows / 100) * sampled / max(rows, sampled, 1)
    return values[carriers > limit]


def template_of(context: Context) -> U32:
    """What the survey of one of the families found."""
    for family in FAMILIES:
        found = context.surveys.get(family)
        found = getattr(found, "template", found)
        if isinstance(found, np.ndarray):
            return found
    return np.zeros(0, np.uint32)


def end_marker(context: Context) -> str:
    """The marker that ends answers: the project's, else the one the STP family found; empty where there is none."""
    if context.project.stop.end_marker is not None:
        return context.project.stop.end_marker
    marker = getattr(context.surveys.get("STP"), "marker", None)
    return marker if isinstance(marker, str) else ""


def without_marker(answer: str, marker: str) -> str:
    """An answer (of several turns, perhaps) without its end markers."""
    return answer.replace(marker, "").rstrip() if marker and marker in answer else answer


def normal(text: str) -> str:
    """A text without regard to case, spacing and punctuation at its borders."""
    return " ".join(text.lower().split()).strip(_BORDER)


def content(example: Example, parsed: Parsed) -> str:
    """All that a row says: texts with their roles, the tools it calls, the label, and the verdict of a KTO row."""
    said = "\x1e".join([f"{text[1]}\x1f{text[2]}" for text in example.texts])
    if example.label is not None:
        said += f"\x1e{example.label}"
    if example.layout == "kto" and isinstance(parsed.value, dict):
        said += "".join(f"\x1e{parsed.value.get(key)}" for key in KTO_LABEL_KEYS)
    if example.has_tool_call and isinstance(parsed.value, dict):
        said += "".join(f"\x1e{call}" for call in _calls(parsed.value))
    return said


def _calls(value: dict[str, Any]) -> Iterator[str]:
    """The tools that the turns of a row call, and their arguments where these are no text."""
    for turns in value.values():
        for turn in turns if isinstance(turns, list) else ():
            if not isinstance(turn, dict):
                continue
            calls = turn.get("tool_calls")
            for call in (*(calls if isinstance(calls, list) else ()), turn.get("function_call")):
                inner = call.get("function", call) if isinstance(call, dict) else None
                if isinstance(inner, dict):
                    arguments = inner.get("arguments")
                    given = "" if isinstance(arguments, str) else json.dumps(arguments, sort_keys=True)
                    yield f"{inner.get('name')}{given}"


def content_hashes(examples: Sequence[Example], parsed: Sequence[Parsed]) -> U64:
    """64-bit hashes of what rows say. One row costs 3 µs, where a polars column of one row costs 150."""
    digests = [
        blake2b(content(e, p).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for e, p in zip(examples, parsed, strict=True)
    ]
    return np.frombuffer(b"".join(digests), np.uint64)


def hashes(texts: Sequence[str]) -> U64:
    """64-bit hashes, the same in every process of one installation; not to be kept on disk."""
    return strings("text", texts).hash(7).to_numpy()


def _answer_hashes(examples: Sequence[Example], answers: Sequence[str], sequence: U64) -> U64:
    compared = [
        # Two spellings of one label are no conflict: LBL003 reports them.
        same_signs(e.label) if e.label is not None else normal(a) if len(a) <= _LONG_ANSWER else ""
        for e, a in zip(examples, answers, strict=True)
    ]
    long = np.array(
        [e.label is None and len(a) > _LONG_ANSWER for e, a in zip(examples, answers, strict=True)]
    )
    return np.where(long, sequence, hashes(compared)) if len(long) else np.zeros(0, np.uint64)
