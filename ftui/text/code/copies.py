"""What a copy leaves in code: prompts of a shell, curly quotes, line numbers, odd and invisible spaces."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

PYTHON = frozenset({"python", "py", "python3"})
SHELLS = frozenset({"bash", "sh", "zsh"})
SQL = frozenset({"sql", "mysql", "postgresql", "postgres", "sqlite"})
SESSIONS = frozenset({
    "console", "terminal", "shell", "shell-session", "shellsession", "pycon", "ipython", "text", "txt", "plaintext",
    "plain", "output", "log", "cmd", "powershell", "ps1", "batch", "bat", "diff", "patch", "", "markdown", "md", "csv",
    "tsv", "basic", "vb", "latex", "tex", "mermaid", "ascii", "none", "irb", "psql", "doctest", "python-repl",
})  # fmt: skip
"""Fences that name no code, or a session, in which prompts and numbers are right."""
CUES = (
    "“",
    "”",
    "‘",
    "’",
    "\u00a0",
    "\u202f",
    "\u2007",
    "\u3000",
    "\u2009",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
)

_TOO_LONG = 20_000
"""Characters; longer code is not judged."""
Kind = Literal["prompt", "quote", "number", "space", "invisible"]
_QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'"}
_SPACES = frozenset("\u00a0\u202f\u2007\u3000\u2009\u2002\u2003\u2005\u205f")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_ODD = re.compile(f"[{''.join((*_QUOTES, *_SPACES, *_INVISIBLE))}]")
_PYTHON_PROMPT = re.compile(r"^[ \t]*(?:>>>(?: |$)|In \[\d+\]: )", re.M)
_SHELL_PROMPT = re.compile(r"^[ \t]*(?:\$ (?=[\w./~])|[\w.-]+@[\w.-]+:[^\n$#]*[$#] )", re.M)
_SQL_PROMPT = re.compile(r"^(?:mysql>|sqlite>|\w+=[#>]|SQL>|MariaDB \[[^\]]*\]>) ?", re.M)
_NUMBERED = re.compile(r"^[ \t]*(\d{1,5})(?:[.:|)]?[ \t]+(?=\S)|[.:|)]?[ \t]*$|[:|])")
_MATHS_OR_DATA = frozenset(
    {"json", "jsonl", "jsonc", "yaml", "yml", "toml", "ini", "html", "xml", "css", "dockerfile"}
)
_STRING = re.compile(
    r'"""[^\x00]{0,5000}?"""|\'\'\'[^\x00]{0,5000}?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`'
)
_COMMENT = re.compile(
    r"//[^\n]*|/\*[^\x00]{0,5000}?\*/|<!--[^\x00]{0,5000}?-->|(?:^|(?<=\s))#[^\n]*|(?:^|(?<=\s))--[^\n]*",
    re.M,
)
_TEXT = re.compile(f"{_COMMENT.pattern}|{_STRING.pattern}", re.M)
_MARKUP_TEXT = re.compile(r">[^<>]*<|<!--[^\x00]{0,5000}?-->|\"[^\"]*\"|'[^'\n]*'")
_HEREDOC = re.compile(r"<<[-~]?\s*['\"]?(\w+)['\"]?[^\n]*\n(?:.*\n){0,200}?[ \t]*\1\b")


class Copy(NamedTuple):
    """Characters start..end of the code, what they are, and what should stand there."""

    start: int
    end: int
    kind: Kind
    instead: str


def prompts(code: str, language: str) -> list[Copy]:
    """The prompts at the start of lines, outside of strings."""
    pattern = _prompt(language)
    if pattern is None:
        return []
    matches = list(pattern.finditer(code))
    if not matches:
        return []
    strings = [match.span() for match in _STRING.finditer(code)] if language in PYTHON else _heredocs(code)
    return [
        Copy(*match.span(), "prompt", "")
        for match in matches
        if not any(a <= match.start() < b for a, b in strings)
    ]


def odd_signs(code: str, language: str) -> list[Copy]:
    """Curly quotes, odd spaces and invisible characters outside of strings and comments."""
    if language in SESSIONS or code.isascii() or len(code) > _TOO_LONG or not _ODD.search(code):
        return []
    pattern = _MARKUP_TEXT if language in ("html", "xml", "svg", "vue", "jsx", "tsx") else _TEXT
    texts = [match.span() for match in pattern.finditer(code)] + _heredocs(code)
    covered = bytearray(len(code))
    for start, end in texts:
        covered[start:end] = b"\x01" * (end - start)
    return [
        _copy(match.start(), match.group()) for match in _ODD.finditer(code) if not covered[match.start()]
    ]


def line_numbers(code: str, language: str) -> list[Copy]:
    """The numbers of a listing: every line has one, each one more than the one before."""
    if language in SESSIONS or language in _MATHS_OR_DATA:
        return []
    found: list[Copy] = []
    expected: int | None = None
    at = 0
    for line in code.split("\n"):
        if line.strip():
            match = _NUMBERED.match(line)
            if match is None or (expected is not None and int(match[1]) != expected):
                return []
            expected = int(match[1]) + 1
            found.append(Copy(at, at + _number_end(line, match), "number", ""))
        at += len(line) + 1
    return found if len(found) >= 3 else []


def cleaned(code: str, language: str) -> str:
    """The code without what the copy left in it, to judge its syntax apart from that."""
    for find in (line_numbers, odd_signs):
        for copy in reversed(find(code, language)):
            code = code[: copy.start] + copy.instead + code[copy.end :]
    return code


def _prompt(language: str) -> re.Pattern[str] | None:
    if language in PYTHON:
        return _PYTHON_PROMPT
    if language in SHELLS:
        return _SHELL_PROMPT
    return _SQL_PROMPT if language in SQL else None


def _heredocs(code: str) -> list[tuple[int, int]]:
    return [match.span() for match in _HEREDOC.finditer(code)] if "<<" in code else []


def _number_end(line: str, match: re.Match[str]) -> int:
    """Behind the number, its sign and one space: what follows is the indentation of the code."""
    end = match.end(1)
    end += line[end : end + 1] in (".", ":", "|", ")") and line[end : end + 1] != ""
    return end + (line[end : end + 1] in (" ", "\t") and line[end : end + 1] != "")


def _copy(at: int, sign: str) -> Copy:
    if sign in _QUOTES:
        return Copy(at, at + 1, "quote", _QUOTES[sign])
    return Copy(at, at + 1, "space", " ") if sign in _SPACES else Copy(at, at + 1, "invisible", "")
