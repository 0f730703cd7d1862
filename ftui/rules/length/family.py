"""Family LEN: answers that are too long, too short, in a loop, or wrapped in phrases that say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.exchanges import TRANSCRIPT, Exchange, exchanges, has_tools
from ftui.rules.length import bounds as length_bounds
from ftui.rules.length import loop_suspects, over_context
from ftui.rules.length.bounds import LABEL_MOST, Lengths
from ftui.rules.length.pages import RULES
from ftui.rules.narrowing import narrowed
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row
from ftui.rules.structure.exact import end_marker
from ftui.text.blank import STRAY
from ftui.text.markers import KNOWN
from ftui.text.style import asked_length, filler, given_text, loops, padding, short_answer
from ftui.text.style.prompt_topics import wants_long, wants_repetition

ANSWERS = ("assistant", "chosen")
SPREAD = 4.0
WALL_WORDS = 150
SHORT_WORDS, SHORT_MEDIAN = 6, 40
FAR_KINDS = frozenset(("explanation", "writing"))
"""Kinds of prompts whose answers are measured against the median."""
LONG_PROMPT = 100
TAIL = 200
"""Characters at the end of an answer in which a closer has its cue, the end marker behind it."""
SHOWN = 60
"""Characters of a match that evidence shows."""


class Length(RowFamily):
    """The LEN family."""

    name = "LEN"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Lengths:
        """How long the answers of each kind are."""
        over_context.survey(sample, context)
        return length_bounds.learn(
            (example.prompt, example.answer or example.label or "")
            for chunk in sample
            for example in chunk.examples
            if example is not None
        )

    def suspects(self, chunk: Chunk, state: Lengths, context: Context) -> dict[str, set[int]]:
        """Rows whose answers have a cue of some rule, or an odd length, by rule."""
        answers = chunk.texts.filter(pl.col("role").is_in(ANSWERS))
        transcripts = _rows(answers.filter(pl.col("text").str.contains(TRANSCRIPT)))
        found = {over_context.RULE.code: set(over_context.suspects(chunk, context))}
        if context.wants("LEN001"):
            found["LEN001"] = transcripts.union(_perhaps_long(chunk, answers, state, context))
        if context.wants("LEN002"):
            found["LEN002"] = transcripts.union(_perhaps_short(chunk, answers, state, context))
        if context.wants("LEN003"):
            found["LEN003"] = loop_suspects.rows(answers)
        if context.wants("LEN004"):
            head, tail = pl.col("text").str.head(filler.OPENING_CUE_ROOM), pl.col("text").str.tail(TAIL)
            opens = head.str.contains_any(list(filler.OPENING_CUES), ascii_case_insensitive=True)
            closes = tail.str.contains_any(list(filler.CLOSING_CUES), ascii_case_insensitive=True)
            found["LEN004"] = transcripts | _rows(answers.filter(opens | closes))
        return found

    def findings(self, row: Row, state: Lengths, context: Context) -> Iterator[Finding]:
        """The findings of every answer of a row."""
        example = row.example
        assert example is not None
        long, short = context.wants("LEN001"), context.wants("LEN002")
        loop, phrase = context.wants("LEN003"), context.wants("LEN004")
        if long and example.label is not None and state.labels and len(example.label.split()) > LABEL_MOST:
            field = next((text.field for text in example.texts if text.role == "label"), "")
            yield _label_too_long(field, example.label)
        beside_tools = has_tools(example)
        several = len(found := exchanges(row, end_marker(context))) > 1
        for each in found:
            if long:
                yield from _long(each, example.system, state, context)
            if short and not beside_tools:
                yield from _short(each, state, context)
            if loop:
                yield from _loops(each)
            if phrase:
                yield from _filler(each, several=several or beside_tools)
        yield from over_context.findings(example, context)

    def settle(self, gathered: list[tuple[ChunkInfo, Any]], found: Combined, context: Context) -> Combined:  # noqa: ARG002
        """Say why rows are not measured against the model's context."""
        reason = over_context.skipped(context)
        if reason is not None and context.wants(over_context.RULE.code):
            found.skipped[over_context.RULE.code] = reason
        return found


def _rows(texts: pl.DataFrame) -> set[int]:
    return set(texts["row"].to_list())


