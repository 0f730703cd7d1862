"""Answers that are links and nothing else, and the source lines that a copied text ends with."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.prose import masked

# Possessive: a run such as www.a.www.a… would else be cut up in every possible way.
_URL = r"<?(?:https?://|www\.)[^\s<>\"“”]{3,}+>?"
_LOCAL = re.compile(r"(?:https?://)?(?:localhost|127\.|0\.0\.0\.0|192\.168\.|10\.)")
NEAR_END = r"(?:://|www\.)[^\s<>\"“”]{3,}>?[\s,;]*[\s\S]{0,90}\z"
"""What an answer that ends with a link matches, whatever end marker follows (Rust syntax)."""
_ONLY = re.compile(rf"\s*(?>(?:(?:[-*•]|\d{{1,2}}[.)]|\[\d{{1,2}}\])?\s*{_URL}[\s,;]*)+)\Z")
_POINTED = re.compile(
    rf"\s*(?:check (?:this|it)(?: one)? out|have a look(?: at this| here)?|look here|see(?: here)?|"
    rf"here(?: you go| it is)?|try (?:this|here)|this (?:might|may|should|will) help)\s*[:,!]?\s*{_URL}[.!]?\s*\Z",
    re.I,
)
"""“Check this out: …”: a link, and nothing said."""
_MORE_AT = re.compile(
    rf"(?<=[.!?])[ \t]+(?P<line>\(?(?:sources?:|read more(?: at| here)?:?|retrieved from|"
    rf"(?:see|learn) more(?: at)?:?|"
    rf"for (?:more|further|additional) (?:info(?:rmation)?|details|help|tips)[^.\n:]{{0,40}}?"
    rf"(?:visit|see|check(?: out)?|"
    rf"go to|read)?:?)\s*{_URL}\)?\.?)\Z",
    re.I,
)
"""The same lines where they stand behind the last sentence."""
_TRAILER = re.compile(
    rf"(?:\n|\A)[ \t]*(?P<line>(?:(?:[Ss]ources?|[Rr]eferences?|[Rr]ead\s+more(?:\s+(?:at|here))?"
    rf"|[Vv]ia|[Rr]etrieved\s+from"
    rf"|[Ll]inks?|[Cc]itations?|[Ss]ee\s+(?:also|more)|[Mm]ore\s+(?:info(?:rmation)?|details)(?:\s+(?:at|here))?"
    rf"|[Oo]riginal(?:ly)?(?:\s+(?:post|article|published\s+at))?)\s*:?\s*"
    rf"(?>(?:\s*(?:[-*•]|\d{{1,2}}[.)]|\[\d{{1,2}}\])?\s*{_URL}[\s,;]*)+)"
    rf"|(?>(?:(?:[-*•]|\d{{1,2}}[.)]|\[\d{{1,2}}\]:?)?[ \t]*{_URL}[\s,;]*)+)))\Z"
)
ASKED = re.compile(
    r"\b(?:links?|urls?|uri|(?:web)?sites?|web\s?pages?|pages?|sources?|referenc\w+|cit(?:e|es|ed|ation|"
    r"ations)|resources?|"
    r"articles?|docs?|documentation|downloads?|videos?|repo(?:sitory|sitories)?|homepage|address|papers?|stud(?:y|ies)|"
    r"where\b.{0,40}\b(?:find|get|read|buy|watch|learn|see)|look\s?up|search|image|picture|photo|map|book|"
    r"bibliograph\w+|"
    r"youtube|github|wikipedia|google|https?|www)\b",
    re.I | re.S,
)


class Bare(NamedTuple):
    """Characters start..end, and whether they are the whole answer."""

    start: int
    end: int
    whole: bool


def find(answer: str) -> Bare | None:
    """The links that are all of an answer, or the source lines at its end."""
    if "://" not in answer and "www." not in answer:
        return None
    bare = answer.rstrip()
    tail = max(0, len(bare) - 2_000)
    if len(bare) <= 2_000 and (_ONLY.match(bare) or _POINTED.match(bare)):
        start = len(bare) - len(bare.lstrip())
        return None if _LOCAL.search(bare) else Bare(start, len(bare), True)
    last = masked(bare)[tail:]
    match = _TRAILER.search(last) or _MORE_AT.search(last)
    if match is None or _LOCAL.search(match["line"]):
        return None
    return Bare(tail + match.start("line"), len(bare), False)
