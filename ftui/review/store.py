"""A review's folder: its prompts, models, samples and everything that reviewers said, in one SQLite file.

Several reviewers may have it open at a time, while samples are still being added.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ftui.review import plain
from ftui.review.judgement_log import JudgementLog
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.review.superseded import Made, superseded

_AT_ONCE = 200
"""Samples that are read together: a review of 80,000 holds a gigabyte of texts and token ids."""


class Outline(NamedTuple):
    """What is needed of a sample to put it into a queue."""

    sample_id: str
    prompt_id: str
    stratum: str
    model: str
    page: str
    number: int
    """0 … k−1 among the samples of one prompt and model."""
    prompt_hash: bytes
    output_hash: bytes
    stop_reason: str
    flags: tuple[str, ...]
    """Codes of what was found in it so far."""


class ReviewStore(JudgementLog):
    """Everything of one review. Raises FtuiError where the file cannot be read or written."""

    # Plan

    def add_prompts(self, prompts: Iterable[Prompt]) -> None:
        """Keep prompts in their order; one that is there stays where it is."""
        with self._writing():
            first = self._db.execute("SELECT coalesce(max(ordinal) + 1, 0) FROM prompts").fetchone()[0]
            self._db.executemany(
                "INSERT OR IGNORE INTO prompts VALUES (?, ?, ?, ?)",
                [
                    (each.prompt_id, each.stratum, first + i, plain.dump(each))
                    for i, each in enumerate(prompts)
                ],
            )

    def prompts(self) -> list[Prompt]:
        """All prompts in the order of the plan."""
        found = self._rows("SELECT value FROM prompts ORDER BY ordinal")
        return [self._read(plain.load_prompt, value) for (value,) in found]

    def set_model(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep what is known of a model: files, hashes, settings with their sources, engine, base or not."""
        with self._writing():
            self._db.execute(
                "INSERT INTO models VALUES (?, (SELECT coalesce(max(ordinal) + 1, 0) FROM models), ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
            )

    def models(self) -> dict[str, dict[str, Any]]:
        """Name to what is known, in the order of the plan."""
        found = self._rows("SELECT name, value FROM models ORDER BY ordinal")
        return {name: self._read(json.loads, value) for name, value in found}

    # Samples

    def add_samples(self, samples: Iterable[Sample]) -> None:
        """Keep samples; one with the same id is replaced (a cancelled one, sampled again)."""
        with self._writing():
            for each in samples:
                self._db.execute(
                    "INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?,"
                    " (SELECT coalesce(max(ordinal) + 1, 0) FROM samples), ?, ?, ?, ?, ?)",
                    (
                        each.sample_id, each.prompt_id, each.stratum, each.model, each.page, each.prompt_hash,
                        each.output_hash, each.completion.stop_reason, plain.dump_sample(each),
                        plain.dump_flags(each.flags) if each.flags else None,
                    ),
                )  # fmt: skip

    def set_flags(self, flags: Mapping[str, Iterable[Flag]]) -> None:
        """Keep what was found of samples, by their ids; an empty list says that nothing was."""
        with self._writing():
            self._db.executemany(
                "UPDATE samples SET flags = ? WHERE sample_id = ?",
                [(plain.dump_flags(found), sample_id) for sample_id, found in flags.items()],
            )

    def finished(self) -> set[str]:
        """Ids of samples that need no sampling again: all but the cancelled and the failed."""
        found = self._rows("SELECT sample_id FROM samples WHERE stop_reason NOT IN ('cancelled', 'error')")
        return {sample_id for (sample_id,) in found}

    def unexamined_prompts(self) -> list[str]:
        """Ids of prompts with a sample that nobody looked for flags in."""
        found = self._rows("SELECT DISTINCT prompt_id FROM samples WHERE flags IS NULL")
        return [prompt_id for (prompt_id,) in found]

    def unexamined(self) -> list[str]:
        """Ids of samples that nobody looked for flags in."""
        return [each for (each,) in self._rows("SELECT sample_id FROM samples WHERE flags IS NULL")]

    def count(self) -> int:
        """Number of samples."""
        return int(self._rows("SELECT count(*) FROM samples")[0][0])

    def samples(
        self,
        *,
        model: str | None = None,
        page: str | None = None,
        prompt_id: str | None = None,
        everything: bool = True,
    ) -> Iterator[Sample]:
        """Samples in the order in which they were made; without `everything` only those that count."""
        wanted = {"model": model, "page": page, "prompt_id": prompt_id}
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = :{name}" for name in given) or "1"
        found = self._rows(f"SELECT sample_id FROM samples WHERE {where} ORDER BY ordinal", given)
        gone = frozenset() if everything else self.superseded(prompt_id)
        ids = [sample_id for (sample_id,) in found if sample_id not in gone]
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            # One that was made again meanwhile is given as it is now.
            by_id = {sample_id: held for sample_id, *held in self._held(some)}
            yield from (self._read(plain.load_sample, *by_id[each]) for each in some if each in by_id)

    def _held(self, ids: Sequence[str]) -> list[tuple[str, str, str | None]]:
        """Id, JSON and flags of samples, in any order."""
        query = (
            f"SELECT sample_id, value, flags FROM samples WHERE sample_id IN ({', '.join('?' * len(ids))})"
        )
        return self._rows(query, ids)

    def superseded(self, prompt_id: str | None = None) -> frozenset[str]:
        """Ids of samples, of one prompt or of all, in whose place later ones stand (`ftui.review.superseded`)."""
        where = "1" if prompt_id is None else "prompt_id = :prompt_id"
        made = self._rows(
            "SELECT sample_id, model, page, prompt_id, stratum, json_extract(value, '$.index'), stop_reason"
            f" FROM samples WHERE {where} ORDER BY ordinal",
            {} if prompt_id is None else {"prompt_id": prompt_id},
        )
        return self._superseded(map(Made._make, made))

    def _superseded(self, made: Iterable[Made]) -> frozenset[str]:
        def read(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
            for start in range(0, len(ids), _AT_ONCE):
                for sample_id, value, _ in self._held(ids[start : start + _AT_ONCE]):
                    yield sample_id, value

        return frozenset(superseded(made, read))

    def bring_back(self, sample_ids: Iterable[str]) -> None:
        """Have samples count again that others had superseded: what they were made under is asked for again."""
        gone = self.superseded()
        back = [each for each in sample_ids if each in gone]
        if back:
            with self._writing():
                for each in back:
                    self._db.execute(
                        "UPDATE samples SET ordinal = (SELECT max(ordinal) + 1 FROM samples) WHERE sample_id = ?",
                        (each,),
                    )

    def sample(self, sample_id: str) -> Sample | None:
        """One sample."""
        found = self._rows("SELECT value, flags FROM samples WHERE sample_id = ?", (sample_id,))
        return self._read(plain.load_sample, *found[0]) if found else None

    def outline(self) -> list[Outline]:
        """The samples that count, in the order in which they were made, without their texts."""
        found = self._rows(
            "SELECT sample_id, prompt_id, stratum, model, page, json_extract(value, '$.index'), prompt_hash,"
            " output_hash, stop_reason, flags FROM samples ORDER BY ordinal"
        )
        outlines = [
            Outline._make([*row[:-1], tuple(flag.code for flag in plain.load_flags(row[-1]))])
            for row in found
        ]
        gone = self._superseded(
            Made(o.sample_id, o.model, o.page, o.prompt_id, o.stratum, o.number, o.stop_reason)
            for o in outlines
        )
        return [each for each in outlines if each.sample_id not in gone] if gone else outlines

    def measurements(self, *, everything: bool = False) -> Iterator[tuple[Any, ...]]:
        """Of each sample that counts what figures need, in the order in which they were made.

        Ids, prompt, stratum, model, page, both hashes, stop reason, flags, settings as JSON, and as a JSON array: the
        processed output, the stop text, tokens, seconds to the first token and from there, and the batch width.
        """
        gone = frozenset() if everything else self.superseded()
        found = self._rows("SELECT sample_id FROM samples ORDER BY ordinal")
        ids = [sample_id for (sample_id,) in found if sample_id not in gone]
        # Part by part: all at once, the texts would be in memory twice.
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            held = self._rows(
                "SELECT sample_id, prompt_id, stratum, model, page, prompt_hash, output_hash, stop_reason, flags,"
                " json_extract(value, '$.settings'),"
                " json_extract(value, '$.processed', '$.completion.stop_text', '$.completion.completion_tokens',"
                " '$.completion.first_token_s', '$.completion.seconds', '$.batch_width')"
                f" FROM samples WHERE sample_id IN ({', '.join('?' * len(some))})",
                some,
            )
            by_id = {row[0]: row for row in held}
            yield from (by_id[each] for each in some if each in by_id)

    def weights(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Model and page to adapter, adapter_sha256 and sha256 of the last sample: a page is a checkpoint."""
        found = self._rows(
            "SELECT model, page, json_extract(value, '$.adapter', '$.adapter_sha256', '$.model_sha256'), max(ordinal)"
            " FROM samples GROUP BY model, page"
        )
        names = ("adapter", "adapter_sha256", "sha256")
        return {
            (model, page): dict(zip(names, self._read(json.loads, held), strict=True))
            for model, page, held, _ in found
        }