def _perhaps_long(chunk: Chunk, answers: pl.DataFrame, state: Lengths, context: Context) -> Iterator[int]:
    text, role = pl.col("text"), pl.col("role")
    stock = [*padding.STOCK, *(each.replace("'", "’") for each in padding.STOCK if "'" in each)]
    long = answers.filter(text.str.len_bytes() >= 2 * padding.LEAST_WORDS)
    some = text.str.contains_any(stock, ascii_case_insensitive=True)
    several = text.str.find_many(stock, ascii_case_insensitive=True).list.len() >= padding.PHRASES
    yield from narrowed(long, some, several)["row"].to_list()
    yield from answers.filter(_outlying(state, context) | _beyond_limits(context))["row"].to_list()
    yield from narrowed(long, _spaced(padding.RESTATED_WORDS), _wall())["row"].to_list()
    asking = chunk.texts.filter(role.is_in(["user", "system"]))
    asks = text.str.contains_any(list(asked_length.CUES), ascii_case_insensitive=True)
    yield from narrowed(asking, asks, text.str.contains(asked_length.LIMIT_CUE))["row"].to_list()
    labels = (role == "label") & (text.str.len_bytes() > 2 * LABEL_MOST)
    yield from chunk.texts.filter(labels)["row"].to_list()


def _spaced(words: int) -> pl.Expr:
    """Texts that may have so many words: the plain spaces are counted at once, the others only beyond ASCII."""
    text = pl.col("text")
    gaps = pl.sum_horizontal(text.str.count_matches(gap, literal=True) for gap in (" ", "\n", "\t"))
    return (gaps + 1 >= words) | (text.str.len_bytes() != text.str.len_chars())


def _wall() -> pl.Expr:
    """Texts of many words in so few lines that sentences may only restate others."""
    text = pl.col("text")
    words = text.str.count_matches(r"[\s\x1c-\x1f]+") + 1
    lines = text.str.count_matches(r"\S[^\n]*")
    return (words >= padding.RESTATED_WORDS) & (words > padding.WALL_WORDS * lines)


def _perhaps_short(chunk: Chunk, answers: pl.DataFrame, state: Lengths, context: Context) -> Iterator[int]:
    text = pl.col("text")
    marker = end_marker(context)
    short = answers.filter(text.str.len_bytes() <= short_answer.LONGEST + len(marker.encode()) + 8)
    short = short.select("row", text=_bare(marker)).with_columns(words=text.str.count_matches(r"\S+"))
    asked = chunk.texts.filter(
        (pl.col("role") == "user") & pl.col("row").is_in(short["row"].unique().implode())
    )
    yield from _both(short.filter(text.str.contains(short_answer.NOTHING)), asked, short_answer.TASK)
    yield from _both(short, asked, short_answer.COUNTED)
    for most, pattern in (
        (short_answer.EXPLANATION_WORDS, short_answer.EXPLAIN),
        (short_answer.WRITING_WORDS, short_answer.WRITING),
        (short_answer.CODE_WORDS, short_answer.CODE_ASKED),
    ):
        yield from _both(short.filter(pl.col("words") <= most), asked, pattern)
    if state.bounds.keys() & FAR_KINDS:
        yield from _both(short.filter(pl.col("words") <= SHORT_WORDS), asked, length_bounds.FAR_CUE)
    yield from answers.filter(_below_floors(context))["row"].to_list()


def _both(short: pl.DataFrame, asked: pl.DataFrame, pattern: str) -> Iterator[int]:
    """The rows of short answers that have a prompt of some kind."""
    if len(short):
        of_short = pl.col("row").is_in(short["row"].unique().implode())
        yield from narrowed(asked, of_short, pl.col("text").str.contains(pattern))["row"].to_list()


def _bare(marker: str) -> pl.Expr:
    """`exchanges.bare` for a column of texts."""
    ends = "|".join(map(re.escape, (marker, *KNOWN) if marker else KNOWN))
    stripped = pl.col("text").str.strip_chars(STRAY)
    return stripped.str.replace(rf"(?:{ends})\z", "").str.strip_chars(STRAY)


