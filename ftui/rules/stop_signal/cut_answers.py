"""STP008 answer-cut-by-max-length: rows that training cuts before their answer ends. Part of the STP family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftui.dataset.example import ANSWER_ROLES, Example, Text
from ftui.model.tokenizer import ESTIMATE_MARGIN
from ftui.project.settings import Severity
from ftui.rules import token_counts
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import rows_of
from ftui.rules.rule import Context, Finding
from ftui.rules.stop_signal.cut_answers_pages import STP008 as RULE
from ftui.rules.token_counts import Length

__all__ = ["RULE", "findings", "skipped", "survey", "verdicts"]


def survey(sample: Sequence[Chunk], context: Context) -> None:
    """Settle the tokenizer and the template of the run, where the rule has a limit to hold rows against."""
    if context.project.training.max_seq_length and context.wants(RULE.code):
        token_counts.setup(sample, context)


def skipped(context: Context) -> str | None:
    """Why the rule cannot run; None where it can."""
    if not context.project.training.max_seq_length:
        return "no max_seq_length under [training] in ftui.toml"
    return token_counts.of(context).fault or None


def verdicts(chunk: Chunk, context: Context) -> Iterator[tuple[int, Severity]]:
    """The rows of a chunk that have a finding, and how severe each is.

    Rows far above the limit need no rendering: a template only adds to their tokens, and at most a known number.
    """
    limit = context.project.training.max_seq_length
    if not limit or not context.wants(RULE.code) or skipped(context):
        return
    found = token_counts.of(context)
    estimated = found.recipe.kind == "estimate"
    over = limit * ESTIMATE_MARGIN if estimated else limit
    sure_kind = found.template.kind != "training"  # such a template may leave the system prompt out
    unsure: list[int] = []
    for row, tokens, last, texts, plain in token_counts.may_exceed(chunk, limit, context).iter_rows():
        if last is None or not plain or not sure_kind or tokens - texts <= over:
            unsure.append(row)
        elif estimated or tokens - last + found.around + found.a_turn * texts < limit:
            yield row, "warning"
        elif tokens - last - texts >= limit:
            yield row, "error"
        else:
            unsure.append(row)
    for each in rows_of(chunk, unsure):
        for finding in findings(each.example, context) if each.example else ():
            yield each.place.row, finding.severity or RULE.severity


def findings(example: Example, context: Context) -> Iterator[Finding]:
    """The finding of one row, if it loses anything of its last answer."""
    limit = context.project.training.max_seq_length
    answer = next((text for text in reversed(example.texts) if _is_answer(text)), None)
    if not limit or answer is None or not context.wants(RULE.code) or skipped(context):
        return
    found = token_counts.of(context)
    if not token_counts.row_may_exceed(example, limit, found):
        return
    length = token_counts.length(example, found)
    margin = ESTIMATE_MARGIN if length.recipe.kind == "estimate" else 1.0
    if length.prompt + length.answer > limit * margin:
        # Only who looks at the row wants to know the place: it takes the slower, exact tokenizer.
        before = token_counts.kept(example, found, limit) if context.fetch is not None else -1
        yield _finding(answer, length, limit, before)


def _is_answer(text: Text) -> bool:
    return (text.role in ANSWER_ROLES and text.role != "rejected") or text.role == "label"


def _finding(answer: Text, length: Length, limit: int, kept: int) -> Finding:
    estimated = length.recipe.kind == "estimate"
    total, about = length.prompt + length.answer, "about " if estimated else ""
    lost = min(total - limit, length.answer)
    counted = "estimate" if estimated else f"counted by {length.recipe.shown}"
    whole = length.prompt >= limit and not estimated
    if whole:
        what = f"the prompt alone has {length.prompt:,} tokens and fills max_seq_length {limit:,}: nothing of"
        message = f"{what} the answer is trained on ({counted})"
    else:
        what = f"{about}{total:,} tokens where max_seq_length is {limit:,}: the answer loses its last {about}{lost:,}"
        message = f"{what} and its end ({counted})"
    evidence = {
        "tokens": total,
        "limit": limit,
        "prompt_tokens": length.prompt,
        "answer_tokens": length.answer,
        "lost_tokens": lost,
        "tokenizer": length.recipe.shown,
        "template": length.found_in,
    }
    start = 0 if whole else _cut(answer.text, kept)
    end = len(answer.text) if start is not None else None
    severity: Severity = "error" if whole else "warning"
    return Finding(RULE.code, message, answer.field, start, end, evidence, severity=severity)


def _cut(text: str, kept: int) -> int | None:
    """Where in the answer training stops reading; None where that is not known, or only the end token is lost."""
    if kept < 0:
        return None
    start = len(text) - len(text.lstrip()) + kept
    return start if start < len(text) else None
