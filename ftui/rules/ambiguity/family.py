"""Family AMB: prompts that point at nothing, ask several things or one of many, and answers that do not decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ftui.rules.ambiguity.pages import RULES
from ftui.rules.chunk import Chunk
from ftui.rules.exchanges import TRANSCRIPT, Exchange, exchanges, has_media, has_tools
from ftui.rules.narrowing import narrowed
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, Finding, Row
from ftui.rules.structure.exact import end_marker
from ftui.text.style import filler, hedging, missing_context, one_of_many, questions, references

ANSWERS = ("assistant", "chosen")
SYSTEM_WORDS = 40
"""A system prompt with more words may say what “it” is."""
SHORT_PROMPT, SHORT_ANSWER = 130, 420
"""Bytes beyond which a prompt has more than fourteen words, and an answer more than sixty."""
PROMPT_WORDS = 80
"""Words of a prompt beyond which its questions are not told apart."""
SHOWN = 80
_CONTEXT_KEYS = (
    "context",
    "document",
    "documents",
    "passage",
    "input",
    "history",
    "source",
    "table",
    "code",
    "article",
    "text",
)


class Ambiguity(RowFamily):
    """The AMB family."""

    name = "AMB"
    rules = RULES

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> dict[str, set[int]]:  # noqa: ARG002
        """Rows with short prompts, with cues, or with short answers that hedge, by rule."""
        text, size = pl.col("text"), pl.col("text").str.len_bytes()
        prompts = chunk.texts.filter((pl.col("role") == "user") & (text.str.strip_chars() != ""))
        answers = chunk.texts.filter(pl.col("role").is_in(ANSWERS))
        first = prompts.filter(pl.col("row").is_first_distinct())
        short = answers.filter(size <= SHORT_ANSWER)
        found: dict[str, set[int]] = {}
        if context.wants("AMB001"):
            names = text.str.contains(references.NAMING)
            points = text.str.to_lowercase().str.contains(references.POINTING)
            found["AMB001"] = _rows(narrowed(first, size <= SHORT_PROMPT, ~names, points))
        if context.wants("AMB004"):
            cue = text.str.contains_any(list(missing_context.CUES), ascii_case_insensitive=True)
            found["AMB004"] = _rows(narrowed(first, cue, _brief(), _speaks_of_it()))
        if context.wants("AMB003"):
            hedges = text.str.contains_any(list(hedging.CUES), ascii_case_insensitive=True)
            found["AMB003"] = _rows(short.filter(hedges))
        if context.wants("AMB002"):
            asks = (text.str.count_matches("?", literal=True) >= 2) | text.str.contains(questions.JOINED)
            brief = text.str.count_matches(r"\S+") <= PROMPT_WORDS
            several = narrowed(prompts, asks, brief, ~text.str.contains(questions.TEXT_TASK))
            found["AMB002"] = _rows(several) & _rows(short)
        if context.wants("AMB005"):
            many = text.str.contains_any(list(one_of_many.MANY_CUES), ascii_case_insensitive=True)
            one = narrowed(prompts, size <= SHORT_PROMPT, many, text.str.contains(one_of_many.ONE_OF_MANY))
            found["AMB005"] = _rows(one) & _rows(short)
        transcripts = _rows(answers.filter(text.str.contains(TRANSCRIPT)))
        return {code: rows | transcripts for code, rows in found.items()}

    def findings(self, row: Row, state: Any, context: Context) -> Iterator[Finding]:  # noqa: ARG002
        """The findings of every exchange of a row."""
        example = row.example
        assert example is not None
        if example.label is not None:
            return
        found = exchanges(row, end_marker(context))
        tools = has_tools(example)
        for each in found:
            if not each.turn.text.strip():
                continue
            if tools:
                continue
            if each.number == 0 and not each.earlier.strip() and _wants_open(context):
                yield from _open_prompt(each, row, context)
            if each.last:
                yield from _several(each, context)
            if context.wants("AMB003"):
                yield from _hedged(each, example.system, row)


def _rows(texts: pl.DataFrame) -> set[int]:
    return set(texts["row"].to_list())


def _brief() -> pl.Expr:
    return pl.col("text").str.count_matches(r"\S+") <= missing_context.INSTRUCTION_WORDS


def _speaks_of_it() -> pl.Expr:
    """`missing_context.missing` for a column of texts, without its exceptions."""
    return pl.any_horizontal(pl.col("text").str.contains(pattern) for pattern in missing_context.SPEAKING)


def _at(code: str, each: Exchange, start: int, end: int, message: str, **evidence: object) -> Finding:
    """A finding in the user turn, whose text may stand within a transcript."""
    said = each.turn.texts[0][start:end]
    if each.turn.field == each.field:  # a transcript: the turn has no field of its own
        return Finding(
            code, message, each.field, each.start, each.start, {"prompt": said[:SHOWN], **evidence}
        )
    return Finding(code, message, each.turn.field, start, end, {"prompt": said[:SHOWN], **evidence})


def _wants_open(context: Context) -> bool:
    return any(map(context.wants, ("AMB001", "AMB004", "AMB005")))


def _open_prompt(each: Exchange, row: Row, context: Context) -> Iterator[Finding]:
    """AMB001 or AMB004, and AMB005."""
    example = row.example
    assert example is not None
    alone = len(each.turn.texts) == 1 and not _has_context(row)
    prompt = each.turn.texts[0] if each.turn.texts else ""
    points = context.wants("AMB001") or context.wants("AMB004")
    if alone and points and len(example.system.split()) <= SYSTEM_WORDS:
        yield from _unresolved(each, prompt, context)
    if (
        alone
        and context.wants("AMB005")
        and (span := one_of_many.one_of_many(prompt, each.answer)) is not None
    ):
        message = f"many answers are right, one is taught: “{each.answer[:SHOWN]}”"
        yield _at("AMB005", each, *span, message, answer=each.answer[:SHOWN])


def _unresolved(each: Exchange, prompt: str, context: Context) -> Iterator[Finding]:
    if filler.SMALL_TALK.fullmatch(prompt.strip()) or references.asks_back(each.answer):
        return
    if (span := references.unresolved(prompt)) is not None:
        if context.wants("AMB001"):
            said = prompt[slice(*span)].strip()
            yield _at(
                "AMB001",
                each,
                *span,
                f"“{said[:SHOWN]}” refers to nothing in the row",
                reference=said[:SHOWN],
            )
    elif context.wants("AMB004") and (missing := missing_context.missing(prompt)) is not None:
        said = prompt[missing.start : missing.end]
        message = f"“{said[:SHOWN]}” speaks of {missing.kind}, which is not in the row"
        yield _at("AMB004", each, missing.start, missing.end, message, kind=missing.kind)


def _has_context(row: Row) -> bool:
    """Whether the row brings something besides its user turn: media, or a column with a text."""
    value = row.parsed.value
    if has_media(value):
        return True
    example = row.example
    assert example is not None
    named = {text.field for text in example.texts if text.role in ("user", "assistant", "chosen", "rejected")}
    if not isinstance(value, dict):
        return False
    return any(
        isinstance(value.get(key), str | list) and value.get(key)
        for key in _CONTEXT_KEYS
        if key in value and key not in named
    )


def _several(each: Exchange, context: Context) -> Iterator[Finding]:
    if not context.wants("AMB002") or len(each.turn.texts) > 1:
        return
    found = questions.left_out(each.turn.text, each.answer)
    if found is not None:
        said = each.turn.text[found.start : found.end].strip()
        message = f"of {found.questions} questions the answer leaves out “{said[:SHOWN]}”"
        yield _at(
            "AMB002", each, found.start, found.end, message, questions=found.questions, left_out=said[:SHOWN]
        )


def _hedged(each: Exchange, system: str, row: Row) -> Iterator[Finding]:
    if filler.SMALL_TALK.fullmatch(each.turn.text.strip()) or len(each.turn.texts) > 1 or _has_context(row):
        return
    found = hedging.find(each.turn.text, system, each.answer)
    if found is not None:
        said = each.answer[found.start : found.end]
        start, end = each.start + found.start, each.start + found.end
        message = f"the answer hedges and decides nothing: “{each.answer[:SHOWN]}”"
        yield Finding("AMB003", message, each.field, start, end, {"hedge": said, "hedges": found.hedges})


FAMILY = Ambiguity()