def _outlying(state: Lengths, context: Context) -> pl.Expr:
    """Texts with so many words that they may be outliers."""
    if state.labels:
        words = float(LABEL_MOST)
    elif state.bounds:
        spread = context.option("LEN001", "spread", SPREAD)
        words = max(float(WALL_WORDS), min(bound.above(spread) for bound in state.bounds.values()))
    else:
        return pl.lit(value=False)
    text = pl.col("text")
    return (text.str.len_bytes() > 2 * words) & (text.str.count_matches(r"\s") >= words)


def _beyond_limits(context: Context) -> pl.Expr:
    characters = context.option("LEN001", "max_characters", 0)
    words = context.option("LEN001", "max_words", 0)
    beyond = pl.lit(value=False)
    if characters:
        beyond |= pl.col("text").str.len_bytes() > characters
    if words:
        beyond |= pl.col("text").str.len_bytes() > 2 * words
    return beyond


def _below_floors(context: Context) -> pl.Expr:
    characters = context.option("LEN002", "min_characters", 0)
    words = context.option("LEN002", "min_words", 0)
    below = pl.lit(value=False)
    if characters:
        below |= pl.col("text").str.len_chars() < characters + 100
    if words:
        below |= pl.col("text").str.count_matches(r"\S+") < words + 20
    return below


def _finding(code: str, each: Exchange, message: str, start: int, end: int, **evidence: object) -> Finding:
    return Finding(code, message, each.field, each.start + start, each.start + end, dict(evidence))


def _label_too_long(field: str, label: str) -> Finding:
    words = len(label.split())
    message = f"a label of {words} words, where nearly all others have at most {length_bounds.LABEL_WORDS}"
    return Finding("LEN001", message, field, 0, len(label), {"words": words, "reason": "outlier"})


# LEN001


def _long(each: Exchange, system: str, state: Lengths, context: Context) -> Iterator[Finding]:
    """At most one finding: the surest reason."""
    told = (
        _over_project_limit(each, context)
        or _over_asked_limit(each, system)
        or _padded(each)
        or _outlier(each, state, context)
    )
    if told is not None:
        yield told


def _over_project_limit(each: Exchange, context: Context) -> Finding | None:
    for unit, name in (("character", "max_characters"), ("word", "max_words")):
        most = context.option("LEN001", name, 0)
        held = len(each.answer) if unit == "character" else len(each.answer.split())
        if most and held > most:
            message = f"{held} {unit}s, more than the {most:g} that ftui.toml allows"
            return _finding(
                "LEN001", each, message, 0, len(each.answer), limit=most, unit=unit, measured=held
            )
    return None


def _over_asked_limit(each: Exchange, system: str) -> Finding | None:
    for limit in (*asked_length.limits(each.turn.text), *asked_length.limits(system)):
        held = asked_length.measure(each.answer, limit.unit)
        if held > limit.most:
            message = f"{held} {limit.unit}{'s' * (held != 1)}, where the prompt asks for “{limit.said}”"
            return _finding(
                "LEN001", each, message, 0, len(each.answer), asked=limit.said, unit=limit.unit, measured=held
            )
    return None


def _padded(each: Exchange) -> Finding | None:
    found = padding.find(each.answer)
    if found is None or wants_repetition(each.turn.text):
        return None
    start, end = found.spans[0]
    phrases = [each.answer[a:b].strip()[:SHOWN] for a, b in found.spans[:8]]
    return _finding("LEN001", each, f"padded: {found.reason}", start, end, reason="padded", phrases=phrases)


def _outlier(each: Exchange, state: Lengths, context: Context) -> Finding | None:
    words = len(each.answer.split())
    if words <= (LABEL_MOST if state.labels else WALL_WORDS - 1):
        return None
    bound = state.of(kind := length_bounds.kind(each.turn.text))
    if bound is None:
        return None
    if state.labels:
        if wants_long(each.turn.text):
            return None
        message = f"{words} words, where nearly all answers are labels of at most {length_bounds.LABEL_WORDS}"
        return _finding("LEN001", each, message, 0, len(each.answer), reason="outlier", words=words)
    spread = context.option("LEN001", "spread", SPREAD)
    if words <= bound.above(spread) or padding.structured(each.answer):
        return None
    if wants_long(each.turn.text) or len(each.turn.text.split()) >= LONG_PROMPT:
        return None
    message = (
        f"a wall of {words} words without structure, where answers of this kind ({kind}) "
        f"have a median of {bound.median:.0f}"
    )
    evidence = {
        "reason": "outlier",
        "kind": kind,
        "median": round(bound.median),
        "bound": round(bound.above(spread)),
    }
    return _finding("LEN001", each, message, 0, len(each.answer), words=words, **evidence)


