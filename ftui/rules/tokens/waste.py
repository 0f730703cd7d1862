"""TOK003 token-waste: JSON tables, runs of blanks, indented JSON answers, long system prompts. Of the TOK family."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import polars as pl

from ftui.dataset.example import ANSWER_ROLES, Example, Text
from ftui.dataset.record import FieldEdit
from ftui.model import tokenizer
from ftui.rules import token_counts
from ftui.rules.chunk import Chunk, without_surrogates
from ftui.rules.rule import Context, Finding, Fix
from ftui.rules.stop_signal.end_marker import Ending
from ftui.text import markers, waste
from ftui.text.waste import Table

CODE = "TOK003"
TABLE_TOKENS, TABLE_SHARE = 30, 0.3
"""A table is worth a remark when TOON saves at least so many tokens, and such a share of them."""
JSON_TOKENS, JSON_SHARE = 20, 0.2
SYSTEM_TOKENS, SYSTEM_SHARE, SYSTEM_ROWS = 200, 0.5, 10
TABLE_ROLES = ("system", "user", "tool")
_SPEAKS_OF_JSON = re.compile(r"json", re.I)
_FENCE_OF_JSON = re.compile(r"```json", re.I)
_WANTS_BLANKS = re.compile(r"\b(?:indent\w*|pretty|readable|format\w*|beautif\w*)\b", re.I)
_TABLE = r"\[\s*\{\s*\""
_BLANKS = r"[ \t\u00a0]{8}|\n[ \t]*\r?\n[ \t]*\r?\n[ \t]*\r?\n"
_INDENTED = r"^\s*[\[{]\s*\n"


class SystemPrompt(NamedTuple):
    """The commonest system prompt of a chunk: its rows, and where the first of them is."""

    digest: int
    rows: int
    first: int


class Saving(NamedTuple):
    """A table, its text as TOON, and the tokens of both."""

    text: Text
    table: Table
    toon: str
    before: int
    after: int


def table_suspects(chunk: Chunk) -> Iterable[int]:
    """Rows with something that looks like a JSON table in a prompt."""
    found: list[int] = chunk.texts.filter(_may_be_table())["row"].unique().to_list()
    return found


def _may_be_table() -> pl.Expr:
    text = pl.col("text")
    long = text.str.len_bytes() >= 2 * TABLE_TOKENS
    return pl.col("role").is_in(TABLE_ROLES) & long & text.str.contains(_TABLE)


def suspects(chunk: Chunk) -> Iterable[int]:
    """Rows with something that looks like a table, a run of blanks or indented JSON."""
    text, role = pl.col("text"), pl.col("role")
    table = _may_be_table()
    indented = role.is_in(list(ANSWER_ROLES)) & text.str.contains(_INDENTED)
    blank = text.str.contains(_BLANKS)
    found: list[int] = chunk.texts.filter(table | indented | blank)["row"].unique().to_list()
    return found


def findings(example: Example, context: Context) -> Iterator[Finding]:
    """The remarks about one row, in no order."""
    recipe = token_counts.of(context).recipe
    price = context.project.token_price
    for saving in savings(example, recipe):
        yield _table(saving, recipe, price)
    for text in example.texts:
        if text.role in (*TABLE_ROLES, *ANSWER_ROLES):
            yield from _blanks(text)
    yield from _indented(example, context, recipe)


def savings(example: Example, recipe: tokenizer.Recipe) -> Iterator[Saving]:
    """The tables of a row's prompts that are worth writing as TOON."""
    held = [
        (text, waste.tables(text.text))
        for text in example.texts
        if text.role in TABLE_ROLES and "[" in text.text
    ]
    if not any(tables for _, tables in held) or _json_is_the_subject(example, held):
        return
    counter = tokenizer.counter(recipe)
    for text, tables in held:
        for table in tables:
            toon = waste.as_toon(table.value)
            if toon is None:
                continue
            json_text = without_surrogates(text.text[table.start : table.end])
            before, after = counter.counts([json_text, without_surrogates(toon)])
            if before - after >= max(TABLE_TOKENS, TABLE_SHARE * before):
                yield Saving(text, table, toon, before, after)


def _json_is_the_subject(example: Example, held: list[tuple[Text, list[Table]]]) -> bool:
    """The prompt speaks of JSON, or the answer is JSON: then the form of the table matters."""
    inside = {text.field: tables for text, tables in held}
    for text in example.texts:
        if text.role in ("system", "user"):
            rest = text.text
            for table in reversed(inside.get(text.field, [])):
                rest = rest[: table.start] + rest[table.end :]
            if _SPEAKS_OF_JSON.search(_FENCE_OF_JSON.sub("", rest)):
                return True
    answers = [text.text for text in example.texts if text.role in ANSWER_ROLES]
    return any(
        _FENCE_OF_JSON.sub("", answer).lstrip("` \n\t")[:1] in ("{", "[") for answer in answers if answer
    )


