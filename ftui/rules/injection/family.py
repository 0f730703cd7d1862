"""INJ: orders to the model, forged turns, recited system prompts and characters that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from ftui.dataset.example import Example, Text
from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.injection.pages import RULES
from ftui.rules.narrowing import narrowed
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, Finding, Fix, Row, Safety
from ftui.text import hidden, injections, leaked_prompt, personal_data, role_markers, secrets

LEAKED_WORDS = 10
_TOLD = ("user", "system", "tool", "other")
_TAGGED = ("system", "user", "assistant")
_SAYS_SO = re.compile(r"inject|jailbreak|attack|malicious|unsafe|adversarial|harmful", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
_SHARED = 5
"""Words that an answer must share with its system prompt before the two are compared."""


class Injection(RowFamily):
    """The INJ family."""

    name = "INJ"
    rules = RULES

    def suspects(self, chunk: Chunk, state: object, context: Context) -> Iterable[int]:  # noqa: ARG002
        """Rows with hidden characters, a phrase, a name tag, or an answer with words of the system prompt."""
        text, role = pl.col("text"), pl.col("role")
        texts = chunk.texts
        concealed = (text.str.len_bytes() != text.str.len_chars()) & text.str.contains(f"[{hidden.CLASS}]")
        tagged = text.str.contains_any(list(role_markers.CUES)) & role.is_in(_TAGGED)
        flagged = texts.filter(concealed | tagged)["row"].to_list()
        if context.wants("INJ001"):
            flagged += _ordered(texts.filter(role.is_in(_TOLD)))
        if context.wants("INJ003"):
            flagged += _reciting(chunk)
        return flagged

    def findings(self, row: Row, state: object, context: Context) -> Iterator[Finding]:  # noqa: ARG002
        """The findings of all texts of one row."""
        example = row.example
        if example is None:
            return
        for text in example.texts:
            if context.wants("INJ001") and text.role in _TOLD and not _SAYS_SO.search(example.label or ""):
                yield from _orders(text, example)
            if context.wants("INJ002") and text.role in _TAGGED:
                yield from _markers(text, example)
            if context.wants("INJ003") and text.role in ("assistant", "chosen"):
                yield from _recited(text, example, int(context.option("INJ003", "words", LEAKED_WORDS)))
            if context.wants("INJ004"):
                yield from _hidden(text, example)


def _ordered(texts: pl.DataFrame) -> list[int]:
    """Rows with a text that one of the patterns finds; the cheap cues first."""
    likely = texts.filter(pl.col("text").str.contains_any(list(injections.CUES), ascii_case_insensitive=True))
    found = pl.any_horizontal(
        pl.col("text").str.contains(injections.column_pattern(pattern)) for _, pattern in injections.KINDS
    )
    orders = pl.any_horizontal(
        pl.col("text").str.contains(injections.column_pattern(pattern))
        for _, pattern in injections.TOOL_KINDS
    )
    # In two steps: one filter would try the pattern on every text.
    answered = narrowed(texts, pl.col("role") == "tool", orders)
    return [*narrowed(likely, found)["row"].to_list(), *answered["row"].to_list()]


def _reciting(chunk: Chunk) -> list[int]:
    """Rows whose answer has several words of the system prompt."""
    rows = chunk.rows.filter(pl.col("system").str.len_bytes() > 20)
    known: dict[str, frozenset[str]] = {}
    found = []
    for number, system, answer in rows.select("row", "system", "answer").iter_rows():
        words = known.get(system)
        if words is None:
            words = known[system] = frozenset(_WORDS.findall(system.lower()))
        if len(words.intersection(answer.lower().split())) >= min(_SHARED, len(words) // 2):
            found.append(number)
    return found


def _orders(text: Text, example: Example) -> Iterator[Finding]:
    seen, places = hidden.visible(text.text)
    for order in injections.find(seen, system=text.role == "system", tool=text.role == "tool"):
        if injections.is_about(seen, order):
            continue
        if text.role != "user" and injections.is_about(example.prompt, injections.END):
            continue
        words = " ".join(seen[order.start : order.end].split())[:160]
        where = {"system": "the system prompt", "tool": "a tool's result"}.get(text.role, "the prompt")
        yield Finding(
            "INJ001",
            f"{where} orders the model to go astray ({order.kind}): “{words}”",
            text.field,
            places[order.start],
            places[order.end - 1] + 1,
            {"kind": order.kind, "text": words},
        )


def _markers(text: Text, example: Example) -> Iterator[Finding]:
    if example.layout in ("text", "classification", "preference"):
        return
    if not any(cue in text.text for cue in role_markers.CUES):
        return
    found = role_markers.find(text.text, answer=text.role == "assistant")
    if not found or role_markers.asks_for_dialogue(f"{example.system}\n{_own_words(text, example)}"):
        return
    first = found[0]
    tag = text.text[first.start : first.end].strip()
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    what = (
        "an answer"
        if text.role == "assistant"
        else "a system prompt"
        if text.role == "system"
        else "a prompt"
    )
    yield Finding(
        "INJ002",
        f"{what} has the name tag of another turn in it: “{tag}”{more}",
        text.field,
        first.start,
        first.end,
        {"marker": tag, "role": first.role, "markers": len(found)},
        fix=_cut(text, found),
    )


def _own_words(text: Text, example: Example) -> str:
    """What the prompt says besides a text in it that is judged itself, which is judged by how it begins."""
    if text.role == "assistant":
        return example.prompt
    return text.text[:200]


def _cut(text: Text, found: list[role_markers.Marker]) -> Fix | None:
    """An answer without all that follows the first tag of a user turn."""
    if text.role != "assistant":
        return None
    asked = next((each for each in found if each.role in ("user", "human", "prompter", "instruction")), None)
    if asked is None:
        return None
    start = len(text.text[: asked.start].rstrip(" \t\r\n*_#"))
    if not start:
        return None
    return Fix(
        "cut the answer before the turn of the user",
        "unsafe",
        "edit",
        (FieldEdit(text.field, start, len(text.text), ""),),
    )


def _recited(text: Text, example: Example, least: int) -> Iterator[Finding]:
    if not example.system or not text.text:
        return
    run = leaked_prompt.find(text.text, example.system, example.prompt, least)
    if run is not None:
        share = f"{run.words} words of {run.of}"
        yield Finding(
            "INJ003",
            f"the answer recites the system prompt word for word: {share}",
            text.field,
            run.start,
            run.end,
            {
                "words": run.words,
                "system_words": run.of,
                "text": " ".join(text.text[run.start : run.end].split())[:300],
            },
        )


def _hidden(text: Text, example: Example) -> Iterator[Finding]:
    runs = hidden.find(text.text)
    if not runs or hidden.is_about(example.prompt):
        return
    names = dict.fromkeys(name for run in runs for name in run.names)
    count = sum(run.end - run.start for run in runs)
    said = "".join(run.said for run in runs)
    message = f"{count} hidden {'character' if count == 1 else 'characters'}: {', '.join(names)}"
    evidence: dict[str, object] = {"characters": list(names), "count": count}
    if said:
        message += f", which spell “{said[:120]}”"
        evidence["spells"] = said[:300]
    edits = tuple(FieldEdit(text.field, run.start, run.end, "") for run in runs)
    safety: Safety = "unsafe" if _reveals(text.text) else "safe"
    fix = Fix("remove the hidden characters", safety, "edit", edits)
    yield Finding("INJ004", message, text.field, runs[0].start, runs[0].end, evidence, fix=fix)


def _reveals(text: str) -> bool:
    """Whether a text without its hidden characters has a token, a tag, a link, data or a key that they broke up."""
    seen = hidden.without(text)
    if any(seen.count(sign) > text.count(sign) for sign in _SIGNS):
        return True
    more = len(personal_data.find(seen)) > len(personal_data.find(text))
    return more or len(secrets.find(seen)) > len(secrets.find(text))


_SIGNS = (
    "<|",
    "|>",
    "</",
    "<s>",
    "<eos>",
    "<bos>",
    "_turn>",
    "[INST]",
    "SYS>>",
    "```",
    "http",
    "www.",
    "**",
    "<br",
    "<p",
    "<b",
)

FAMILY = Injection()