# LEN002


def _short(each: Exchange, state: Lengths, context: Context) -> Iterator[Finding]:
    words = len(each.answer.split())
    for unit, name in (("character", "min_characters"), ("word", "min_words")):
        least = context.option("LEN002", name, 0)
        held = len(each.answer) if unit == "character" else words
        if held < least:
            message = f"{held} {unit}{'s' * (held != 1)}, fewer than the {least:g} that ftui.toml asks for"
            yield _finding(
                "LEN002", each, message, 0, len(each.answer), limit=least, unit=unit, measured=held
            )
            return
    found = short_answer.find(each.turn.texts[0] if each.turn.texts else "", each.answer)
    if found is not None:
        reason = found.reason
        yield _finding(
            "LEN002", each, f"too short: {reason}", 0, len(each.answer), reason=reason, words=words
        )
    elif words <= SHORT_WORDS and (far := _far_below(each, state)) is not None:
        message = f"{words} word{'s' * (words != 1)}, where such answers have a median of {far}"
        yield _finding(
            "LEN002", each, message, 0, len(each.answer), reason="outlier", words=words, median=far
        )


def _far_below(each: Exchange, state: Lengths) -> int | None:
    """The median of the kind where the answer lies far below it, else None."""
    kind = length_bounds.kind(each.turn.text)
    bound = state.bounds.get(kind)
    if kind not in FAR_KINDS or bound is None or bound.median < SHORT_MEDIAN:
        return None
    if len(each.answer.split()) >= bound.below(SPREAD) or not short_answer.may_be_judged(
        each.turn.text, each.answer
    ):
        return None
    return round(bound.median)


# LEN003


def _loops(each: Exchange) -> Iterator[Finding]:
    found = loops.loops(each.answer)
    if not found or wants_repetition(each.turn.text):
        return
    for loop in found:
        said = each.answer[loop.start : loop.kept].strip()
        if _repeated_by_prompt(said, each.turn.text) or _loop_given(each.turn.text):
            continue
        message = f"{loop.copies} times “{said[:SHOWN]}{'…' * (len(said) > SHOWN)}”"
        edits = tuple(FieldEdit(each.field, each.start + a, each.start + b, "") for a, b in loop.cuts)
        finding = _finding("LEN003", each, message, loop.start, loop.end, copies=loop.copies, kind=loop.kind)
        finding.evidence["repeated"] = said[:SHOWN]
        finding.fix = Fix("cut the loop: keep the first copy", "unsafe", "edit", edits)
        yield finding


def _repeated_by_prompt(said: str, prompt: str) -> bool:
    return prompt.lower().count(said.lower().strip(" .!?,")) >= 2


def _loop_given(prompt: str) -> bool:
    """Whether a text to translate or correct repeats itself."""
    return (text := given_text.given(prompt)) is not None and bool(loops.loops(text))


# LEN004


def _filler(each: Exchange, *, several: bool) -> Iterator[Finding]:
    prompt = each.turn.text
    found = filler.find(each.answer)
    if not found or filler.SMALL_TALK.fullmatch(prompt.strip()) or not prompt.strip():
        return
    for part in found:
        if part.where == "closer" and part.asks and several:
            continue
        if part.where == "opener" and filler.answers_yes_no(prompt):
            continue
        if filler.within_asked(prompt, each.answer, part):
            continue
        said = each.answer[part.start : part.end]
        message = f"the answer {'opens' if part.where == 'opener' else 'closes'} with “{said[:SHOWN]}”"
        finding = _finding("LEN004", each, message, part.start, part.end, phrase=said, where=part.where)
        edit = FieldEdit(each.field, each.start + part.cut_start, each.start + part.cut_end, "")
        finding.fix = Fix("drop the phrase", "unsafe", "edit", (edit,))
        yield finding


FAMILY = Length()