def _table(saving: Saving, recipe: tokenizer.Recipe, price: float | None) -> Finding:
    text, table, toon, before, after = saving
    saved = before - after
    evidence = {
        "kind": "table", "tokens": before, "tokens_as_toon": after, "saved": saved, "tokenizer": recipe.shown,
        "toon": toon[:400],
    }  # fmt: skip
    money = ""
    if price:
        evidence["saved_per_million_rows"] = round(saved * price, 2)
        money = f", {saved * price:,.2f} for a million such rows"
    less = f"{saved / before:.0%} less{money} ({recipe.shown})"
    message = f"a JSON table of {before:,} tokens would be {after:,} as TOON: {less}"
    edits = [FieldEdit(text.field, table.start, table.end, _placed(text.text, table, toon))]
    if table.fence is not None and table.fence.language == "json":
        line = text.text[table.fence.start : table.fence.code_start]
        start = table.fence.start + line.lower().index("json")
        edits.insert(0, FieldEdit(text.field, start, start + 4, "toon"))
    fix = Fix("write the table as TOON", "unsafe", "edit", tuple(edits))
    return Finding(CODE, message, text.field, table.start, table.end, evidence, fix=fix)


def _placed(text: str, table: Table, toon: str) -> str:
    """TOON needs lines of its own."""
    before = text[: table.start].rstrip(" \t")
    after = text[table.end :]
    lead = "" if not before or before.endswith("\n") else "\n"
    return lead + toon + ("" if not after.strip(" \t") or after.lstrip(" \t")[:1] in "\r\n" else "\n")


def _blanks(text: Text) -> Iterator[Finding]:
    runs = [*waste.blanks(text.text)] if "    " in text.text or "\n" in text.text or "\t" in text.text else []
    if runs:
        edits = tuple(FieldEdit(text.field, run.start, run.end, run.better) for run in runs)
        characters = sum(run.end - run.start for run in runs)
        message = (
            f"{characters:,} blanks and line ends in {len(runs)} run{'s' * (len(runs) > 1)} that say nothing"
        )
        evidence: dict[str, Any] = {"kind": "blanks", "runs": len(runs), "characters": characters}
        fix = Fix("collapse the blanks", "unsafe", "edit", edits)
        yield Finding(CODE, message, text.field, runs[0].start, runs[0].end, evidence, fix=fix)


def _indented(example: Example, context: Context, recipe: tokenizer.Recipe) -> Iterator[Finding]:
    ending = context.surveys.get("STP")
    marker = (ending.marker if isinstance(ending, Ending) else context.project.stop.end_marker) or ""
    for text in example.texts:
        if text.role not in ANSWER_ROLES or text.text.lstrip()[:1] not in ("{", "["):
            continue
        body = text.text.rstrip()
        if marker and body.endswith(marker):
            body = body[: -len(marker)].rstrip()
        elif (tail := markers.known_at_end(body)) is not None:
            body = body[: tail.start].rstrip()
        compact = waste.compact_json(body)
        if compact is None or _WANTS_BLANKS.search(f"{example.system}\n{example.prompt}"):
            continue
        before, after = tokenizer.counter(recipe).counts(
            [without_surrogates(body), without_surrogates(compact)]
        )
        if before - after >= max(JSON_TOKENS, JSON_SHARE * before):
            start = len(body) - len(body.lstrip())
            evidence = {
                "kind": "indented JSON", "tokens": before, "tokens_compact": after, "saved": before - after,
                "tokenizer": recipe.shown,
            }  # fmt: skip
            share = f"{before - after:,} of its {before:,} tokens are blanks ({recipe.shown})"
            message = f"an answer of indented JSON: {share}"
            fix = Fix(
                "write it without indentation",
                "unsafe",
                "edit",
                (FieldEdit(text.field, start, len(body), compact),),
            )
            yield Finding(CODE, message, text.field, start, len(body), evidence, fix=fix)


def commonest_system_prompt(chunk: Chunk) -> SystemPrompt | None:
    """The system prompt that most rows of a chunk have, if it is long enough to matter."""
    system = pl.col("system")
    long = chunk.rows.lazy().filter(system.str.len_bytes() >= SYSTEM_TOKENS // 4)
    found = long.group_by("system").agg(pl.len().alias("rows"), pl.col("row").min().alias("first"))
    top = found.sort("rows", "first", descending=[True, False]).head(1).collect()
    if not len(top):
        return None
    text, rows, first = top.row(0)
    return SystemPrompt(_digest(text), rows, first)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def repeated_system_prompt(
    prompts: Iterable[tuple[int, SystemPrompt]], rows: int, context: Context
) -> Finding | None:
    """The remark about the whole data, from (file, commonest system prompt) of every chunk."""
    seen: Counter[int] = Counter()
    places: dict[int, tuple[int, int]] = {}
    for file, prompt in prompts:
        seen[prompt.digest] += prompt.rows
        places.setdefault(prompt.digest, (file, prompt.first))
    if not seen or context.fetch is None:
        return None
    ((digest, count),) = seen.most_common(1)
    if count < SYSTEM_ROWS or count < SYSTEM_SHARE * rows:
        return None
    example = context.fetch(*places[digest]).example
    recipe = token_counts.of(context).recipe
    tokens = tokenizer.counter(recipe).counts([without_surrogates(example.system)])[0] if example else 0
    if tokens < context.option(CODE, "system_tokens", SYSTEM_TOKENS):
        return None
    total, price = tokens * count, context.project.token_price
    evidence = {
        "kind": "system prompt",
        "tokens": tokens,
        "rows": count,
        "all_tokens": total,
        "tokenizer": recipe.shown,
    }
    money = ""
    if price:
        evidence["price"] = round(total * price / 1e6, 2)
        money = f", {total * price / 1e6:,.2f} an epoch"
    message = (
        f"the same system prompt of {tokens:,} tokens stands in {count:,} of {rows:,} rows: {total:,} tokens an "
        f"epoch{money} ({recipe.shown})"
    )
    return Finding(CODE, message, evidence=evidence)
