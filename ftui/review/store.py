"""A review's folder: its prompts, models, samples and everything that reviewers said, in one SQLite file.

Several reviewers may have it open at a time, while samples are still being added.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ftui.project.errors import FtuiError
from ftui.review import plain
from ftui.review.judgement import Judgement, Vote
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.review.schema import MOVE_AWAY, connect, review_error

T = TypeVar("T")
FILE = "review.sqlite"
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


class ReviewStore:
    """Everything of one review. Raises FtuiError where the file cannot be read or written."""

    def __init__(self, folder: Path, db: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = db
        # The threads of a job share the connection; a transaction is one thread's.
        self._lock = threading.RLock()

    @classmethod
    def create(cls, folder: Path) -> ReviewStore:
        """The review of a folder, made where there is none yet."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FtuiError(f"{folder}: {error.strerror}", "name another folder with --review") from error
        return cls(folder, connect(folder / FILE))

    @classmethod
    def open(cls, folder: Path) -> ReviewStore:
        """The review of a folder that has one."""
        if not (folder / FILE).is_file():
            raise FtuiError(
                f"{folder} holds no review", "sample some outputs first: ftui sample --model NAME=FILE.gguf"
            )
        return cls(folder, connect(folder / FILE))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # Notes

    def note(self, name: str) -> Any:
        """A JSON value by name; None where there is none."""
        found = self._rows("SELECT value FROM notes WHERE name = ?", (name,))
        return self._read(json.loads, found[0][0]) if found else None

    def set_note(self, name: str, value: Any) -> None:
        """Keep a JSON value."""
        with self._writing():
            self._db.execute("REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))

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
        self, *, model: str | None = None, page: str | None = None, prompt_id: str | None = None
    ) -> Iterator[Sample]:
        """Samples in the order in which they were made."""
        wanted = {"model": model, "page": page, "prompt_id": prompt_id}
        given = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = :{name}" for name in given) or "1"
        found = self._rows(f"SELECT sample_id FROM samples WHERE {where} ORDER BY ordinal", given)
        for start in range(0, len(found), _AT_ONCE):
            ids = [sample_id for (sample_id,) in found[start : start + _AT_ONCE]]
            held = self._rows(
                "SELECT sample_id, value, flags FROM samples WHERE sample_id IN"
                f" ({', '.join('?' * len(ids))})",
                ids,
            )
            # One that was made again meanwhile is given as it is now.
            by_id = {sample_id: (value, flags) for sample_id, value, flags in held}
            yield from (self._read(plain.load_sample, *by_id[each]) for each in ids if each in by_id)

    def sample(self, sample_id: str) -> Sample | None:
        """One sample."""
        found = self._rows("SELECT value, flags FROM samples WHERE sample_id = ?", (sample_id,))
        return self._read(plain.load_sample, *found[0]) if found else None

    def outline(self) -> list[Outline]:
        """All samples in the order in which they were made, without their texts."""
        found = self._rows(
            "SELECT sample_id, prompt_id, stratum, model, page, json_extract(value, '$.index'), prompt_hash,"
            " output_hash, stop_reason, flags FROM samples ORDER BY ordinal"
        )
        return [
            Outline._make([*row[:-1], tuple(flag.code for flag in plain.load_flags(row[-1]))])
            for row in found
        ]

    def measurements(self) -> list[tuple[Any, ...]]:
        """Of each sample what figures need, in the order in which they were made.

        Ids, prompt, stratum, model, page, both hashes, stop reason, flags, and as a JSON array: the processed output,
        the stop text, tokens, seconds to the first token and from there, and the batch width.
        """
        return self._rows(
            "SELECT sample_id, prompt_id, stratum, model, page, prompt_hash, output_hash, stop_reason, flags,"
            " json_extract(value, '$.processed', '$.completion.stop_text', '$.completion.completion_tokens',"
            " '$.completion.first_token_s', '$.completion.seconds', '$.batch_width')"
            " FROM samples ORDER BY ordinal"
        )

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

    @property
    def version(self) -> int:
        """Another number after each change that another connection made."""
        return int(self._rows("PRAGMA data_version")[0][0])

    # What reviewers said

    def judge(self, given: Judgement) -> int:
        """Keep a judgement; returns its number. A later one of the same reviewer on the same output replaces it."""
        with self._writing():
            done = self._db.execute(
                "INSERT INTO judgements (reviewer, at, prompt_hash, output_hash, verdict, scores, flagged, note,"
                " seconds, correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    given.reviewer, given.at or now(), given.prompt_hash, given.output_hash, given.verdict,
                    json.dumps(dict(given.scores)), given.flagged, given.note, given.seconds,
                    given.correction and _storable(given.correction),
                ),
            )  # fmt: skip
        return int(done.lastrowid or 0)

    def vote(self, given: Vote) -> int:
        """Keep a vote; returns its number."""
        shown = [[each, held.hex()] for each, held in zip(given.shown, given.outputs, strict=True)]
        with self._writing():
            done = self._db.execute(
                "INSERT INTO votes (reviewer, at, prompt_hash, shown, winner, note, seconds, repeat_of)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    given.reviewer, given.at or now(), given.prompt_hash, json.dumps(shown), given.winner,
                    given.note, given.seconds, given.repeat_of,
                ),
            )  # fmt: skip
        return int(done.lastrowid or 0)

    def undo_judgement(self, number: int) -> None:
        """Take a judgement back: the one before it counts again."""
        self._undo("judgements", number)

    def undo_vote(self, number: int) -> None:
        """Take a vote back."""
        self._undo("votes", number)

    def judgements(self, reviewer: str | None = None) -> list[Judgement]:
        """Those in force, oldest first: the last of each reviewer on each output that was not taken back."""
        found = self._rows(
            "SELECT reviewer, prompt_hash, output_hash, verdict, scores, flagged, note, seconds, correction, at, id"
            " FROM judgements AS j WHERE undoes IS NULL AND (:who IS NULL OR reviewer = :who)"
            " AND id NOT IN (SELECT undoes FROM judgements WHERE undoes IS NOT NULL) ORDER BY id",
            {"who": reviewer},
        )
        last: dict[tuple[str, bytes, bytes], Judgement] = {}
        for who, prompt, output, verdict, scores, flagged, *rest in found:
            last[who, prompt, output] = Judgement(
                who, prompt, output, verdict, json.loads(scores), bool(flagged), *rest
            )
        return sorted(last.values(), key=lambda each: each.id)

    def votes(self, reviewer: str | None = None) -> list[Vote]:
        """Those in force, oldest first."""
        found = self._rows(
            "SELECT reviewer, prompt_hash, shown, winner, note, seconds, repeat_of, at, id FROM votes"
            " WHERE undoes IS NULL AND (:who IS NULL OR reviewer = :who)"
            " AND id NOT IN (SELECT undoes FROM votes WHERE undoes IS NOT NULL) ORDER BY id",
            {"who": reviewer},
        )
        votes = []
        for who, prompt, written, *rest in found:
            shown = json.loads(written)
            ids, outputs = tuple(a for a, _ in shown), tuple(bytes.fromhex(b) for _, b in shown)
            votes.append(Vote(who, prompt, ids, outputs, *rest))
        return votes

    # The file

    def _undo(self, table: str, number: int) -> None:
        columns = {"judgements": "output_hash, verdict, scores, flagged", "votes": "shown, winner"}[table]
        values = {"judgements": "output_hash, 'none', '{}', 0", "votes": "shown, winner"}[table]
        with self._writing():
            self._db.execute(
                f"INSERT INTO {table} (reviewer, at, prompt_hash, {columns}, note, undoes)"
                f" SELECT reviewer, ?, prompt_hash, {values}, '', id FROM {table} WHERE id = ?",
                (now(), number),
            )

    def _rows(self, query: str, values: Any = ()) -> list[Any]:
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise review_error(self.folder / FILE, error) from error

    def _read(self, load: Callable[..., T], *written: str | None) -> T:
        """A value of the file, which may be anybody's."""
        try:
            return load(*written)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise FtuiError(
                f"{self.folder / FILE} is no review, or a broken one: a value has another form", MOVE_AWAY
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing."""
        try:
            with self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise review_error(self.folder / FILE, error) from error


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates; what was typed has none, what was pasted may."""
    return text.encode("utf-8", "replace").decode()


def now() -> str:
    """The moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
