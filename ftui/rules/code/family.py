"""COD: code and Markdown. Fences, syntax, delimiters, and what a copy leaves in code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from ftui.dataset.example import Text
from ftui.dataset.record import FieldEdit
from ftui.rules.chunk import Chunk
from ftui.rules.code.pages import RULES
from ftui.rules.exchanges import unwanted
from ftui.rules.row_family import RowFamily
from ftui.rules.row_talk import WRITTEN, Talk, body_end
from ftui.rules.rule import Context, Finding, Fix, Row
from ftui.text.code import copies as code_copies
from ftui.text.code import delimiters, markdown_slips, open_fences
from ftui.text.code import languages as code_languages
from ftui.text.code import syntax as code_syntax
from ftui.text.code.fences import Block, blocks
from ftui.text.visible import shortened

_FENCES = ("```", "~~~")
_FENCED = ("COD001", "COD002", "COD004", "COD005")
"""Rules about fenced blocks."""
_ABOUT_FAULTS = re.compile(
    r"\b(?:bugs?|buggy|debug\w*|errors?(?!\s*(?:handling|check))|exceptions?(?!\s*handling)|tracebacks?|stack\s?traces?"
    r"|fail(?:s|ed|ing)?|broken|fix(?:es|ed|ing)?|wrong|crash\w*|(?:does|is|do|are)(?:n['’]t|\snot)\s(?:work\w*|compil\w*|run\w*|"
    r"pars\w*|valid)|not\swork(?:ing)?|won['’]t\s\w+|invalid|malformed|mistakes?|typos?|incorrect|syntax|pseudo-?code)\b",
    re.I,
)
_CALLED_WRONG = re.compile(
    r"\b(?:wrong|incorrect|bad|invalid|broken|don['’]t|errors?|fails?|failing|not\svalid|won['’]t|mistakes?|faulty|buggy|"
    r"pseudo-?code|syntax|python\s?2|does(?:n['’]t|\snot))\b|[❌✗✘👎]",
    re.I,
)
_COMMENT = re.compile(r"#|//|--|/\*|<!--")
_COMMENT_WRONG = re.compile(
    r"\b(?:wrong|incorrect|bad|invalid|broken|syntax\s?error|won['’]t|not\svalid|fails)\b|[❌✗✘]|\A\s*error\b",
    re.I,
)
_COPIES_MEANT = re.compile(
    r"\b(?:repl|interactive|doctests?|sessions?|curly|smart\squot\w+|typographic|non-?breaking|zero-?width|invisible|line\s"
    r"numbers?|numbered)\b|>>>",
    re.I,
)
_MARKDOWN_MEANT = re.compile(
    r"\bmarkdown\b.*\b(?:how|syntax|explain|what|differ\w*|escap\w*|mean)\b|"
    r"\b(?:how|syntax|explain|what|differ\w*|escap\w*|mean)\b.*\bmarkdown\b",
    re.I | re.S,
)
_INFO = re.compile(r"(?:`{3,}|~{3,})[ \t]*([\w+#.-]+)")
_BESIDE = 300
"""Characters before a block in which its last line of text is looked for."""


class Code(RowFamily):
    """The COD family."""

    name = "COD"
    rules = RULES

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> dict[str, list[int]]:  # noqa: ARG002
        """Rows with a text that a model learns to write and that holds a fence, a lone delimiter, or Markdown."""
        text = pl.col("text")
        written = chunk.texts.filter(pl.col("role").is_in(list(WRITTEN)))
        fenced = written.filter(text.str.contains_any(list(_FENCES)))["row"].to_list()
        found: dict[str, list[int]] = dict.fromkeys(_FENCED, fenced)
        if context.wants("COD003"):
            found["COD003"] = written.filter(_may_be_lone())["row"].to_list()
        if context.wants("COD006"):
            found["COD006"] = written.filter(text.str.contains(markdown_slips.PATTERN))["row"].to_list()
        return found

    def findings(self, row: Row, state: Any, context: Context) -> Iterable[Finding]:  # noqa: ARG002
        """Text by text, in the order of codes."""
        assert row.example is not None
        talk = Talk(row.example)
        bad = unwanted(row)
        for text in row.example.texts:
            if text.role not in WRITTEN or (bad and text.role == "assistant"):
                continue
            if any(map(context.wants, _FENCED)) and any(fence in text.text for fence in _FENCES):
                yield from _fenced(text, talk, context)
            if context.wants("COD003"):
                yield from _delimiters(text, body_end(text.text, context))
            if context.wants("COD006"):
                yield from _markdown(text, talk, body_end(text.text, context))


def _may_be_lone() -> pl.Expr:
    """`delimiters.may_be_lone` for a column of texts."""
    text = pl.col("text")
    held = text.str.contains_any([")", "}", "]", "(", "[", "{", "“", "”", "„", "«", "»", '"'])
    uneven = (text.str.count_matches('"', literal=True) % 2 == 1) | text.str.contains("„", literal=True)
    for a, b in delimiters.PAIRS:
        uneven |= text.str.count_matches(a, literal=True) != text.str.count_matches(b, literal=True)
    return held & (uneven | (text.str.contains_any([")", "}"]) & text.str.contains(delimiters.HIDING)))


def _fenced(text: Text, talk: Talk, context: Context) -> Iterator[Finding]:
    """COD001, COD002, COD004 and COD005: everything about fenced blocks."""
    end = body_end(text.text, context)
    open_ = open_fences.find(text.text, end)
    if open_ is not None and not talk.speaks_of(open_fences.TOPIC):
        yield _unclosed(text, open_)
    closed = [block for block in blocks(text.text[:end]) if block.closed]
    for block in closed:
        if open_ is not None and block.start == open_.start:
            continue
        code = text.text[block.code_start : block.code_end]
        if text.role != "system" and context.wants("COD002"):
            yield from _syntax(text, block, code, talk)
        if not block.language and context.wants("COD004"):
            yield from _unnamed(text, block, code)
        if block.language and context.wants("COD005"):
            yield from _copies(text, block, code, talk)


def _unclosed(text: Text, open_: open_fences.Open) -> Finding:
    fix = None
    if open_.at is not None:
        edit = FieldEdit(text.field, open_.at, open_.at, open_.closing)
        fix = Fix("close the code block", "safe" if open_.whole else "unsafe", "edit", (edit,))
    return Finding(
        "COD001",
        open_.message,
        text.field,
        open_.start,
        open_.end,
        {"fence": text.text[open_.start : open_.end]},
        fix=fix,
    )


def _syntax(text: Text, block: Block, code: str, talk: Talk) -> Iterator[Finding]:
    if block.language not in code_syntax.LANGUAGES or talk.asks(_ABOUT_FAULTS):
        return
    fault = code_syntax.fault(code, block.language)
    if fault is None or _called_wrong(text.text, block, code):
        return
    line = code.split("\n")[fault.line - 1 : fault.line]
    start = block.code_start + sum(len(each) + 1 for each in code.split("\n")[: fault.line - 1])
    shown = shortened(line[0].strip(), 100) if line else ""
    name = code_syntax.LANGUAGES[block.language]
    language = code_syntax.SHOWN.get(name, name.capitalize())
    message = f"{language}, line {fault.line} of the block: {fault.message}"
    evidence = {
        "language": language,
        "line": fault.line,
        "column": fault.column,
        "code": shown,
        "reason": fault.message,
    }
    stop = start + max(1, len(line[0]) if line else 1)
    yield Finding(
        "COD002", message, text.field, start, min(stop, len(text.text)), evidence, severity=fault.severity
    )


def _called_wrong(text: str, block: Block, code: str) -> bool:
    """Whether the line before the block, or a comment in it, says that the code is wrong."""
    before = text[max(0, block.start - _BESIDE) : block.start].rstrip()
    if _CALLED_WRONG.search(before[before.rfind("\n") + 1 :]):
        return True
    comments = ((line, _COMMENT.search(line)) for line in code.split("\n"))
    return any(sign and _COMMENT_WRONG.search(line[sign.end() :]) for line, sign in comments)


def _unnamed(text: Text, block: Block, code: str) -> Iterator[Finding]:
    language = code_languages.surely(code)
    if language is None or code_syntax.fault(code, language) is not None:
        return
    mark = text.text[block.start]
    at = block.start + len(text.text[block.start :]) - len(text.text[block.start :].lstrip(mark))
    fix = Fix(f"name the language: {language}", "safe", "edit", (FieldEdit(text.field, at, at, language),))
    message = f"the code is {code_syntax.SHOWN.get(language, language)}, and its fence does not say so"
    yield Finding("COD004", message, text.field, block.start, at, {"language": language}, fix=fix)


def _copies(text: Text, block: Block, code: str, talk: Talk) -> Iterator[Finding]:
    found = code_copies.prompts(code, block.language)
    if found:
        if not talk.asks(_COPIES_MEANT):
            yield _session(text, block, code, found)
        return
    signs = code_copies.odd_signs(code, block.language)
    numbers = code_copies.line_numbers(code, block.language)
    if talk.asks(_COPIES_MEANT):
        return
    for kind, what in (
        ("quote", "curly quotes"),
        ("space", "odd spaces"),
        ("invisible", "invisible characters"),
    ):
        some = [each for each in signs if each.kind == kind]
        if some:
            title = {
                "quote": "straighten the quotes",
                "space": "make them plain spaces",
                "invisible": "remove them",
            }[kind]
            yield _copy(
                text, block, some, f"{what} in code", Fix(title, "safe", "edit", _edits(text, block, some))
            )
    if numbers:
        fix = Fix("cut off the line numbers", "unsafe", "edit", _edits(text, block, numbers))
        yield _copy(text, block, numbers, "line numbers pasted with the code", fix)


def _session(text: Text, block: Block, code: str, found: list[code_copies.Copy]) -> Finding:
    """A session gets its own name where it begins with a prompt; else the prompts go."""
    name = "pycon" if block.language in code_copies.PYTHON else "console"
    info = _INFO.match(text.text, block.start)
    whole = not code[: found[0].start].strip()
    if whole and info and info[1].lower() == block.language:
        edits: tuple[FieldEdit, ...] = (FieldEdit(text.field, info.start(1), info.end(1), name),)
        fix = Fix(f"name the block {name}", "safe", "edit", edits)
    else:
        fix = Fix("cut off the prompts", "unsafe", "edit", _edits(text, block, found))
    return _copy(text, block, found, f"a prompt in a block named {block.language}", fix)


def _edits(text: Text, block: Block, found: list[code_copies.Copy]) -> tuple[FieldEdit, ...]:
    at = block.code_start
    return tuple(FieldEdit(text.field, at + each.start, at + each.end, each.instead) for each in found)


def _copy(text: Text, block: Block, found: list[code_copies.Copy], message: str, fix: Fix) -> Finding:
    at = block.code_start
    first = found[0]
    line_end = text.text.find("\n", at + first.end)
    line = text.text[text.text.rfind("\n", 0, at + first.start) + 1 : line_end]
    evidence = {"kind": first.kind, "count": len(found), "line": shortened(line, 100)}
    more = f" ({len(found)} places)" if len(found) > 1 else ""
    message = f"{message}: {shortened(line.strip(), 60)}{more}"
    return Finding("COD005", message, text.field, at + first.start, at + first.end, evidence, fix=fix)


def _delimiters(text: Text, end: int) -> Iterator[Finding]:
    for lone in delimiters.find(text.text[:end])[:_MOST]:
        said = "is opened and never closed" if lone.opens else "closes nothing"
        around = shortened(text.text[max(0, lone.start - 40) : lone.start + 40], 80)
        evidence = {"sign": lone.sign, "around": around}
        yield Finding(
            "COD003", f"{lone.sign} {said}: {around}", text.field, lone.start, lone.start + 1, evidence
        )


_MOST = 5
"""Findings of COD003 or COD006 in one text."""


def _markdown(text: Text, talk: Talk, end: int) -> Iterator[Finding]:
    found = markdown_slips.find(text.text[:end])
    if not found or talk.asks(_MARKDOWN_MEANT):
        return
    for slip in found[:_MOST]:
        fix = None
        if slip.kind == "heading":
            fix = Fix("put the space", "safe", "edit", (FieldEdit(text.field, slip.end, slip.end, " "),))
        around = shortened(text.text[slip.start : slip.start + 60].split("\n", 1)[0], 60)
        yield Finding(
            "COD006",
            f"{slip.message}: {around}",
            text.field,
            slip.start,
            slip.end,
            {"kind": slip.kind, "around": around},
            fix=fix,
        )


FAMILY = Code()
