"""Escapes written out in prose: a backslash and an n where a line should begin."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from ftui.text.prose import masked


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ESCAPE = re.compile(
    r"(?<!\\)(?:(?P<line>(?:(?:\\r)?\\n)+)|(?P<tab>(?:\\t)+)|(?P<quote>\\[\"'])"
    r"|(?P<unicode>(?:\\u[0-9a-fA-F]{4})+)|(?P<byte>(?:\\x[0-9a-fA-F]{2})+)|(?P<slashes>(?<=http:)\\/\\/|(?<=https:)\\/\\/))"
)
_LATEX_WORDS = _words(
    "nabla ne neq neg newcommand newline newpage nexists ni nleq ngeq nmid noalign nobreak noindent "
    "nolimits nonumber normalsize not notin nu nsubseteq numberwithin nearrow nwarrow ncong nparallel "
    "nolinebreak nthroot natural tan tanh tau tableofcontents tabular tag text textbf textit textrm "
    "textsf texttt textup textsc textwidth tfrac theta thanks therefore thickapprox thinspace tilde times "
    "tiny title titlepage to top topmargin triangle triangleq twocolumn twoheadrightarrow toprule tbinom "
    "textstyle thicksim trianglelefteq t th "
)
_LATEX = re.compile(
    r"\\(?:begin|end|frac|dfrac|sqrt|sum|int|prod|lim|alpha|beta|gamma|delta|epsilon|lambda|sigma|omega|pi|mu|phi|psi|text|"
    r"textbf|left|right|mathbb|mathrm|mathcal|cdot|times|leq|geq|infty|partial|item|section|documentclass|usepackage)\b"
)
_PATH = re.compile(
    r"(?:^|[\s\"'(=,:;])(?:[A-Za-z]:\\|\\\\[\w.$-]+\\|%\w+%\\|\.{1,2}\\\w|~\\|HK(?:EY|LM|CU)\w*\\)\S*"
)
_CODE_LINE = re.compile(
    r"\w\([\"']|\w\(\)|[{};]\s*$|[=+]\s*[furb]?[\"']|==|=>|->|\bprint\s|^\s*(?:#include|import|def|for|if|while|echo|grep|"
    r"sed|awk|return)\b.*[\"'(]",
    re.M,
)
TOPIC = re.compile(
    r"\b(?:escap\w*|new-?lines?|line\s?(?:breaks?|feeds?)|backslash\w*|reg(?:ular\s)?ex\w*|string\sliterals?|json\w*|"
    r"unicode|code\s?points?|printf|delimiters?|separators?|latex|carriage\sreturns?|ascii|utf-?8|hexadecimal)\b",
    re.I,
)
CODE_ASKED = re.compile(
    r"\b(?:codes?|coding|scripts?|python|java(?:script)?|typescript|c\+\+|c#|golang|rust|ruby|perl|php|bash|shell|"
    r"powershell|sql|snippets?|compil\w+|html|css|terminal|command[\s-]lines?)\b",
    re.I,
)
_SENTENCE_SIGNS = ".,:;!?)]\"'”’*…-–—"
_QUOTATION = 500
"""Characters in which the other mark of a quotation is looked for."""
_LETTERS = re.compile(r"[A-Za-z]+")


class Escape(NamedTuple):
    """Characters start..end and what they were meant to be."""

    start: int
    end: int
    instead: str


def find(text: str) -> list[Escape]:
    """The escapes in the prose of a text, in order; none where the whole text is JSON."""
    if "\\" not in text or _is_json(text):
        return []
    bare = masked(text, math=True)
    paths = [match.span() for match in _PATH.finditer(bare)]
    latex = _LATEX.search(bare) is not None
    found: list[Escape] = []
    unsure: list[Escape] = []
    for match in _ESCAPE.finditer(bare):
        if any(a <= match.start() < b for a, b in paths) or _in_code(bare, match):
            continue
        kind = str(match.lastgroup)
        if latex and kind in ("line", "tab"):
            continue
        counts = _counts(bare, match, kind)
        instead = _decoded(match.group(), kind) if counts is not False else None
        if instead is not None:
            (found if counts else unsure).append(Escape(*match.span(), instead))
    return sorted(found + unsure) if found else []


def _counts(bare: str, match: re.Match[str], kind: str) -> bool | None:
    """Whether it is an escape; None: only beside another."""
    before, after = bare[: match.start()][-1:], bare[match.end() : match.end() + 1]
    if before and before in "\"'“‘«(" and after and after in "\"'”’»)":
        return False  # named, not used
    if kind in ("line", "tab"):
        return _between_words(bare, match, before, after)
    if kind == "quote":
        return (before.isalpha() and after.isalpha()) or _half_of_pair(bare, match)
    return True


def _between_words(bare: str, match: re.Match[str], before: str, after: str) -> bool | None:
    word = _LETTERS.match(bare, match.end())
    name = match.group()[-1] + (word.group() if word else "")
    if name in _LATEX_WORDS and word:
        return False
    if not after or not before:
        return bool(before or after)
    if after.islower() and not before.isspace() and before not in _SENTENCE_SIGNS:
        return True if len(match.group()) > 2 and match.group() != "\\r\\n" else None
    return True


def _half_of_pair(bare: str, match: re.Match[str]) -> bool:
    before = bare[max(0, match.start() - _QUOTATION) : match.start()]
    after = bare[match.end() : match.end() + _QUOTATION]
    return match.group() in before[before.rfind("\n") + 1 :] or match.group() in after.split("\n", 1)[0]


def _in_code(bare: str, match: re.Match[str]) -> bool:
    start = max(bare.rfind("\n", 0, match.start()) + 1, match.start() - 40)
    end = bare.find("\n", match.end())
    return _CODE_LINE.search(bare[start : min(end if end >= 0 else len(bare), match.end() + 40)]) is not None


def _decoded(escape: str, kind: str) -> str | None:
    if kind == "line":
        return "\n" * escape.count("\\n")
    if kind in ("quote", "slashes"):
        return escape.replace("\\", "")
    if kind == "tab":
        return "\t" * escape.count("\\t")
    if kind == "byte":
        raw = bytes.fromhex(escape.replace("\\x", ""))
        try:
            said = raw.decode("utf-8")
        except UnicodeDecodeError:
            said = raw.decode("latin-1")
    else:
        said = json.loads(f'"{escape}"')
    return said if said.isprintable() else None


def _is_json(text: str) -> bool:
    bare = text.strip()
    if not bare or bare[0] not in '{["':
        return False
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return False
    return True
