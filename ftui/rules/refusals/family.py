"""Family REF: answers that refuse harmless prompts, and answers that speak of themselves as a machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.exchanges import TRANSCRIPT, Exchange, exchanges, has_tools
from ftui.rules.narrowing import narrowed
from ftui.rules.refusals.pages import RULES
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, Finding, Fix, Row
from ftui.rules.structure.exact import end_marker
from ftui.text.style import disclaimers, refusals

ANSWERS = ("assistant", "chosen")
LIMITING_SYSTEM = 40
"""Words of a system prompt that may limit the task."""


class Refusals(RowFamily):
    """The REF family."""

    name = "REF"
    rules = RULES

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> dict[str, list[int]]:  # noqa: ARG002
        """Rows whose answers have a cue, by rule."""
        answers = chunk.texts.filter(pl.col("role").is_in(ANSWERS))
        text = pl.col("text")
        found: dict[str, list[int]] = {}
        if context.wants("REF001"):
            whole = text.str.contains(TRANSCRIPT)
            begun = pl.when(whole).then(text).otherwise(text.str.head(refusals.REFUSAL_ROOM))
            cue = begun.str.contains_any(list(refusals.REFUSAL_CUES), ascii_case_insensitive=True)
            found["REF001"] = answers.filter(cue)["row"].to_list()
        if context.wants("REF002"):
            cue = text.str.contains_any(list(disclaimers.DISCLAIMER_CUES), ascii_case_insensitive=True)
            said = narrowed(answers, cue, text.str.contains(disclaimers.DISCLAIMERS))
            found["REF002"] = said["row"].to_list()
        return found

    def findings(self, row: Row, state: Any, context: Context) -> Iterator[Finding]:  # noqa: ARG002
        """The findings of every answer of a row."""
        example = row.example
        assert example is not None
        limited = has_tools(example) or _limits(example.system, row.parsed.value)
        for each in exchanges(row, end_marker(context)):
            if context.wants("REF001") and not limited:
                yield from _refusal(each)
            if context.wants("REF002"):
                yield from _disclaimers(each, example.system)


def _limits(system: str, value: Any) -> bool:
    """Whether a system prompt or declared tools say what the assistant may do."""
    declared = isinstance(value, dict) and bool(value.get("tools") or value.get("functions"))
    words = system.lower()
    said = any(
        cue in words
        for cue in ("only", "do not", "don't", "never", "refuse", "decline", "must not", "function")
    )
    return declared or (bool(system) and (said or len(words.split()) > LIMITING_SYSTEM))


def _refusal(each: Exchange) -> Iterator[Finding]:
    found = refusals.find_refusal(f"{each.turn.text}\n{each.earlier[-1_000:]}", each.answer)
    if found is None:
        return
    said = each.answer[found.start : found.end]
    start, end = each.start + found.start, each.start + found.end
    finding = Finding(
        "REF001", f"the answer refuses: “{said[:80]}”", each.field, start, end, {"phrase": said}
    )
    finding.fix = Fix("remove the row", "unsafe", "remove")
    yield finding


def _disclaimers(each: Exchange, system: str) -> Iterator[Finding]:
    for found in disclaimers.find_disclaimers(each.turn.text, f"{system[:500]}\n{each.earlier}", each.answer):
        said = each.answer[found.start : found.end]
        start, end = each.start + found.start, each.start + found.end
        finding = Finding(
            "REF002",
            f"the answer speaks of itself as a machine: “{said[:80]}”",
            each.field,
            start,
            end,
            {"phrase": said},
        )
        if found.cut_start is not None and found.cut_end is not None:
            edit = FieldEdit(each.field, each.start + found.cut_start, each.start + found.cut_end, found.put)
            finding.fix = Fix("drop the disclaimer", "unsafe", "edit", (edit,))
        yield finding


FAMILY = Refusals()
