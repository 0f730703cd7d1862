"""A review for other programs: samples, votes, a table, preference pairs.

Repeated votes are in the votes, with the vote that they repeat, and in nothing else.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from ftui.review.judgement import Judgement, Vote
from ftui.review.preference import preference_pairs
from ftui.review.sample import Sample, text_hash
from ftui.review.store import ReviewStore

Format = Literal["jsonl", "csv", "votes", "preference"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv", "votes", "preference")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula at the head of a cell (OWASP, "CSV injection")."""
_PICTURES = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"},
    127: 0x2421,
    **dict.fromkeys(range(128, 160), 0xFFFD),
}
CSV_COLUMNS: tuple[str, ...] = (
    "sample_id", "prompt_id", "stratum", "prompt", "output", "processed", "model", "page", "backend", "seed",
    "batch_width", "stop_reason", "stop_text", "prompt_tokens", "completion_tokens", "first_token_s", "tokens_per_s",
    "flags", "verdicts", "scores", "notes", "superseded",
)  # fmt: skip


def exported(store: ReviewStore, wanted: Format) -> Iterator[str]:
    """The file in pieces, each whole lines."""
    if wanted == "jsonl":
        return _json_lines(_samples(store))
    if wanted == "votes":
        return _json_lines(_votes(store))
    if wanted == "csv":
        return _csv(store)
    return _json_lines(preference_pairs(store))


def _json_lines(values: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One a line, in ASCII: nothing for a terminal to obey, and bytes that were no UTF-8 stay lone surrogates."""
    for value in values:
        yield json.dumps(value) + "\n"


def _judged(store: ReviewStore) -> dict[tuple[bytes, bytes], list[Judgement]]:
    found: dict[tuple[bytes, bytes], list[Judgement]] = {}
    for each in store.judgements():
        found.setdefault((each.prompt_hash, each.output_hash), []).append(each)
    return found


def _samples(store: ReviewStore) -> Iterator[dict[str, Any]]:
    judged = _judged(store)
    gone = store.superseded()
    for each in store.samples():
        record = sample_record(each, judged.get((each.prompt_hash, each.output_hash), ()))
        yield {**record, "superseded": each.sample_id in gone}


def sample_record(sample: Sample, judgements: Sequence[Judgement] = ()) -> dict[str, Any]:
    """A sample as the interface writes it; what nobody knows is null."""
    made = sample.completion
    return {
        "sample_id": sample.sample_id,
        "prompt_id": sample.prompt_id,
        "stratum": sample.stratum,
        "prompt": sample.prompt,
        "output": made.output,
        "processed": sample.processed,
        "token_ids": None if made.token_ids is None else list(made.token_ids),
        "model": sample.model,
        "page": sample.page,
        "model_sha256": sample.model_sha256,
        "adapter": sample.adapter,
        "adapter_sha256": sample.adapter_sha256,
        "backend": sample.backend,
        "settings": dict(sample.settings),
        "seed": sample.seed,
        "batch_width": sample.batch_width,
        "stop_reason": made.stop_reason,
        "stop_text": made.stop_text,
        "error": made.error,
        "prompt_tokens": made.prompt_tokens,
        "completion_tokens": made.completion_tokens,
        "first_token_s": made.first_token_s,
        "tokens_per_s": made.tokens_per_s,
        "flags": [{"code": flag.code, "evidence": dict(flag.evidence)} for flag in sample.flags],
        "judgements": [
            {
                "reviewer": each.reviewer,
                "verdict": each.verdict,
                "scores": dict(each.scores),
                "note": each.note,
                "at": each.at,
            }
            for each in judgements
        ],
        "cut": made.cut,
        "special_at": list(made.special_at),
        "seconds": made.seconds,
        "end_probability": made.end_probability,
        "rendered": made.rendered,
    }


def _votes(store: ReviewStore) -> Iterator[dict[str, Any]]:
    """Every vote in force. `repeat_of` is the line, from 1, of the vote that it repeats."""
    known = {each.prompt_hash: each.prompt_id for each in store.outline()}
    known |= {text_hash(each.prompt_id): each.prompt_id for each in store.prompts()}
    votes = store.votes()
    lines = {vote.id: line for line, vote in enumerate(votes, 1)}
    # A vote that was taken back and given anew has another number than its repeat remembers.
    again = {_question(vote): lines[vote.id] for vote in votes if vote.repeat_of is None}
    for vote in votes:
        repeats = vote.repeat_of is not None
        yield {
            "prompt_id": known.get(vote.prompt_hash),
            "shown": list(vote.shown),
            "winner": vote.winner,
            "reviewer": vote.reviewer,
            "note": vote.note,
            "at": vote.at,
            "repeat_of": lines.get(vote.repeat_of or 0, again.get(_question(vote))) if repeats else None,
        }


def _question(vote: Vote) -> tuple[str, bytes, frozenset[str]]:
    return vote.reviewer, vote.prompt_hash, frozenset(vote.shown)


def _csv(store: ReviewStore) -> Iterator[str]:
    """A sample a row, for a spreadsheet. A text that it could take for a formula gets an apostrophe before it."""
    judged = _judged(store)
    gone = store.superseded()
    yield _row(CSV_COLUMNS)
    for each in store.samples():
        said = judged.get((each.prompt_hash, each.output_hash), [])
        record = {
            **sample_record(each),
            "superseded": "yes" if each.sample_id in gone else "",
            "flags": " ".join(dict.fromkeys(flag.code for flag in each.flags)),
            "verdicts": "; ".join(f"{one.reviewer}: {one.verdict}" for one in said if one.verdict != "none"),
            "scores": "; ".join(
                f"{one.reviewer}: {line} {score}" for one in said for line, score in one.scores.items()
            ),
            "notes": "; ".join(f"{one.reviewer}: {one.note}" for one in said if one.note),
        }  # fmt: skip
        yield _row([record[name] for name in CSV_COLUMNS])


def _row(values: Iterable[Any]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_cell(value) for value in values])
    return written.getvalue()


def _cell(value: Any) -> Any:
    """None as an empty cell; control characters, which a terminal obeys and some readers end at, as their pictures."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.translate(_PICTURES)
    return "'" + text if text.startswith(_FORMULA) else text
