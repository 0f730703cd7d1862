"""Whether a block of Python is valid, by the interpreter's own parser, with care for what people show in snippets."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from typing import NamedTuple


class PythonError(NamedTuple):
    """Line and column (from 1) in the code, what the parser says, and whether it is right Python 2."""

    line: int
    column: int
    message: str
    python2: bool


_MAGIC = re.compile(
    r"^([ \t]*)(?:[%!?].*|(?:\w+\s*=\s*)[!%]\w.*|[\w.]+\?{1,2}"
    r"|(?:pip3?|python3?|conda|poetry|uv|pytest|jupyter|streamlit|uvicorn|flask)"
    r"[ \t]+[\w./-].*)$",
    re.M,
)
_CONTINUES = (
    (re.compile(r"\s*(?:elif|else)\b"), "if x:\n    pass\n"),
    (re.compile(r"\s*(?:except|finally)\b"), "try:\n    pass\n"),
    (re.compile(r"\s*case\b"), "match x:\n"),
)
_HEADER = re.compile(r"^([ \t]*)(?:async\s+)?(?:def|class)\b.*:[ \t]*(?:#.*)?$")
_OPEN_END = re.compile(r":[ \t]*(?:#[^\n]*)?\s*\Z")
_PYTHON2 = re.compile(
    r"Missing parentheses in call to '(?:print|exec)'|multiple exception types must be parenthesized"
    r"|leading zeros in decimal"
)
_PYTHON2_SIGNS = re.compile(
    r"^\s*print\s+[^(\s=]|^\s*print\s*$|\bexcept\s+\w+\s*,\s*\w+\s*:|<>|\braise\s+\w+\s*,|\bexec\s+\"|\b0\d+\b|\bur?\"",
    re.M,
)
_NEW = re.compile(
    r"^\s*type\s+\w+.*=|\bdef\s+\w+\[|\bclass\s+\w+\[|^\s*except\*?\s+\w+(?:\s*,\s*\w+)+\s*:", re.M
)
_OUTPUT = re.compile(r"\s*(?:Traceback \(most recent|<!DOCTYPE|<html|#!/bin/(?:ba)?sh|\$ |PS C:)")
_LONE_HEADER = re.compile(r"\s*(?:@[^\n]+\n\s*)*(?:async\s+)?(?:def|class)\s[^\n]*\Z")


def fault(code: str) -> PythonError | None:
    """What keeps the code from being Python; None for valid code and for snippets of valid code."""
    plain = textwrap.dedent(code).rstrip()
    if _parse(plain) is None:
        return None
    plain = _MAGIC.sub(r"\1pass", plain)
    error = _parse(plain)
    if error is None or _OUTPUT.match(plain) or _LONE_HEADER.match(plain):
        return None
    if any(_parse(variant) is None for variant in _variants(plain)):
        return None
    message = error.msg or "invalid syntax"
    if (_NEW.search(plain) or message.startswith("f-string")) and _newer_syntax(plain):
        return None
    line = min(error.lineno or 1, plain.count("\n") + 1)
    python2 = bool(_PYTHON2.search(message)) or bool(_PYTHON2_SIGNS.search(plain))
    indent = _indent(code) - _indent(plain)
    return PythonError(line, max(1, error.offset or 1) + indent, message, python2)


def _parse(code: str) -> SyntaxError | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):  # null bytes, nesting beyond any real code
            return None
    return None


def _variants(code: str) -> list[str]:
    """The code with what a snippet leaves out: the beginning of a statement, or the body of its headers."""
    starts = [prefix for pattern, prefix in _CONTINUES if pattern.match(code)]
    variants = [prefix + (textwrap.indent(code, " ") if "match" in prefix else code) for prefix in starts]
    for each in (code, *variants[:]):
        variants.append(_with_bodies(each))
        last = each[each.rfind("\n") + 1 :]
        indent = last[: len(last) - len(last.lstrip())]
        if _OPEN_END.search(each):
            variants += [f"{each}\n{indent} pass", f"{each}\n{indent} pass\nfinally:\n pass"]
        if last.lstrip().startswith("#"):
            variants.append(f"{each}\n{indent}pass")
        if last.lstrip().startswith("@"):
            variants.append(f"{each}\n{indent}def f(): pass")
        variants.append(f"{each}\nfinally:\n pass")
    return variants


def _with_bodies(code: str) -> str:
    """A body for each header behind which another header, or nothing, stands."""
    lines = code.split("\n")
    out: list[str] = []
    for i, line in enumerate(lines):
        out.append(line)
        match = _HEADER.match(line)
        if match:
            following = next((each for each in lines[i + 1 :] if each.strip()), "")
            deeper = len(following) - len(following.lstrip()) > len(match[1])
            if not deeper and (not following or _HEADER.match(following) or following.lstrip()[:1] in "@#"):
                out.append(match[1] + " pass")
    return "\n".join(out)


def _newer_syntax(code: str) -> bool:
    """Whether a grammar that knows later versions than this interpreter takes it."""
    from ftui.text.code import grammars

    return not grammars.faults_of(code, "python", 1)


def _indent(code: str) -> int:
    first = next((line for line in code.split("\n") if line.strip()), "")
    return len(first) - len(first.lstrip())
