"""Family TOK: special tokens in texts, two tokens for one purpose, and tokens that are wasted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from ftui.rules import token_counts
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily, rows_of
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row
from ftui.rules.tokens import special_tokens
from ftui.rules.tokens import waste as token_waste
from ftui.rules.tokens.pages import RULES
from ftui.rules.tokens.special_tokens import Vocabulary
from ftui.rules.tokens.waste import SystemPrompt


@dataclass(slots=True)
class Gathered:
    """What one chunk adds to the findings about the whole data."""

    tokens: Counter[tuple[str, str, str]]
    """(kind of text, purpose, token) to rows."""
    rows: Counter[tuple[str, str]]
    """(kind of text, purpose) to rows with any token for it."""
    system: SystemPrompt | None


class Tokens(RowFamily):
    """The TOK family."""

    name = "TOK"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Vocabulary:
        """The model's control tokens, the data's own habits, and which tokenizer counts."""
        if context.wants(token_waste.CODE):
            token_counts.setup(sample, context)
        return special_tokens.survey(sample, context)

    def suspects(self, chunk: Chunk, state: Vocabulary, context: Context) -> Iterable[int]:
        """Rows with any special token, and those that may waste tokens."""
        found = set(_with_tokens(chunk, state))
        if context.wants(token_waste.CODE):
            found.update(token_waste.suspects(chunk))
        return found

    def findings(self, row: Row, state: Vocabulary, context: Context) -> Iterator[Finding]:
        """All findings of one row, in the order of its texts."""
        example = row.example
        if example is None:
            return
        known = special_tokens.with_marker(state, context)
        found = [*special_tokens.in_text(example, known), *special_tokens.inconsistent(example, state)]
        if context.wants(token_waste.CODE):
            found += token_waste.findings(example, context)
        order = {text.field: number for number, text in enumerate(example.texts)}
        yield from sorted(found, key=lambda each: (order.get(each.field, 0), each.start or 0, each.code))

    def gather(self, chunk: Chunk, state: Vocabulary, context: Context) -> Gathered:
        """How many rows have which token for which purpose, and the commonest system prompt."""
        tokens: Counter[tuple[str, str, str]] = Counter()
        rows: Counter[tuple[str, str]] = Counter()
        if context.wants("TOK002"):
            for row in rows_of(chunk, _with_tokens(chunk, state)):
                held = special_tokens.purposes_of(row.example) if row.example else {}
                rows.update(held.keys())
                tokens.update((*group, token) for group, found in held.items() for token in found)
        wanted = context.wants(token_waste.CODE)
        return Gathered(tokens, rows, token_waste.commonest_system_prompt(chunk) if wanted else None)

    def settle(self, gathered: list[tuple[ChunkInfo, Any]], found: Combined, context: Context) -> Combined:
        """What is usual by exact counts; questions about the whole data."""
        tokens: Counter[tuple[str, str, str]] = Counter()
        rows: Counter[tuple[str, str]] = Counter()
        for _, part in gathered:
            tokens.update(part.tokens)
            rows.update(part.rows)
        state: Vocabulary = found.state or Vocabulary()
        usual = special_tokens.usual_of(tokens, rows)
        if any(usual.get(group) != held for group, held in state.usual.items()):
            self._withdraw(found)  # the sample took a token for usual that all rows together do not
            usual = {}
        found.state = replace(state, usual={group: usual[group] for group in state.usual if group in usual})
        if context.wants("TOK002"):
            found.whole += _open_questions(tokens, rows)
            found.counts["TOK002"] = found.counts.get("TOK002", 0) + len(found.whole)
        prompts = [(info.file, part.system) for info, part in gathered if part.system is not None]
        total = sum(info.rows for info in context.files)
        remark = token_waste.repeated_system_prompt(prompts, total, context)
        if remark is not None:
            found.whole.append(remark)
            found.counts[token_waste.CODE] = found.counts.get(token_waste.CODE, 0) + 1
        return found

    def _withdraw(self, found: Combined) -> None:
        for hits in found.hits:
            hits.pop("TOK002", None)
        found.counts.pop("TOK002", None)


def _with_tokens(chunk: Chunk, state: Vocabulary) -> list[int]:
    """Rows with the letters of any special token; looked for once a chunk."""
    key = "rows with special tokens"
    if key not in chunk.memo:
        literals = [*special_tokens.LITERALS, *(state.extra if state else ())]
        text = pl.col("text")
        may = text.str.contains_any(["<", "["])
        hit = chunk.texts.filter(may).filter(text.str.contains_any(literals))
        chunk.memo[key] = sorted(hit["row"].unique().to_list())
    found: list[int] = chunk.memo[key]
    return found


def _open_questions(
    tokens: Counter[tuple[str, str, str]], rows: Counter[tuple[str, str]]
) -> Iterator[Finding]:
    """A purpose for which no token is usual: all of them with their shares, for a person to choose."""
    for group, total in sorted(rows.items()):
        held = {token: n for (kind, purpose, token), n in tokens.items() if (kind, purpose) == group}
        if (
            len(held) < 2
            or total < special_tokens.USUAL_ROWS
            or special_tokens.usual_of(tokens, {group: total})
        ):
            continue
        shares = sorted(held.items(), key=lambda each: (-each[1], each[0]))
        told = ", ".join(f"{n / total:.0%} {token}" for token, n in shares[:4])
        kind, purpose = group
        where = {"prompt": "prompts", "answer": "answers", "whole": "texts"}[kind]
        evidence = {"purpose": purpose, "kind": kind, "tokens": [{"token": t, "rows": n} for t, n in shares]}
        yield Finding("TOK002", f"the {where} have different tokens for {purpose}: {told}", evidence=evidence)


FAMILY = Tokens()
