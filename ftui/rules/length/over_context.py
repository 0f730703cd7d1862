"""LEN005 over-context: rows with more tokens than the model's context. Part of the LEN family.

For that family: `survey` in its survey, rows of `suspects` besides its own, `findings` of each row, and
`skipped` in what it settles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftui.dataset.example import Example
from ftui.model.tokenizer import ESTIMATE_MARGIN
from ftui.project.settings import Severity
from ftui.rules import token_counts
from ftui.rules.chunk import Chunk
from ftui.rules.rule import Context, Finding
from ftui.rules.stop_signal.cut_answers_pages import LEN005 as RULE

__all__ = ["RULE", "findings", "skipped", "survey", "suspects"]


def survey(sample: Sequence[Chunk], context: Context) -> None:
    """Settle the tokenizer, the template and the context of the run, where a model is named."""
    if context.wants(RULE.code) and (context.project.model.gguf or context.project.model.tokenizer):
        token_counts.setup(sample, context)


def skipped(context: Context) -> str | None:
    """Why the rule cannot run; None where it can."""
    model = context.project.model
    if model.gguf is None and model.tokenizer is None:
        return "no model says how long its context is: gguf or tokenizer under [model] in ftui.toml"
    found = token_counts.of(context)
    if found.fault:
        return found.fault
    return None if found.context else "the files under [model] do not say how long the model's context is"


def suspects(chunk: Chunk, context: Context) -> list[int]:
    """Numbers of the rows that may be longer than the context."""
    if not context.wants(RULE.code) or skipped(context):
        return []
    held = token_counts.of(context).context
    return token_counts.may_exceed(chunk, held[0], context)["row"].to_list() if held else []


def findings(example: Example, context: Context) -> Iterator[Finding]:
    """The finding of one row, if it is longer than the context."""
    if not context.wants(RULE.code) or skipped(context):
        return
    found = token_counts.of(context)
    if found.context is None or not token_counts.row_may_exceed(example, found.context[0], found):
        return
    limit, where = found.context
    length = token_counts.length(example, found)
    estimated = length.recipe.kind == "estimate"
    if length.tokens > limit * (ESTIMATE_MARGIN if estimated else 1.0):
        counted = "about " if estimated else ""
        message = (
            f"{counted}{length.tokens:,} tokens where the model's context has {limit:,} ({where}; "
            f"{'estimate' if estimated else 'counted by ' + length.recipe.shown})"
        )
        evidence = {
            "tokens": length.tokens,
            "context": limit,
            "said_by": where,
            "tokenizer": length.recipe.shown,
            "template": length.found_in,
        }
        severity: Severity | None = "warning" if estimated else None
        yield Finding(RULE.code, message, evidence=evidence, severity=severity)
