"""A fence that opens a code block which nothing closes, and where its closing fence would go."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.code import copies as code_copies
from ftui.text.code import languages as code_languages
from ftui.text.code import syntax as code_syntax
from ftui.text.code.fences import Block, blocks
from ftui.text.truncation import finished, is_prose

_LINE = re.compile(
    r"^(?P<indent>[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*)(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.M
)
_MARKDOWN = frozenset({"markdown", "md", "mdx", "text", "txt", "rst", "plaintext"})
_NESTING = frozenset({"markdown", "md", "mdx"})
_CODE_SIGNS = re.compile(
    r"[{};=]|\w\(|^(?: {2,}|\t)\S|^\s*(?:def|import|from|return|class|const|let|var|git|npm|pip)\b", re.M
)
_HANGING = re.compile(r"(?<=[^\s`~])[ \t]*(`{3,}|~{3,})[ \t]*$", re.M)
TOPIC = re.compile(r"\bback-?ticks?\b|\bfence[sd]?\b|\btildes?\b", re.I)


class Open(NamedTuple):
    """The fence at start..end, what is wrong, and where which text would close it (None: only a person knows)."""

    start: int
    end: int
    message: str
    at: int | None = None
    closing: str = ""
    whole: bool = False
    """Whether the code is surely whole, so that closing it is all that lacks."""


def find(text: str, end: int) -> Open | None:
    """The first fence in text[:end] that is never closed."""
    if "```" not in text and "~~~" not in text:
        return None
    body = text[:end]
    found = blocks(body)
    for block in found:
        if block.closed and (again := _opened_again(body, block)) is not None:
            return again
    if not found or found[-1].closed or _comes_out_even(body):
        return None
    block = found[-1]
    code = body[block.code_start :]
    mark = _mark(body, block)
    if mark[0] == "~" and not block.language and not _CODE_SIGNS.search(code):
        return None
    stop = block.start + len(mark)
    if not code.strip():
        return Open(block.start, stop, "a fence at the end that opens nothing")
    message = f"the code block{' (' + block.language + ')' if block.language else ''} is never closed"
    hanging = [
        match for match in _HANGING.finditer(code) if match[1][0] == mark[0] and len(match[1]) >= len(mark)
    ]
    if len(hanging) == 1 and not code[hanging[0].end() :].strip():
        at = block.code_start + hanging[0].start()
        return Open(block.start, stop, message, at, "\n" + _indent(body, block), True)
    if _goes_on_in_prose(code):
        return Open(block.start, stop, message)
    return _close(body, block, code, message)


def _close(body: str, block: Block, code: str, message: str) -> Open:
    mark = _mark(body, block)
    stop = block.start + len(mark)
    if code_syntax.fault(code, block.language) is not None:
        return Open(block.start, stop, message)
    closing = "\n" + _indent(body, block) + mark
    return Open(block.start, stop, message, len(body.rstrip()), closing, _is_whole(code, block.language))


def _is_whole(code: str, language: str) -> bool:
    """Whether the code can be judged and is in order, so that closing the block brings no new finding."""
    if code_copies.prompts(code, language) or code_copies.odd_signs(code, language):
        return False
    return language in code_syntax.LANGUAGES and not code_copies.line_numbers(code, language)


def _mark(body: str, block: Block) -> str:
    sign = body[block.start]
    return sign * (len(body[block.start :]) - len(body[block.start :].lstrip(sign)))


def _indent(body: str, block: Block) -> str:
    before = body[body.rfind("\n", 0, block.start) + 1 : block.start]
    return "".join(c if c in "> \t" else " " for c in before)


def _opened_again(body: str, block: Block) -> Open | None:
    """A block in which another fence names a language: the first was never closed, and the two ran together."""
    if block.language in _MARKDOWN or "<<" in body[block.code_start : block.code_end]:
        return None
    mark = _mark(body, block)
    for match in _LINE.finditer(body, block.code_start, block.code_end):
        again = match["mark"].startswith(mark) and match["info"].strip().lower() in code_syntax.LANGUAGES
        if again and block.language:
            stop = block.start + len(mark)
            return Open(
                block.start, stop, f"the code block ({block.language}) is not closed before the next begins"
            )
    return None


def _comes_out_even(body: str) -> bool:
    """Whether fences of one length within a Markdown block nest, opening with a language and closing without."""
    open_: list[str] = []
    nested = False
    for match in _LINE.finditer(body):
        info, mark = match["info"].strip(), match["mark"]
        if not open_ or (info and nested):
            nested = nested or info.split(" ")[0].lower() in _NESTING
            open_.append(mark)
        elif not info and mark.startswith(open_[-1]):
            open_.pop()
    return nested and not open_


def _goes_on_in_prose(code: str) -> bool:
    tail = code.rstrip()
    return is_prose(tail) and finished(tail) and code_languages.surely(code) is None
